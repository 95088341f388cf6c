// A task's Goexit is Wait's.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<bool>();
  go([=] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { fmt::Println("deferred", recover()); });
      auto [g, ctx] = errgroup::WithContext(context::Background());
      g.Go([]() -> error {
        runtime::Goexit();
        return nil;
      });
      g.Go([ctx = ctx]() -> error {
        ctx.Done().recv();
        return ctx.Err();
      });
      g.Wait();
      fmt::Println("not reached");
    });
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
