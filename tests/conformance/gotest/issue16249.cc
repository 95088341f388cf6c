// Go's test/fixedbugs/issue16249.go: a deferred call has the address of a result, at every depth of a recursion.
#include <cstdint>
#include <utility>

#include <gort/gort.h>

using namespace gort;

error* volatile sink;

[[gnu::noinline]] void f(error* err) {
  if (err != nullptr) sink = err;
}

[[gnu::noinline]] int64_t B(int64_t n) {
  if (n <= 1) return n;
  return 1 + B(n - 1);
}

using result = std::pair<int64_t, error>;

[[gnu::noinline]] result A(int64_t n, int64_t m) {
  return func<result>([&](result& r) {
    auto& [res, err] = r;
    defer(f, &err);
    if (n < 0) {
      err = errors::New("No negative");
      return;
    }
    if (n <= 1) {
      res = n;
      return;
    }
    res = B(m);
    r = A(n - 1, m);
    res++;
  });
}

void entry() {
  auto [x, e] = A(0, 0);
  for (int j = 0; j < 4; j++)
    for (int i = 0; i < 1000; i++) std::tie(x, e) = A(i, j);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
