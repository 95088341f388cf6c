// Year, month, day, weekday, day of the year and ISO week around the turn of some years.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (int y = 2004; y <= 2021; y++) {
    for (int d : {-2, 0, 1, 3, 60}) {
      time::Time t = time::Date(y, time::January, d, 12, 30, 15, 7, time::UTC);
      auto [iy, iw] = t.ISOWeek();
      fmt::Println(t.Year(), t.Month(), t.Day(), t.Weekday(), t.YearDay(), iy, iw, t.Hour(), t.Minute(), t.Second(),
                   t.Nanosecond());
    }
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
