// Go's test/fixedbugs/issue32175.go: a function that is made to be deferred sees the result that is returned.
#include <gort/gort.h>

using namespace gort;

int f() {
  return func<int>([&](int& x) {
    defer([&] { return [&] { println(x); }; }());
    return 42;
  });
}

void entry() {
  f();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
