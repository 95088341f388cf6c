// Durations print as Go prints them.
#include <cstdint>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void entry() {
  for (time::Duration d : std::vector<time::Duration>{
           0, 1, 999, time::Microsecond, 1500 * time::Nanosecond, time::Millisecond, 1234567, time::Second,
           1500 * time::Millisecond, time::Minute, 90 * time::Second, time::Hour,
           25 * time::Hour + 3 * time::Minute + 4 * time::Second + 5, -time::Second, -1, INT64_MAX, INT64_MIN}) {
    fmt::Println(d.String());
  }
  time::Duration d = 3 * time::Hour + 25 * time::Minute;
  fmt::Println(d.Minutes(), d.Milliseconds());
  fmt::Println(d.Truncate(time::Hour).String(), d.Round(time::Hour).String());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
