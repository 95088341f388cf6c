// Wait cancels the context also when nothing failed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [g, ctx] = errgroup::WithContext(context::Background());
  g.Go([]() -> error { return nil; });
  fmt::Println(ctx.Err());
  error err = g.Wait();
  fmt::Println(err, ctx.Err(), context::Cause(ctx));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
