// Truncate and Round count from the zero time.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Date(2012, time::December, 7, 12, 15, 30, 918273645, time::UTC);
  for (time::Duration d : std::vector<time::Duration>{1, time::Microsecond, time::Millisecond, time::Second,
                                                      2 * time::Second, time::Minute, 10 * time::Minute, time::Hour,
                                                      24 * time::Hour, 7 * 24 * time::Hour, 0, -1, 3333 * time::Hour}) {
    fmt::Println(d, t.Truncate(d).Format(time::RFC3339Nano), t.Round(d).Format(time::RFC3339Nano));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
