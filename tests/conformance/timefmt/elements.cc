// Each element of a layout by itself, and what is none.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Date(7, time::March, 9, 21, 5, 6, 7000000, time::UTC);
  for (const char* l : {"2006",      "06",    "1",      "01",     "Jan",     "January",   "2",      "_2",   "02",
                        "002",       "__2",   "Mon",    "Monday", "15",      "3",         "03",     "4",    "04",
                        "5",         "05",    "PM",     "pm",     "MST",     "-0700",     "-07:00", "-07",  "-070000",
                        "-07:00:00", "Z0700", "Z07:00", "Z07",    "Z070000", "Z07:00:00", ".000",   ".999", ",000",
                        "5.00",      "5.99",  "Janet",  "10",     "25",      "hello 7",   "Junk"}) {
    fmt::Printf("%s: %q\n", l, t.Format(l));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
