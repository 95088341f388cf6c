// Go's test/fixedbugs/issue14646.go: the caller of a deferred function is the function that deferred it: in Go on its
// last line, here on that of the func.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  std::string file;
  int line = 0;
  int expected = 0;
  [&] {
    expected = __LINE__ + 1;
    func([&] {
      defer([&] {
        auto caller = runtime::Caller(1);
        file = caller.file;
        line = caller.line;
      });
    });
  }();
  if (line != expected) println("Expected line =", expected, "but got line =", line, "and file =", file);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
