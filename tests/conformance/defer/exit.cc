// Leaving the process runs nothing that is deferred.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "never printed");
    fmt::Println("exiting");
    os::Exit(3);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
