// At one P two goroutines hand a value back and forth without either running ahead.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ping = make_chan<int>(), pong = make_chan<int>();
  go([=] {
    for (int v : ping) {
      fmt::Println("ping", v);
      pong.send(v + 1);
    }
    pong.close();
  });
  int v = 0;
  for (int i = 0; i < 3; i++) {
    ping.send(v);
    v = pong.recv();
    fmt::Println("pong", v);
  }
  ping.close();
  auto [last, ok] = pong.recv_ok();
  fmt::Println(ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
