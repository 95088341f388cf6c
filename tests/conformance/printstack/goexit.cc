// In a deferred call of Goexit the frame runtime.Goexit is shown.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer(&chan<bool>::close, done);
      defer([] { debug::PrintStack(); });
      runtime::Goexit();
    });
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
