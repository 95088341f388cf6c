// NotifyContext of a parent: its values, deadline and end; of one that is done already.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [parent, cancel] = context::WithCancel(context::WithValue(context::Background(), "k", "v"));
  auto [ctx, stop] = signal::NotifyContext(parent, SIGUSR1);
  fmt::Println(ctx.Value("k"), ctx.Err());
  cancel();
  ctx.Done().recv();
  fmt::Println(ctx.Err());
  auto [late, stopLate] = signal::NotifyContext(parent, SIGUSR1);
  fmt::Println(late.Err(), late);
  stop();
  stopLate();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
