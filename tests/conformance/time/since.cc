// Time does not run backwards, and a sleep lasts at least as long as it was asked to.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto start = time::Now();
  time::Sleep(15 * time::Millisecond);
  time::Duration d = time::Since(start);
  fmt::Println(d >= 15 * time::Millisecond, d < 10 * time::Second);
  fmt::Println(time::Now().Sub(start) >= d, start.Before(time::Now()));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
