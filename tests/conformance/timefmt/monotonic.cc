// A time from Now has a monotonic reading, which In, Round and their like drop.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto has = [](time::Time t) { return t.String().find(" m=+") != std::string::npos; };
  time::Time t = time::Now();
  fmt::Println(has(t), has(t.Add(time::Second)), has(t.Round(0)), has(t.UTC()), has(t.Local()), has(t.AddDate(0, 0, 1)),
               has(t.Truncate(1)));
  fmt::Println(time::Since(t) >= 0, time::Until(t) <= 0, t.Equal(t.Round(0)), t == t.Round(0));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
