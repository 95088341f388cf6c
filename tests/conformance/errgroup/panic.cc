// A task's panic comes out of Wait: a PanicValue, or for errors a PanicError that unwraps.
#include <gort/gort.h>

using namespace gort;

const error base = errors::New("base");

void wait(const std::function<void()>& f) {
  func([&] {
    auto& g = local<errgroup::Group>();
    g.Go([&]() -> error {
      f();
      return nil;
    });
    defer([] {
      any v = recover();
      if (auto* p = v.as<errgroup::PanicValue>())
        fmt::Println("value:", p->Recovered, p->Stack.size() > 0);
      else if (auto* e = v.as<errgroup::PanicError>())
        fmt::Println("error:", e->Recovered, errors::Is(*e, base), e->Stack.size() > 0);
    });
    error err = g.Wait();
    fmt::Println("returned", err);
  });
}

void entry() {
  wait([] { panic("a string"); });
  wait([] { panic(base); });
  wait([] { panic(fmt::Errorf("wrapped: %w", base)); });
  wait([] {
    volatile int* p = nullptr;
    *p = 1;
  });
  wait([] {});
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
