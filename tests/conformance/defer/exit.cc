// Leaving the process runs nothing that is deferred.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "never printed");
    fmt::Println("exiting");
    _exit(3);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
