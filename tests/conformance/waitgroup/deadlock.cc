// A worker that forgot Done: main waits for ever, and the trace says for what.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] { wg.Done(); });
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
