// Get of an empty pool is nil without New, and what New makes with it.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Pool p;
  fmt::Println(p.Get());
  int n = 0;
  p.New = [&]() -> any {
    n++;
    return n;
  };
  any first = p.Get();
  fmt::Println(first, p.Get());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
