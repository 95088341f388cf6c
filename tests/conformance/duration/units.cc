// Counts in other units, whole and with a fraction.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (time::Duration d : std::vector<time::Duration>{0, 1, 1500, -1500, 90 * time::Second, 100 * time::Minute,
                                                      -30 * time::Hour, INT64_MAX}) {
    fmt::Println(d.Nanoseconds(), d.Microseconds(), d.Milliseconds(), d.Seconds(), d.Minutes(), d.Hours());
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
