// Go's test/chan/zerosize.go: channels of values without content can be made.
#include <gort/gort.h>

using namespace gort;

struct nothing {};
struct nothing_either {
  nothing none[0];
};

void entry() {
  make_chan<nothing_either>();
  make_chan<nothing_either>(1);
  make_chan<nothing>();
  make_chan<nothing>(1);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
