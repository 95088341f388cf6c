#include <functional>
#include <string_view>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] time::Duration div(time::Duration a, time::Duration b) {
  return a / b;
}

[[gnu::noinline]] time::Duration mod(time::Duration a, time::Duration b) {
  return a % b;
}

[[gnu::noinline]] void divassign(time::Duration* d, time::Duration by) {
  *d /= by;
}

[[gnu::noinline]] void modassign(time::Duration* d, time::Duration by) {
  *d %= by;
}

[[gnu::noinline]] void stack(const std::function<void()>& f) {
  func([&] {
    defer([] {
      debug::PrintStack();
      recover();
    });
    f();
  });
}

static std::string_view which;

void entry() {
  time::Duration d = 7;
  if (which == "div") {
    println(div(d, 0));
  } else if (which == "mod") {
    println(mod(d, 0));
  } else if (which == "divassign") {
    divassign(&d, 0);
  } else if (which == "modassign") {
    modassign(&d, 0);
  } else if (which == "stacks") {
    stack([&] { div(d, 0); });
    stack([&] { mod(d, 0); });
    stack([&] { divassign(&d, 0); });
    stack([&] { modassign(&d, 0); });
  }
}

int main(int argc, char** argv) {
  if (argc > 1) which = argv[1];
  return gort::main(argc, argv, entry);
}
