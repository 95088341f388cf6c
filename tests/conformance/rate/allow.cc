// A bucket of three tokens, one new one a second.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t0 = time::Unix(1000, 0);
  rate::Limiter lim(rate::Limit(1), 3);
  for (int ms : {0, 0, 0, 0, 500, 1000, 1000, 2500, 3000, 10000, 10000, 10000, 10000}) {
    time::Time at = t0.Add(ms * time::Millisecond);
    bool ok = lim.AllowN(at, 1);
    fmt::Println(ms, ok, lim.TokensAt(at));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
