// Go's test/inline_callers.go: Callers gives functions that are inlined into each other a pc each.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

int skip;
int npcs;
std::vector<uintptr_t> pcs(32);

[[gnu::always_inline]] inline void h() {
  npcs = runtime::Callers(skip, pcs);
}

[[gnu::always_inline]] inline void g() {
  h();
}

[[gnu::always_inline]] inline void f() {
  g();
}

using names = std::vector<std::string>;

[[gnu::noinline]] names testCallers(int skp) {
  names frames;
  skip = skp;
  f();
  for (int i = 0; i < npcs; i++) {
    auto fn = runtime::FuncForPC(pcs[size_t(i)] - 1);
    frames.push_back(fn.Name());
    if (fn.Name() == "main.main") break;
  }
  return frames;
}

[[gnu::noinline]] names testCallersFrames(int skp) {
  names frames;
  skip = skp;
  f();
  auto ci = runtime::CallersFrames(std::span(pcs).first(size_t(npcs)));
  for (;;) {
    auto [frame, more] = ci.Next();
    frames.push_back(frame.Function);
    if (!more || frame.Function == "main.main") break;
  }
  return frames;
}

names expectedFrames[] = {
    {"runtime.Callers", "main.h", "main.g", "main.f", "main.testCallers", "main.main"},
    {"main.h", "main.g", "main.f", "main.testCallers", "main.main"},
    {"main.g", "main.f", "main.testCallers", "main.main"},
    {"main.f", "main.testCallers", "main.main"},
    {"main.testCallers", "main.main"},
    {"main.main"},
};

names allFrames = {"runtime.Callers", "main.h", "main.g", "main.f", "main.testCallersFrames", "main.main"};

void entry() {
  for (int i = 0; i <= 5; i++) {
    names frames = testCallers(i);
    names expected = expectedFrames[i];
    if (frames != expected) fmt::Printf("testCallers(%d):\n got %v\n want %v\n", i, frames, expected);

    frames = testCallersFrames(i);
    expected = names(allFrames.begin() + i, allFrames.end());
    if (frames != expected) fmt::Printf("testCallersFrames(%d):\n got %v\n want %v\n", i, frames, expected);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
