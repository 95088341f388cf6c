// Go's test/gc2.go: channels that nobody holds any more leave no memory behind.
#include <malloc.h>

#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

void entry() {
  constexpr int N = 10000;
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < N; i++) {
    auto c = make_chan<int>(10);
    if (i % 100 == 0) {
      for (int j = 0; j < 4; j++) {
        runtime::GC();
        runtime::Gosched();
        runtime::GC();
        runtime::Gosched();
      }
    }
  }

  size_t after = mallinfo2().uordblks;
  // A channel takes more than a hundred bytes.
  if (after > before && (after - before) / 100 > N / 5) {
    fmt::Println("too much memory left:", after - before);
    std::exit(1);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
