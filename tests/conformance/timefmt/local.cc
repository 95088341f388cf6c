// The local zone comes from TZ, with its changes to summer time.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (int64_t s : {0, 1711846799, 1711846800, 1729990799, 1729990800}) {
    time::Time t = time::Unix(s, 0);
    fmt::Println(t, t.IsDST(), t.UTC());
  }
  fmt::Println(time::Date(2024, time::July, 1, 12, 0, 0, 0, time::Local),
               time::Date(2024, time::March, 31, 2, 30, 0, 0, time::Local).UTC());
  fmt::Println(time::Local->String());
  auto [t, err] = time::Parse("2006-01-02 15:04 -0700", "2024-07-01 12:00 +0200");
  fmt::Println(t, err);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
