// AllowN takes all or nothing; never more than the burst.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Unix(1000, 0);
  rate::Limiter lim(rate::Limit(10), 5);
  bool a = lim.AllowN(t, 6), b = lim.AllowN(t, 4), c = lim.AllowN(t, 2), d = lim.AllowN(t, 1), e = lim.AllowN(t, 0);
  fmt::Println(a, b, c, d, e);
  a = lim.AllowN(t.Add(200 * time::Millisecond), 2);
  fmt::Println(a, lim.AllowN(t, 0));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
