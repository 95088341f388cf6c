// Stop and Reset of a Timer that was not made by NewTimer or AfterFunc.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  time::Timer t;
  time::Ticker k;
  try_([&] { t.Stop(); });
  try_([&] { t.Reset(1); });
  try_([&] { k.Reset(1); });
  try_([&] { k.Stop(); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
