// One call for all that ask meanwhile; its result is shared.
#include <string>
#include <string_view>

#include <gort/gort.h>

using namespace gort;

// waitFor waits until n goroutines are in a state of traces.
void waitFor(int n, std::string_view state) {
  std::string buf(1 << 16, '\0');
  for (int found = 0; found < n;) {
    found = 0;
    std::string_view text(buf.data(), runtime::Stack(buf, true));
    for (size_t at = 0; (at = text.find(state, at)) != text.npos; at++) found++;
    if (found < n) runtime::Gosched();
  }
}

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
