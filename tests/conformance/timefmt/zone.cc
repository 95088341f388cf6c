// In, UTC, Location and Zone.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Date(2021, time::June, 1, 0, 30, 0, 0, time::FixedZone("A", 3600));
  time::Time u = t.In(time::FixedZone("B", -7200));
  fmt::Println(t, u, t.UTC());
  fmt::Println(t.Location()->String(), u.Location()->String(), t.UTC().Location()->String(),
               time::Time().Location()->String());
  for (time::Time x : {t, u, t.UTC()}) {
    auto [name, offset] = x.Zone();
    fmt::Println(name, offset);
  }
  fmt::Println(t.Equal(u), u.Day(), t.Day());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
