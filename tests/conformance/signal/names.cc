// The texts of signals.
#include <gort/gort.h>

using namespace gort;

void entry() {
  fmt::Println(os::Interrupt, os::Kill);
  for (int i = 0; i < 36; i++) fmt::Println(i, os::Signal(i));
  fmt::Printf("%v %s %d %T\n", os::Signal(SIGTERM), os::Signal(SIGTERM), os::Signal(SIGTERM), os::Signal(SIGTERM));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
