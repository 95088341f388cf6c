// A goroutine's stack ends with who created it.
#include <gort/gort.h>

using namespace gort;

void worker(chan<bool> done) {
  debug::PrintStack();
  done.close();
}

void start(chan<bool> done) {
  go(worker, done);
}

void entry() {
  auto done = make_chan<bool>();
  start(done);
  done.recv();
  done = make_chan<bool>();
  go([&] {
    debug::PrintStack();
    done.close();
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
