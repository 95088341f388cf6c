// Go's test/abi/defer_aggregate.go: texts and numbers as arguments of a deferred call.
#include <cstdint>
#include <string>

#include <gort/gort.h>

using namespace gort;

const std::string p0exp = "foo";
constexpr uint64_t p1exp = 10101;
constexpr uint64_t p2exp = 3030303;
constexpr uint64_t p3exp = 505050505;
constexpr uint64_t p4exp = 70707070707;

[[gnu::noinline]] void callee(std::string p0, uint64_t p1, uint64_t p2, uint64_t p3, uint64_t p4) {
  if (p0 != p0exp) panic("bad p0");
  if (p1 != p1exp) panic("bad p1");
  if (p2 != p2exp) panic("bad p2");
  if (p3 != p3exp) panic("bad p3");
  if (p4 != p4exp) panic("bad p4");
  func([&] {
    defer(
        [&](std::string p0, uint64_t p2) {
          if (p0 != p0exp) panic("defer bad p0");
          if (p1 != p1exp) panic("defer bad p1");
          if (p2 != p2exp) panic("defer bad p2");
        },
        p0, p2);
  });
}

void entry() {
  callee(p0exp, p1exp, p2exp, p3exp, p4exp);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
