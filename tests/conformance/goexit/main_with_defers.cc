// Deferred calls of main run when main calls Goexit.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "main deferred");
    runtime::Goexit();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
