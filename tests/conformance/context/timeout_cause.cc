// The Cause forms: the cause is of the deadline, not of an earlier cancel.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error slow = errors::New("too slow");
  auto [a, cancelA] = context::WithTimeoutCause(context::Background(), time::Millisecond, slow);
  a.Done().recv();
  fmt::Println(a.Err(), context::Cause(a));
  auto [b, cancelB] = context::WithTimeoutCause(context::Background(), time::Hour, slow);
  cancelB();
  fmt::Println(b.Err(), context::Cause(b));
  auto [c, cancelC] = context::WithDeadlineCause(context::Background(), time::Unix(0, 0), slow);
  fmt::Println(c.Err(), context::Cause(c));
  auto [d, cancelD] = context::WithDeadlineCause(context::Background(), time::Unix(0, 0), nil);
  fmt::Println(d.Err(), context::Cause(d));
  for (const auto& cancel : {cancelA, cancelC, cancelD}) cancel();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
