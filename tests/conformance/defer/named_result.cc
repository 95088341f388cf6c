// A deferred call reads and changes the named result, also one that `return v` has just assigned.
#include <gort/gort.h>

using namespace gort;

int counter() {
  return func<int>([&](int& i) {
    defer([&] { i++; });
    return 5;
  });
}

int doubled() {
  return func<int>([&](int& i) {
    defer([&] { i *= 2; });
    defer([&] { i += 10; });
    i = 1;
  });
}

int local_only() {
  int i = 7;
  return func<int>([&] {
    defer([&] { i = 100; });
    return i;
  });
}

void entry() {
  fmt::Println(counter(), doubled(), local_only());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
