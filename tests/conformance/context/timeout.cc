// A timeout's error: text, methods and the cause.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [hour, stop] = context::WithTimeout(context::Background(), time::Hour);
  fmt::Println(hour.Deadline().second, hour.Err());
  auto [ctx, cancel] = context::WithTimeout(hour, 2 * time::Millisecond);
  bool ok = ctx.Deadline().second;
  ctx.Done().recv();
  error err = ctx.Err();
  fmt::Println(ok, err, err == context::DeadlineExceeded, errors::Is(err, context::Canceled), context::Cause(ctx));
  fmt::Println(errors::Is(err, os::ErrDeadlineExceeded));
  net::Error t(err);
  fmt::Println(t && t.Timeout());
  cancel();
  fmt::Println(ctx.Err());
  stop();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
