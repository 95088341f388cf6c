// Cancelling closes Done and sets Err; a second call does nothing.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  fmt::Println(ctx.Err(), ctx.Done() != nil);
  cancel();
  ctx.Done().recv();
  fmt::Println(ctx.Err(), ctx.Err() == context::Canceled);
  cancel();
  fmt::Println(ctx.Err(), context::Cause(ctx));
  auto [at, ok] = ctx.Deadline();
  fmt::Println(ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
