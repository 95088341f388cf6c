// OnceValues returns two results.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto parse = sync::OnceValues([] {
    fmt::Println("parsing");
    return time::ParseDuration("90");
  });
  for (int i = 0; i < 2; i++) {
    auto [d, err] = parse();
    fmt::Println(d, err);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
