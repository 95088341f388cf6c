// Go's test/fixedbugs/issue75327.go: the text of an index out of range in a loop.
#include <cstdint>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void sink(std::span<uint64_t>) {}

[[gnu::noinline]] void foo(std::vector<uint64_t> haystack) {
  for (size_t n = 0; n < haystack.size(); n++) (void)at(haystack, 1);

  sink(slice(haystack, 0, int64_t(haystack.size())));
}

void entry() {
  func([&] {
    defer([] {
      any err = recover();
      std::string txt = fmt::Sprintf("%s", err);
      if (!txt.ends_with("with length 1")) panic("bad error: " + txt);
    });
    foo({0});
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
