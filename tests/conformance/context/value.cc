// The nearest value of a key counts; keys differ in type as well as value.
#include <gort/gort.h>

using namespace gort;

struct key : named<std::string> {
  using named::named;
};

void entry() {
  auto a = context::WithValue(context::Background(), "k", 1);
  auto b = context::WithValue(a, key("k"), 2);
  auto c = context::WithValue(b, "k", "three");
  auto [d, cancel] = context::WithCancel(c);
  for (const auto& ctx : {a, b, c, d, context::WithoutCancel(d)}) {
    fmt::Println(ctx.Value("k"), ctx.Value(key("k")), ctx.Value("x"), ctx.Value(1));
  }
  cancel();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
