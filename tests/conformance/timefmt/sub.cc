// Sub, also where the difference does not fit a Duration.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time a = time::Date(2000, time::January, 1, 0, 0, 0, 0, time::UTC);
  for (time::Time b : {a, a.Add(1), a.Add(-time::Hour), time::Date(2290, time::January, 1, 0, 0, 0, 0, time::UTC),
                       time::Date(2300, time::January, 1, 0, 0, 0, 0, time::UTC), time::Time(),
                       time::Date(1700, time::January, 1, 0, 0, 0, 0, time::UTC)}) {
    fmt::Println(a.Sub(b), b.Sub(a));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
