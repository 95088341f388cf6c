// WithoutCancel keeps the values and nothing else.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, cancel] = context::WithTimeout(context::WithValue(context::Background(), "k", "v"), time::Hour);
  auto free = context::WithoutCancel(ctx);
  cancel();
  auto [at, ok] = free.Deadline();
  fmt::Println(ctx.Err(), free.Err(), free.Done() == nil, ok, free.Value("k"), context::Cause(free));
  auto [child, stop] = context::WithCancel(free);
  fmt::Println(child.Err());
  stop();
  fmt::Println(child.Err());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
