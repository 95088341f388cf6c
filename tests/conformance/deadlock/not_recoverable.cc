// A deadlock is a fatal error: no deferred call runs.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  println(s);
}

void entry() {
  func([&] {
    defer(say, "not printed");
    defer([] { recover(); });
    make_chan<int>().recv();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
