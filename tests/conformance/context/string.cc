// The String forms of every kind of context.
#include <gort/gort.h>

using namespace gort;

struct key : named<int> {
  using named::named;
};

void entry() {
  auto bg = context::Background();
  auto [a, cancel] = context::WithCancel(bg);
  auto [b, cancelB] = context::WithCancelCause(context::TODO());
  for (const context::Context& ctx : std::vector<context::Context>{
           bg, context::TODO(), a, b, context::WithValue(a, "k", "v"), context::WithValue(bg, key(1), 2),
           context::WithValue(bg, "n", nil), context::WithoutCancel(context::WithValue(a, "k", time::Second))}) {
    fmt::Println(ctx);
  }
  cancel();
  cancelB(nil);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
