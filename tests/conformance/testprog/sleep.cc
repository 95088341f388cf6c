// Go's testdata/testprog/sleep.go: a program that waits for a timer is no deadlock, with standard output closed or not.
#include <unistd.h>

#include "testprog.h"

using namespace gort;

void After1() {
  fmt::Print("ready\n");
  close(STDOUT_FILENO);
  time::After(1 * time::Second).recv();
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv, {{"After1", After1}});
}
