// Go's test/abi/defer_recover_results.go: results of all sorts are as they were at the panic.
#include <array>
#include <cstdint>
#include <string>
#include <tuple>

#include <gort/gort.h>

using namespace gort;

struct S {
  uint8_t x;
  uint16_t y;
  uint32_t z;
  double w;
  bool operator==(const S&) const = default;
};

int a0 = 10;
std::string b0 = "hello";
S c0{1, 2, 3, 4};
std::array<int, 2> d0 = {111, 222};

using results = std::tuple<int, std::string, int, S, std::array<int, 2>>;

[[gnu::noinline]] results F() {
  return func<results>([&](results& r) {
    auto& [a, b, unnamed, c, d] = r;
    std::tie(a, b, c, d) = std::tie(a0, b0, c0, d0);
    defer([] { recover(); });
    panic("XXX");
  });
}

void entry() {
  auto [a1, b1, zero, c1, d1] = F();
  if (a1 != a0 || b1 != b0 || c1 != c0 || d1 != d0 || zero != 0) panic("FAIL");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
