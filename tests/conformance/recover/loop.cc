// A hundred thousand panics, each recovered.
#include <gort/gort.h>

using namespace gort;

int once(int i) {
  return func<int>([&](int& r) {
    defer([&] {
      any v = recover();
      if (auto* n = v.as<int>()) r = *n;
    });
    panic(i);
  });
}

void entry() {
  int sum = 0;
  for (int i = 0; i < 100000; i++) sum += once(i) % 7;
  fmt::Println(sum);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
