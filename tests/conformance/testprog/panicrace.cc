// Go's testdata/testprog/panicrace.go: the program does not end before a panic has been printed, though main returns.
#include "testprog.h"

using namespace gort;

void PanicRace() {
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    func([&] {
      defer([&] {
        wg.Done();
        runtime::Gosched();
      });
      panic("crash");
    });
  });
  wg.Wait();
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv, {{"PanicRace", PanicRace}});
}
