// Offsets of all sorts, with and without a name.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (int z : {0, 3600, -3600, 19800, -12600, 3661, -45, 86399}) {
    time::Time t = time::Date(2024, time::Month(2), 29, 12, 0, 0, 0, time::FixedZone("", z));
    fmt::Println(t.Format(time::RFC3339), t.Format("-0700 MST -07:00:00 Z07"), t);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
