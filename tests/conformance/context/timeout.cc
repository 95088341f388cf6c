// A timeout's error: text, methods and the cause.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 2 * time::Millisecond);
  auto [at, ok] = ctx.Deadline();
  fmt::Println(ok, ctx.Err());
  ctx.Done().recv();
  error err = ctx.Err();
  fmt::Println(err, err == context::DeadlineExceeded, errors::Is(err, context::Canceled), context::Cause(ctx));
  fmt::Println(errors::Is(err, os::ErrDeadlineExceeded));
  net::Error t(err);
  fmt::Println(t && t.Timeout());
  cancel();
  fmt::Println(ctx.Err());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
