// ParseInLocation reads times without a zone in a Location.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto loc = time::FixedZone("EST", -5 * 3600);
  for (const char* v : {"2012-07-09 05:02 EST", "2012-07-09 05:02 CEST"}) {
    auto [t, err] = time::ParseInLocation("2006-01-02 15:04 MST", v, loc);
    fmt::Println(t, err);
  }
  auto [t, err] = time::ParseInLocation(time::DateTime, "2012-07-09 05:02:03", loc);
  fmt::Println(t, err);
  auto [u, err2] = time::ParseInLocation(time::DateTime, "x", loc);
  fmt::Println(u, err2);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
