// Go's testdata/testprog/preempt.go: goroutines that never call the runtime do not keep a collection from running.
#include <atomic>
#include <cstdint>

#include "testprog.h"

using namespace gort;

std::atomic<uint32_t> ready, ready2;
volatile int64_t out;

[[gnu::noinline]] void dummy() {
  asm volatile("");
}

[[gnu::noinline]] void frameless() {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < uint64_t(1) << 62; i++) {
    sum += i * i * i * i * i * 12345;
    out = int64_t(sum);
  }
}

void AsyncPreempt() {
  runtime::GOMAXPROCS(1);
  debug::SetGCPercent(-1);
  runtime::GC();

  go([] {
    for (;;) {
      ready = 1;
      dummy();
      dummy();
    }
  });
  go([] {
    ready2++;
    frameless();
  });
  go([] {
    ready2++;
    for (;;) asm volatile("");
  });

  while (ready == 0 || ready2 < 2) runtime::Gosched();

  runtime::GC();

  println("OK");
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv, {{"AsyncPreempt", AsyncPreempt}});
}
