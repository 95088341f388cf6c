// Abs, of the smallest duration too.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (time::Duration d :
       std::vector<time::Duration>{0, 1, -1, time::Minute, -time::Minute, INT64_MIN, INT64_MIN + 1}) {
    fmt::Println(d.Abs());
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
