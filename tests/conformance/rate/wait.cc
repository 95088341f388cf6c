// Wait waits for its token, and gives it back when the context ends first.
#include <gort/gort.h>

using namespace gort;

void entry() {
  rate::Limiter lim(rate::Every(4 * time::Millisecond), 1);
  time::Time start = time::Now();
  for (int i = 0; i < 3; i++) fmt::Println(lim.Wait(context::Background()));
  fmt::Println(time::Since(start) >= 7 * time::Millisecond);
  lim.SetLimit(rate::Every(time::Hour));
  while (lim.Allow()) {  // a token may have come before
  }
  auto [ctx, cancel] = context::WithCancel(context::Background());
  time::AfterFunc(time::Millisecond, cancel);
  fmt::Println(lim.Wait(ctx));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
