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

// brief has room for three functions, whatever is inlined into what.
[[gnu::always_inline]] inline void brief() {
  for (int skip = 0; skip < 4; skip++) {
    std::vector<uintptr_t> pcs(3);
    pcs.resize(size_t(runtime::Callers(skip, pcs)));
    for (uintptr_t pc : pcs) fmt::Println(skip, runtime::FuncForPC(pc - 1).Name());
    fmt::Println(skip, runtime::FuncForPC(runtime::Caller(skip).pc).Name());
  }
}
[[gnu::always_inline]] inline void middle() {
  brief();
}
[[gnu::always_inline]] inline void wide() {
  middle();
}

[[gnu::noinline]] void deferring() {
  func([&] { defer([] { wide(); }); });
}

void entry() {
  outer(2);
  wide();
  deferring();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
