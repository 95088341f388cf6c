// At one P the order in which blocked goroutines run after being woken, by each kind of wake-up.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

// Nothing is printed before the end: who waits for a slow reader may lose the P.
chan<std::string> order;

void blocked(int n, sync::WaitGroup* wg, std::function<void(int)> f) {
  for (int i = 0; i < n; i++) {
    wg->Add(1);
    go([=] {
      func([&] {
        defer([&] { wg->Done(); });
        f(i);
      });
    });
  }
  for (int i = 0; i < 3; i++) runtime::Gosched();
}

void byClose() {
  sync::WaitGroup wg;
  auto ch = make_chan<int>();
  blocked(5, &wg, [&](int i) {
    ch.recv();
    order.send(fmt::Sprint(i));
  });
  ch.close();
  wg.Wait();
}

void byFifo() {
  sync::WaitGroup wg;
  auto ch = make_chan<int>();
  blocked(5, &wg, [&](int i) {
    int v = ch.recv();
    order.send(fmt::Sprint(i, " <- ", v));
  });
  for (int i = 0; i < 5; i++) ch.send(i);
  wg.Wait();
}

void byBroadcast() {
  sync::WaitGroup wg;
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  blocked(5, &wg, [&](int i) {
    mu.Lock();
    c.Wait();
    mu.Unlock();
    order.send(fmt::Sprint(i));
  });
  c.Broadcast();
  wg.Wait();
}

void byWaitGroup() {
  sync::WaitGroup wg, gate;
  gate.Add(1);
  blocked(5, &wg, [&](int i) {
    gate.Wait();
    order.send(fmt::Sprint(i));
  });
  gate.Done();
  wg.Wait();
}

void byMutex() {
  sync::WaitGroup wg;
  sync::Mutex mu;
  mu.Lock();
  blocked(5, &wg, [&](int i) {
    mu.Lock();
    order.send(fmt::Sprint(i));
    mu.Unlock();
  });
  mu.Unlock();
  wg.Wait();
}

const std::map<std::string, void (*)()> cases = {
    {"close", byClose}, {"fifo", byFifo}, {"broadcast", byBroadcast}, {"waitgroup", byWaitGroup}, {"mutex", byMutex},
};

void entry() {
  order = make_chan<std::string>(5);
  cases.at(args.at(1))();
  order.close();
  for (const auto& line : order) fmt::Println(line);
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
