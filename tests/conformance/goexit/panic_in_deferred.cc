// A panic in a deferred call during Goexit that nobody recovers: only the panic is printed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("during goexit"); });
    runtime::Goexit();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
