// Go's test/fixedbugs/bug142.go: what is not evaluated does not panic.
#include <string>

#include <gort/gort.h>

using namespace gort;

bool panic1(std::string s) {
  panic(s);
}

void entry() {
  bool x = false && panic1("first") && panic1("second");
  x = x == true && panic1("first") && panic1("second");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
