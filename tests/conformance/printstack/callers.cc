// Callers and CallersFrames list the frames of user functions, from the caller outwards.
#include <cstdint>
#include <vector>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void list() {
  std::vector<uintptr_t> pcs(20);
  int n = runtime::Callers(1, pcs);
  auto frames = runtime::CallersFrames(std::span(pcs).first(n));
  while (true) {
    auto [frame, more] = frames.Next();
    if (frame.Function.starts_with("main.")) fmt::Println(frame.Function);
    if (!more) break;
  }
}

[[gnu::noinline]] void outer(int n) {
  if (n > 0) {
    outer(n - 1);
    return;
  }
  [] { list(); }();
}

void entry() {
  outer(2);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
