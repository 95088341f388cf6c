// Wait returns the first error, when all have ended.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [g, ctx] = errgroup::WithContext(context::Background());
  g.Go([ctx = ctx]() -> error {
    ctx.Done().recv();
    time::Sleep(2 * time::Millisecond);
    fmt::Println("slow one ends");
    return errors::New("second");
  });
  g.Go([]() -> error { return errors::New("first"); });
  g.Go([]() -> error { return nil; });
  fmt::Println(g.Wait());
  fmt::Println(g.Wait());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
