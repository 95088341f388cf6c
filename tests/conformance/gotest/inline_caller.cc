// Go's test/inline_caller.go: Caller finds functions that are inlined, with their lines, and what stands below main.
#include <string>

#include <gort/gort.h>

using namespace gort;

int skip;
runtime::CallerInfo globalFrame;

constexpr int hLine = __LINE__ + 2;
void h() {
  globalFrame = runtime::Caller(skip);
}

constexpr int gLine = __LINE__ + 2;
void g() {
  h();
}

constexpr int fLine = __LINE__ + 2;
void f() {
  g();
}

constexpr int testLine = __LINE__ + 3;
[[gnu::noinline]] runtime::CallerInfo testCaller(int skp) {
  skip = skp;
  f();
  auto frame = globalFrame;
  if (!frame.ok) panic(fmt::Sprintf("skip=%d runtime.Caller failed", skp));
  return frame;
}

void entry() {
  const int mainLine = __LINE__ + 10;
  struct {
    std::string funcName;
    int line;
  } expected[] = {
      {"main.h", hLine},       {"main.g", gLine},    {"main.f", fLine},      {"main.testCaller", testLine},
      {"main.main", mainLine}, {"runtime.main", -1}, {"runtime.goexit", -1},
  };

  for (int i = 0; i <= 6; i++) {
    auto frame = testCaller(i);
    auto fn = runtime::FuncForPC(frame.pc);
    auto& want = expected[i];
    if (want.line >= 0 && frame.line != want.line)
      panic(fmt::Sprintf("skip=%d expected line %d, got line %d", i, want.line, frame.line));
    if (fn.Name() != want.funcName)
      panic(fmt::Sprintf("skip=%d expected function %s, got %s", i, want.funcName, fn.Name()));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
