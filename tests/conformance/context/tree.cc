// Cancelling reaches all descendants, and nobody above.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [root, cancelRoot] = context::WithCancel(context::Background());
  auto [a, cancelA] = context::WithCancel(root);
  auto [b, cancelB] = context::WithCancel(root);
  auto [aa, cancelAA] = context::WithCancel(context::WithValue(a, "k", "v"));
  auto show = [&, &root = root, &a = a, &b = b, &aa = aa] { fmt::Println(root.Err(), a.Err(), b.Err(), aa.Err()); };
  show();
  cancelA();
  show();
  cancelRoot();
  show();
  cancelB();
  cancelAA();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
