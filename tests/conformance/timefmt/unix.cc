// Counts since 1970, to and fro.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (int64_t s : std::vector<int64_t>{0, 1, -1, 1700000000, -62135596800, 253402300799}) {
    time::Time t = time::Unix(s, 123456789).UTC();
    fmt::Println(t, t.Unix(), t.UnixMilli(), t.UnixMicro(), t.Nanosecond());
  }
  fmt::Println(time::Unix(0, -1).UTC(), time::Unix(1, 5000000000).UTC(), time::UnixMilli(-1).UTC(),
               time::UnixMicro(1234567).UTC());
  fmt::Println(time::Unix(1700000000, 1).UnixNano());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
