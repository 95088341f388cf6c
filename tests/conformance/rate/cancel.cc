// Cancelling a reservation gives back what nobody has built upon.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time t = time::Unix(1000, 0);
  rate::Limiter lim(rate::Limit(10), 2);
  lim.ReserveN(t, 2);
  auto a = lim.ReserveN(t, 1);
  auto b = lim.ReserveN(t, 1);
  fmt::Println(lim.TokensAt(t));
  b.CancelAt(t);
  fmt::Println(lim.TokensAt(t));
  a.CancelAt(t);
  a.CancelAt(t);
  fmt::Println(lim.TokensAt(t));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
