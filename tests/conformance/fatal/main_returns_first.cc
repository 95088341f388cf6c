// Main returns while another goroutine's panic still runs a long deferred call: nothing is printed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  go([] {
    func([&] {
      defer([] { time::Sleep(time::Minute); });
      panic("A");
    });
  });
  time::Sleep(5 * time::Millisecond);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
