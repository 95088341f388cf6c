// Other callers of Do wait until the function has returned.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once;
  int value = 0;
  auto start = [&] {
    time::Sleep(3 * time::Millisecond);
    value = 42;
  };
  auto out = make_chan<int>();
  for (int i = 0; i < 4; i++) {
    go([&] {
      once.Do(start);
      out.send(value);
    });
  }
  for (int i = 0; i < 4; i++) fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
