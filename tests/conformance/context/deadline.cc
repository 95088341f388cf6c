// The earlier deadline counts; one that has passed cancels at once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time near = time::Date(2100, time::January, 1, 0, 0, 0, 0, time::UTC);
  time::Time far = near.Add(time::Hour);
  auto [a, cancelA] = context::WithDeadline(context::Background(), near);
  auto [b, cancelB] = context::WithDeadline(a, far);
  auto [c, cancelC] = context::WithDeadline(b, near.Add(-time::Hour));
  for (const auto& ctx : {a, b, c}) {
    auto [at, ok] = ctx.Deadline();
    fmt::Println(at, ok);
  }
  auto [d, cancelD] = context::WithDeadline(a, time::Unix(0, 0));
  fmt::Println(d.Err());
  cancelD();
  fmt::Println(d.Err(), context::Cause(d));
  for (const auto& cancel : {cancelA, cancelB, cancelC}) cancel();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
