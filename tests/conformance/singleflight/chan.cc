// DoChan sends the result on a channel that is not closed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  singleflight::Group g;
  auto gate = make_chan<bool>();
  auto f = [=] {
    gate.recv();
    return std::pair<any, error>(7, nil);
  };
  auto a = g.DoChan("k", f), b = g.DoChan("k", f);
  gate.close();
  auto ra = a.recv(), rb = b.recv();
  fmt::Println(ra.Val, ra.Err, ra.Shared, rb.Val, rb.Err, rb.Shared);
  fmt::Println(a.len(), a.cap());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
