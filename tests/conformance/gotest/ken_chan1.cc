// Go's test/ken/chan1.go: each of a thousand messages reaches one of ten receivers, once.
#include <gort/gort.h>

using namespace gort;

constexpr int N = 1000;
constexpr int M = 10;
constexpr int W = 2;
int h[N];

void r(chan<int> c, int m) {
  for (;;) {
    select(recv(c, [&](int r) {
      if (h[r] != 1) {
        println("r", "m=", m, "r=", r, "h=", h[r]);
        panic("fail");
      }
      h[r] = 2;
    }));
  }
}

void s(chan<int> c) {
  for (int n = 0; n < N; n++) {
    int r = n;
    if (h[r] != 0) {
      println("s");
      panic("fail");
    }
    h[r] = 1;
    c.send(r);
  }
}

void entry() {
  auto c = make_chan<int>(W);
  for (int m = 0; m < M; m++) {
    go(r, c, m);
    runtime::Gosched();
  }
  runtime::Gosched();
  runtime::Gosched();
  s(c);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
