// Reserve promises tokens of the future.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Unix(1000, 0);
  rate::Limiter lim(rate::Limit(10), 2);
  for (int i = 0; i < 4; i++) {
    auto r = lim.ReserveN(t, 1);
    fmt::Println(r.OK(), r.DelayFrom(t), r.DelayFrom(t.Add(time::Second)));
  }
  auto r = lim.ReserveN(t, 3);
  fmt::Println(r.OK(), r.DelayFrom(t) == rate::InfDuration, lim.TokensAt(t));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
