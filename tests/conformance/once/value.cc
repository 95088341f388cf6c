// OnceValue computes once and returns it to all.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto answer = sync::OnceValue([] {
    fmt::Println("computing");
    return 42;
  });
  auto out = make_chan<int>();
  for (int i = 0; i < 3; i++) {
    go([&] { out.send(answer()); });
  }
  fmt::Println(out.recv() + out.recv() + out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
