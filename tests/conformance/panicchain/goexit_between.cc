// A Goexit between two panics prints nothing, but the second panic keeps its indentation.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("third"); });
    defer([] { runtime::Goexit(); });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
