// The roots are never done.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (const auto& ctx : {context::Background(), context::TODO()}) {
    auto [at, ok] = ctx.Deadline();
    fmt::Println(ctx.Done() == nil, ctx.Err(), ctx.Value("k"), ok, context::Cause(ctx));
  }
  fmt::Println(context::Background() == context::Background(), context::Background() == context::TODO());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
