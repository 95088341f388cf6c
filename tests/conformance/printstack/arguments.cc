// Argument words of a method: the receiver first, then the arguments.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

struct Tree {
  int n;
  [[gnu::noinline]] void Do([[maybe_unused]] int a, [[maybe_unused]] bool b, [[maybe_unused]] int* p,
                            [[maybe_unused]] uint8_t c) {
    debug::PrintStack();
  }
};

void entry() {
  int n = 1;
  Tree t{3};
  t.Do(7, true, &n, 255);
  t.Do(-1, false, nullptr, 0);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
