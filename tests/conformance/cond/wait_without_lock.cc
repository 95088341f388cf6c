// Wait without holding L is the fatal error of the mutex.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  fmt::Println("waiting");
  c.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
