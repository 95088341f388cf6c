// Go's test/chan/sieve2.go: the prime sieve with merged channels of multiples and a proxy that buffers without bound.
#include <deque>
#include <queue>
#include <vector>

#include <gort/gort.h>

using namespace gort;

chan<int> odds() {
  auto out = make_chan<int>(50);
  go([=] {
    for (int n = 5;; n += 2) out.send(n);
  });
  return out;
}

// multiples sends the odd multiples of p, from its square.
chan<int> multiples(int p) {
  auto out = make_chan<int>(10);
  go([=] {
    for (int n = p * p;; n += 2 * p) out.send(n);
  });
  return out;
}

struct PeekCh {
  int head;
  chan<int> ch;
  bool operator>(const PeekCh& o) const { return head > o.head; }
};

using PeekChHeap = std::priority_queue<PeekCh, std::vector<PeekCh>, std::greater<>>;

send_chan<int> sendproxy(send_chan<int> out) {
  auto proxy = make_chan<int>(10);
  go([=] {
    std::deque<int> waiting;
    for (;;) {
      send_chan<int> c = out;
      int e = 0;
      if (waiting.empty())
        c = nil;
      else
        e = waiting.front();
      select(recv(proxy, [&](int v) { waiting.push_back(v); }), send(c, e, [&] { waiting.pop_front(); }));
    }
  });
  return proxy;
}

chan<int> Sieve() {
  auto out = make_chan<int>(10);
  out.send(2);
  out.send(3);

  auto composites = make_chan<int>(50);

  auto primes = make_chan<int>(10);
  primes.send(3);

  // Merges the multiples of the primes.
  go([=] {
    PeekChHeap h;
    int min = 15;
    auto next = [&] {
      PeekCh minchan = h.top();
      h.pop();
      min = minchan.head;
      minchan.head = minchan.ch.recv();
      h.push(minchan);
    };
    for (;;) {
      auto m = multiples(primes.recv());
      int head = m.recv();
      while (min < head) {
        composites.send(min);
        next();
      }
      while (min == head) next();
      composites.send(head);
      h.push({m.recv(), m});
    }
  });

  // Takes the composites out of the candidates. It sends primes faster than the merging goroutine takes them: hence the
  // proxy.
  go([out, composites, feedback = primes] {
    auto primes = sendproxy(feedback);
    auto candidates = odds();
    int p = candidates.recv();
    for (;;) {
      int c = composites.recv();
      while (p < c) {
        primes.send(p);
        out.send(p);
        p = candidates.recv();
      }
      if (p == c) p = candidates.recv();
    }
  });

  return out;
}

void entry() {
  auto primes = Sieve();
  for (int a : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97}) {
    if (int x = primes.recv(); x != a) {
      println(x, " != ", a);
      panic("fail");
    }
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
