// Every, Inf, zero, and the zero Limiter.
#include <gort/gort.h>

using namespace gort;

void entry() {
  fmt::Println(rate::Every(time::Second), rate::Every(100 * time::Millisecond), rate::Every(0) == rate::Inf,
               rate::Every(-1) == rate::Inf, rate::Every(3 * time::Hour));
  rate::Limiter zero;
  fmt::Println(zero.Allow(), zero.Limit(), zero.Burst());
  rate::Limiter inf(rate::Inf, 0);
  bool allowed = inf.AllowN(time::Now(), 1000);
  fmt::Println(allowed, inf.Reserve().OK());
  rate::Limiter closed(rate::Limit(0), 1);
  bool first = closed.Allow(), second = closed.Allow();
  fmt::Println(first, second, closed.Reserve().OK());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
