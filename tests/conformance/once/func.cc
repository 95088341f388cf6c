// OnceFunc's function runs once, whoever calls it.
#include <gort/gort.h>

using namespace gort;

void entry() {
  int n = 0;
  auto f = sync::OnceFunc([&] {
    n++;
    fmt::Println("run");
  });
  fmt::Println(n);
  f();
  auto g = f;
  g();
  f();
  fmt::Println(n);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
