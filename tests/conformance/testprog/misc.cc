// Go's testdata/testprog/misc.go: the runtime's own goroutines are not counted.
#include "testprog.h"

using namespace gort;

void NumGoroutine() {
  println(runtime::NumGoroutine());
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv, {{"NumGoroutine", NumGoroutine}});
}
