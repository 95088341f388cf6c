// Go's test/fixedbugs/issue59680.go: a goroutine selects on a timer and on its end, while main uses much stack.
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <gort/gort.h>

using namespace gort;

int S, G;

[[gnu::noinline]] uint64_t Sq(int i) {
  S++;
  return uint64_t(i) * uint64_t(i);
}

struct B {
  int pid = 0;
  std::function<std::pair<uint64_t, error>()> f;
  sync::WaitGroup wg;
  uint64_t v = 0;

  send_chan<bool> startit() {
    auto stop = make_chan<bool>();
    wg.Add(1);
    go([this, stop] {
      func([&] {
        defer([this] { wg.Done(); });
        uint64_t last = 0;
        for (bool more = true; more;) {
          select(recv(stop,
                      [&] {
                        v = last;
                        more = false;
                      }),
                 recv(time::After(1 * time::Millisecond), [&] {
                   auto [r, err] = f();
                   if (err != nil) panic("bad");
                   last = r;
                 }));
        }
      });
    });
    return stop;
  }
};

using RO = std::function<void(B*)>;

RO Bad() {
  return [](B* b) { b->f = [b] { return std::pair(Sq(b->pid), error()); }; };
}

std::vector<RO> ROSL = {Bad()};

[[gnu::noinline]] int rec(int x) {
  if (x == 0) return 9;
  return rec(x - 1) + 1;
}

[[gnu::noinline]] void recur(int x) {
  for (int i = 0; i < x; i++) G = rec(i);
}

void entry() {
  static B b;
  b.pid = 17;
  for (auto& opt : ROSL) opt(&b);
  auto stop = b.startit();

  recur(10101);

  if (stop != nil) stop.send(true);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
