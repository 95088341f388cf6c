// Arguments that are computed for a call and not used after it: quotients and remainders of negative numbers.
#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void say(int v) {
  fmt::Println(v);
}

[[gnu::noinline]] int add(int a, int b) {
  return a + b;
}

[[gnu::noinline]] int low(int plain, int v) {
  say(plain);
  say(v);
  int made = add(plain, v);
  fmt::Println(debug::Stack());
  return made;
}

[[gnu::noinline]] int remainder(int a, int b) {
  say(a - b);
  return low(5, (a - b) % 1000) + 1;
}

[[gnu::noinline]] int shifted(int a, int b) {
  say(a - b);
  return low(5, (a - b) / 2) + 1;
}

[[gnu::noinline]] int divided(int a, int b, int c) {
  say(a - b);
  return low(5, (a - b) / c) + 1;
}

void entry() {
  fmt::Println(remainder(4, 7));
  fmt::Println(remainder(7, 4));
  fmt::Println(shifted(4, 17));
  fmt::Println(shifted(17, 4));
  fmt::Println(divided(4, 27, 5));
  fmt::Println(divided(4, 27, -5));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
