// Date and In without a Location panic.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  try_([] { time::Date(2000, time::January, 1, 0, 0, 0, 0, nullptr); });
  try_([] { time::Now().In(nullptr); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
