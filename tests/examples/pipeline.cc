// A pipeline with cancellation: stages connected by channels, each of which ends when its input ends or the context is
// done. The consumer stops early, and no goroutine is left behind.
#include <gort/gort.h>

using namespace gort;

// Every stage starts its goroutine and returns its output, which it closes when it ends.
recv_chan<int> numbers(context::Context ctx) {
  auto out = make_chan<int>();
  go([=] {
    bool done = false;
    for (int n = 1; !done; n++) select(send(out, n), recv(ctx.Done(), [&] { done = true; }));
    out.close();
  });
  return out;
}

recv_chan<int> squares(context::Context ctx, recv_chan<int> in) {
  auto out = make_chan<int>();
  go([=] {
    bool done = false;
    for (int n : in) {
      select(send(out, n * n), recv(ctx.Done(), [&] { done = true; }));
      if (done) break;
    }
    out.close();
  });
  return out;
}

void entry() {
  auto [ctx, cancel] = context::WithCancelCause(context::Background());
  auto results = squares(ctx, numbers(ctx));
  for (int n : results) {
    fmt::Println(n);
    if (n > 50) {
      cancel(errors::New("seen enough"));
      break;
    }
  }
  fmt::Println("why:", context::Cause(ctx));
  while (runtime::NumGoroutine() > 1) time::Sleep(time::Millisecond);
  fmt::Println("goroutines left:", runtime::NumGoroutine());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// 1
// 4
// 9
// 16
// 25
// 36
// 49
// 64
// why: seen enough
// goroutines left: 1
