// AddDate normalises as Date does.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Date(2023, time::October, 31, 23, 0, 0, 0, time::UTC);
  for (auto d : std::vector<std::vector<int>>{
           {0, 1, 0}, {0, 4, 0}, {1, 4, -2}, {0, 0, 1}, {-3, -8, 0}, {0, 0, -304}, {4, -8, 0}}) {
    fmt::Println(t.AddDate(d[0], d[1], d[2]));
  }
  fmt::Println(t.Add(time::Hour), t.Add(-25 * time::Hour), t.Add(INT64_MAX));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
