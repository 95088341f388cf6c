// What Wait returns at once: more than the burst, a deadline too early, a context that is done.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ctx = context::Background();
  rate::Limiter lim(rate::Every(time::Hour), 2);
  error a = lim.WaitN(ctx, 3), b = lim.WaitN(ctx, 2);
  fmt::Println(a, b);
  auto [soon, cancel] = context::WithTimeout(ctx, time::Minute);
  fmt::Println(lim.Wait(soon));
  auto [done, stop] = context::WithCancel(ctx);
  stop();
  fmt::Println(lim.Wait(done));
  rate::Limiter none(rate::Limit(0), 0), all(rate::Inf, 0);
  a = none.Wait(ctx);
  fmt::Println(a, all.Wait(ctx));
  cancel();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
