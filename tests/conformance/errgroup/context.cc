// The first error cancels the context, with the error as the cause.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [g, ctx] = errgroup::WithContext(context::Background());
  g.Go([ctx = ctx]() -> error {
    ctx.Done().recv();
    return ctx.Err();
  });
  g.Go([]() -> error { return errors::New("broken"); });
  error err = g.Wait();
  fmt::Println(err, ctx.Err(), context::Cause(ctx));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
