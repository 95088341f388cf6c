// Go's test/recover4.go: a fault in the middle of a mapping is a panic after SetPanicOnFault, and results so far stand.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include <gort/gort.h>

using namespace gort;

template <class... A>
void fatal(const char* format, A... a) {
  fmt::Fprintf(stderr, format, a...);
  std::exit(1);
}

std::pair<int, error> memcopy(std::span<volatile char> dst, std::span<const char> src) {
  return func<std::pair<int, error>>([&](std::pair<int, error>& result) {
    auto& [n, err] = result;
    defer([&err = err] {
      any v = recover();
      if (auto* r = v.as<error>()) err = *r;
    });

    for (size_t i = 0; i < dst.size() && i < src.size(); i++) {
      dst[i] = src[i];
      n++;
    }
  });
}

void entry() {
  debug::SetPanicOnFault(true);

  size_t size = size_t(getpagesize());
  void* mapping = mmap(nullptr, 16 * size, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE, -1, 0);
  if (mapping == MAP_FAILED) fatal("mmap: %v\n", errno);
  std::span data(static_cast<volatile char*>(mapping), 16 * size);

  // Four pages of it cannot be touched.
  auto hole = data.subspan(data.size() / 2, data.size() / 4);
  if (mprotect(const_cast<char*>(hole.data()), hole.size(), PROT_NONE) != 0) fatal("mprotect: %v\n", errno);

  constexpr int offset = 5;
  auto [n, err] = memcopy(data.subspan(offset), std::vector<char>(data.size()));
  if (err == nil) fatal("no error from memcopy across memory hole\n");
  if (int expect = int(data.size()) / 2 - offset; n != expect) fatal("memcopy returned %d, want %d\n", n, expect);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
