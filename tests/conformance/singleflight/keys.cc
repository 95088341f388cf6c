// Different keys do not wait for each other, also when a call makes another one.
#include <gort/gort.h>

using namespace gort;

void entry() {
  singleflight::Group g;
  auto [v, err, shared] = g.Do("outer", [&] {
    auto [v, err, shared] = g.Do("inner", [] { return std::pair<any, error>(1, nil); });
    return std::pair<any, error>(v.must_as<int>() + 1, err);
  });
  fmt::Println(v);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
