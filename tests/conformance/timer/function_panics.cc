// An uncaught panic in AfterFunc's function: its goroutine was created by time.goFunc.
#include <gort/gort.h>

using namespace gort;

void late() {
  panic("too late");
}

void entry() {
  time::AfterFunc(time::Millisecond, late);
  time::Sleep(time::Minute);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
