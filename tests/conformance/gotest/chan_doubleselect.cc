// Go's test/chan/doubleselect.go: of the cases of a select only one goes ahead.
#include <unordered_set>

#include <gort/gort.h>

using namespace gort;

constexpr int iterations = 100000;

void sender(int n, send_chan<int> c1, send_chan<int> c2, send_chan<int> c3, send_chan<int> c4) {
  func([&] {
    defer(&send_chan<int>::close, c1);
    defer(&send_chan<int>::close, c2);
    defer(&send_chan<int>::close, c3);
    defer(&send_chan<int>::close, c4);

    for (int i = 0; i < n; i++) select(send(c1, i), send(c2, i), send(c3, i), send(c4, i));
  });
}

void mux(send_chan<int> out, recv_chan<int> in, send_chan<bool> done) {
  for (int v : in) out.send(v);
  done.send(true);
}

void recver(recv_chan<int> in) {
  std::unordered_set<int> seen;

  for (int v : in) {
    if (!seen.insert(v).second) {
      println("got duplicate value: ", v);
      panic("fail");
    }
  }
}

void entry() {
  runtime::GOMAXPROCS(2);

  auto c1 = make_chan<int>();
  auto c2 = make_chan<int>();
  auto c3 = make_chan<int>();
  auto c4 = make_chan<int>();
  auto done = make_chan<bool>();
  auto cmux = make_chan<int>();
  go(sender, iterations, c1, c2, c3, c4);
  go(mux, cmux, c1, done);
  go(mux, cmux, c2, done);
  go(mux, cmux, c3, done);
  go(mux, cmux, c4, done);
  go([=] {
    done.recv();
    done.recv();
    done.recv();
    done.recv();
    cmux.close();
  });
  recver(cmux);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
