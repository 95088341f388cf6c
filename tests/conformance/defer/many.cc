// A hundred thousand deferred calls of one function all run, newest first.
#include <gort/gort.h>

using namespace gort;

struct result {
  int n, last;
};

result count() {
  return func<result>([&](result& r) {
    r.n = 0;
    r.last = -1;
    for (int i = 0; i < 100000; i++) {
      defer(
          [&](int i) {
            r.n++;
            r.last = i;
          },
          i);
    }
  });
}

void entry() {
  auto [n, last] = count();
  fmt::Println(n, last);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
