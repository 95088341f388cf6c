// Go's test/fixedbugs/issue22683.go: ranging over a channel of structs that hold pointers.
#include <array>

#include <gort/gort.h>

using namespace gort;

struct foo {
  std::array<int*, 1> bar;
};

void entry() {
  auto ch = make_chan<foo>(2);
  int a = 0;
  std::array<int*, 1> b = {&a};
  ch.send(foo{b});
  ch.close();

  for (auto& v : ch)
    for (int i = 0; i < 1; i++) fmt::Println(v.bar[0] != nullptr);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
