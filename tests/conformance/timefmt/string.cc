// Time's String: fractions as far as they go, and years outside four digits.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (time::Time t : {time::Time(), time::Unix(0, 0).UTC(), time::Unix(1257894000, 120000000).UTC(),
                       time::Unix(-1, 999999999).UTC(), time::Date(12345, time::January, 1, 0, 0, 0, 1, time::UTC),
                       time::Date(-5, time::December, 31, 23, 59, 59, 0, time::UTC),
                       time::Date(0, time::January, 1, 0, 0, 0, 0, time::FixedZone("X", -60))}) {
    fmt::Println(t);
    fmt::Println(t.Format(time::RFC3339Nano));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
