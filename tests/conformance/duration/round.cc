// Round and Truncate, also with units that are not positive and at the ends of the range.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Duration d = time::Hour + 15 * time::Minute + 30 * time::Second + 918273645;
  for (time::Duration m : std::vector<time::Duration>{1, time::Microsecond, time::Millisecond, time::Second,
                                                      2 * time::Second, time::Minute, time::Hour, 0, -time::Second}) {
    fmt::Println(m, d.Round(m), d.Truncate(m), (-d).Round(m), (-d).Truncate(m));
  }
  const int64_t max = INT64_MAX, min = INT64_MIN;
  fmt::Println(time::Duration(max).Round(time::Hour), time::Duration(min).Round(time::Hour),
               time::Duration(max).Truncate(time::Hour));
  fmt::Println((2500 * time::Millisecond).Round(time::Second), (-2500 * time::Millisecond).Round(time::Second));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
