// One call for all that ask meanwhile; its result is shared.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  singleflight::Group g;
  int calls = 0;
  auto gate = make_chan<bool>(), in = make_chan<bool>(1);
  auto slow = [&] {
    calls++;
    in.send(true);
    gate.recv();
    return std::pair<any, error>("value", nil);
  };
  auto out = make_chan<singleflight::Result>();
  for (int i = 0; i < 3; i++) {
    go([&] { out.send(g.Do("k", slow)); });
  }
  in.recv();
  waitFor(2, "[semacquire]");
  gate.close();
  for (int i = 0; i < 3; i++) {
    auto r = out.recv();
    fmt::Println(r.Val, r.Err, r.Shared);
  }
  fmt::Println(calls);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
