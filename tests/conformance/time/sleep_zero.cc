// A sleep of zero or less returns at once, without giving way to others.
#include <gort/gort.h>

using namespace gort;

void entry() {
  go([] { fmt::Println("other"); });
  time::Sleep(0);
  time::Sleep(-time::Second);
  fmt::Println("main first");
  runtime::Gosched();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
