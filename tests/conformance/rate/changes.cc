// SetLimit and SetBurst change a limiter in use.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Unix(1000, 0);
  rate::Limiter lim(rate::Limit(1), 2);
  lim.AllowN(t, 2);
  lim.SetLimitAt(t.Add(time::Second), rate::Limit(10));
  fmt::Println(lim.Limit(), lim.Burst(), lim.TokensAt(t.Add(time::Second)),
               lim.TokensAt(t.Add(1100 * time::Millisecond)));
  lim.SetBurstAt(t.Add(1100 * time::Millisecond), 5);
  fmt::Println(lim.Burst(), lim.TokensAt(t.Add(1300 * time::Millisecond)), lim.TokensAt(t.Add(time::Hour)));
  lim.SetBurstAt(t.Add(time::Hour), 1);
  bool two = lim.AllowN(t.Add(time::Hour), 2);
  fmt::Println(two, lim.AllowN(t.Add(time::Hour), 1));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
