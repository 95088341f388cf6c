// An error goes to all that asked; the next call runs the function again.
#include <gort/gort.h>

using namespace gort;

void entry() {
  singleflight::Group g;
  int n = 0;
  auto f = [&] {
    n++;
    return std::pair<any, error>(nil, fmt::Errorf("attempt %d failed", n));
  };
  for (int i = 0; i < 2; i++) {
    auto [v, err, shared] = g.Do("k", f);
    fmt::Println(v, err, shared);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
