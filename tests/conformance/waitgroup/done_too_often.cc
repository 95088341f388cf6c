// One Done too many, uncaught: the text, the frames of the package and the status.
#include <gort/gort.h>

using namespace gort;

void worker(sync::WaitGroup* wg) {
  wg->Done();
  wg->Done();
}

void entry() {
  sync::WaitGroup wg;
  wg.Add(1);
  worker(&wg);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
