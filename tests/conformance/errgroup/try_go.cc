// TryGo starts a task if there is a place.
#include <gort/gort.h>

using namespace gort;

void entry() {
  errgroup::Group g;
  g.SetLimit(1);
  auto gate = make_chan<bool>();
  auto wait = [gate]() -> error {
    gate.recv();
    return nil;
  };
  bool a = g.TryGo(wait), b = g.TryGo(wait);
  fmt::Println(a, b);
  gate.close();
  g.Wait();
  a = g.TryGo(wait);
  fmt::Println(a, g.Wait());
  g.SetLimit(0);
  fmt::Println(g.TryGo(wait));
  g.SetLimit(-1);
  a = g.TryGo(wait);
  b = g.TryGo(wait);
  fmt::Println(a, b, g.Wait());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
