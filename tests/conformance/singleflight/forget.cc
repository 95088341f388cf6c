// Forget lets the next call run although one is under way.
#include <gort/gort.h>

using namespace gort;

void entry() {
  singleflight::Group g;
  auto gate = make_chan<bool>();
  auto first = g.DoChan("k", [=] {
    gate.recv();
    return std::pair<any, error>(1, nil);
  });
  g.Forget("k");
  auto [v, err, shared] = g.Do("k", [] { return std::pair<any, error>(2, nil); });
  fmt::Println(v, shared);
  gate.close();
  auto r = first.recv();
  fmt::Println(r.Val, r.Shared);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
