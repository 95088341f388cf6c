// Misuses of timers and tickers are panics with these texts.
#include <gort/gort.h>

using namespace gort;

template <class F>
void attempt(F f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  attempt([] { time::NewTicker(0); });
  attempt([] { time::NewTicker(time::Hour)->Reset(-1); });
  attempt([] { time::Timer().Stop(); });
  attempt([] { time::Timer().Reset(1); });
  attempt([] { time::Ticker().Reset(1); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
