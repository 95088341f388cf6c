// Before, After, Equal, Compare are about instants; == is about the representation too.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time a = time::Date(2020, time::May, 1, 12, 0, 0, 0, time::UTC);
  time::Time b = a.In(time::FixedZone("X", 7200));
  time::Time c = a.Add(1);
  for (auto [x, y] : std::vector<std::pair<time::Time, time::Time>>{{a, a}, {a, b}, {a, c}, {c, b}}) {
    fmt::Println(x.Before(y), x.After(y), x.Equal(y), x.Compare(y), x == y);
  }
  fmt::Println(a.IsZero(), time::Time().IsZero(), time::Unix(0, 0).IsZero());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
