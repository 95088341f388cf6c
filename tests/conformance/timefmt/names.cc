// Months and weekdays by name, and what is none.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (int m = 0; m <= 13; m++) fmt::Println(time::Month(m));
  for (int d = -1; d <= 7; d++) fmt::Println(time::Weekday(d));
  fmt::Printf("%d %v %T %d %T\n", time::May, time::May, time::May, time::Friday, time::Friday);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
