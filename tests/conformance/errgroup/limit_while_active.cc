// SetLimit with tasks under way panics with an error.
#include <gort/gort.h>

using namespace gort;

void entry() {
  errgroup::Group g;
  auto gate = make_chan<bool>();
  func([&] {
    g.SetLimit(3);
    for (int i = 0; i < 2; i++) {
      g.Go([=]() -> error {
        gate.recv();
        return nil;
      });
    }
    defer([&] {
      any v = recover();
      fmt::Println(v, v.is<error>());
      gate.close();
      fmt::Println(g.Wait());
    });
    g.SetLimit(5);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
