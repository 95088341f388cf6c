// Go's test/fixedbugs/issue27201.go: a fault is on the line of the access, not on that of its use.
#include <cstdint>
#include <string>

#include <gort/gort.h>

using namespace gort;

volatile int64_t sink;

int loadLine;

void checkstack() {
  recover();
  std::string s(1024, '\0');
  s.resize(runtime::Stack(s, false));
  auto place = [](int line) { return "issue27201.cc:" + std::to_string(line) + " "; };
  if (s.find(place(loadLine + 1)) != s.npos) panic("panic at wrong location");
  if (s.find(place(loadLine)) == s.npos) panic("no panic at correct location");
}

[[gnu::noinline]] void f(volatile int32_t* p) {
  func([&] {
    defer(checkstack);
    loadLine = __LINE__ + 1;
    int32_t v = *p;
    sink = int64_t(v);
  });
}

void entry() {
  f(nullptr);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
