// What NewTicker, Reset and Tick say to an interval that is not positive.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] {
      any v = recover();
      fmt::Println(v, v.is<error>());
    });
    f();
  });
}

void entry() {
  auto t = time::NewTicker(time::Hour);
  for (time::Duration d : {time::Duration(0), -time::Second}) {
    try_([&] { time::NewTicker(d); });
    try_([&] { t->Reset(d); });
    fmt::Println(time::Tick(d) == nil);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
