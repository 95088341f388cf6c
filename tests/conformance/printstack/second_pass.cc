// Go prints the first fifty frames of a stack, and then the others in a second pass, which begins as at the top of a
// stack: a panic, or the wrapper of a deferred call that panics, that comes first in it is not shown.
#include <functional>
#include <string>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void down(int n, const std::function<void()>& f) {
  if (n > 0)
    down(n - 1, f);
  else
    f();
  fmt::Print("");
}

// Prints what is not down's, with its number, and what is left out.
void report(const std::string& stack) {
  int n = 0;
  size_t end;
  for (size_t at = 0; (end = stack.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = stack.substr(at, end - at);
    if (line[0] == '\t') continue;
    const size_t open = line.find('(');
    if (open != std::string::npos) n++;
    const std::string name = line.substr(0, open);
    if (name != "main.down" && n > 2) fmt::Println(n, name);
  }
}

void above(int frames) {
  down(frames, [] { report(debug::Stack()); });
}

[[gnu::noinline]] void panics(int frames) {
  func([&] {
    defer([] { recover(); });
    defer([&] { above(frames); });
    panic("panics");
  });
}

[[gnu::noinline]] void deferred(int frames) {
  func([&] {
    defer([] { recover(); });
    defer(panic, "deferred");
    defer([&] { above(frames); });
    defer(panic, "first");
  });
}

[[gnu::noinline]] void wrapped(int frames) {
  func([&] {
    defer([] { recover(); });
    defer([&] {
      func([&] {
        defer([] { recover(); });
        defer([&] { above(frames); });
        defer(panic, "second");
      });
    });
    panic("first");
  });
}

void entry() {
  for (int below : {0, 45, 60}) {
    for (int frames = 40; frames < 50; frames++) {
      fmt::Println("panics", below, frames);
      down(below, [&] { panics(frames); });
      fmt::Println("deferred", below, frames);
      down(below, [&] { deferred(frames); });
      fmt::Println("wrapped", below, frames);
      down(below, [&] { wrapped(frames); });
    }
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
