// A panic in a function that a timer started: its goroutine has the timer as its creator.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::AfterFunc(time::Millisecond, [] { panic("in timer"); });
  time::Sleep(time::Minute);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
