// Stack traces of the running goroutine, 10 and 100 frames deep, and of ten thousand parked ones.
#include <algorithm>
#include <atomic>
#include <vector>

#include "bench.h"

using namespace gort;

static int64_t sink;

template <class F>
[[gnu::noinline]] static int at_depth(int d, const F& f) {
  if (d <= 1) {
    f();
    return 1;
  }
  return at_depth(d - 1, f) + 1;
}

// deep runs f n times, d frames deep, and returns the nanoseconds of each.
template <class F>
static double deep(int d, int n, const F& f) {
  double ns = 0;
  auto run = [&] {
    bench_clock t;
    for (int i = 0; i < n; i++) f();
    ns = t.ns_per(n);
  };
  at_depth(bench_opaque(d), run);
  return ns;
}

static int traces(int d) {
  return 200000 / d;
}
static int lookups(int d) {
  return 20 * traces(d);
}

template <int D>
static double runtime_Stack() {
  std::vector<char> buf(1 << 16);
  return deep(D, traces(D), [&] { sink += int64_t(runtime::Stack(buf, false)); });
}

template <int D>
static double runtime_Stack_bytes() {
  std::vector<char> buf(1 << 16);
  size_t bytes = 0;
  deep(D, 1, [&] { bytes = runtime::Stack(buf, false); });
  return double(bytes);
}

template <int D>
static double debug_Stack() {
  return deep(D, traces(D), [] { bench_use(debug::Stack()); });
}

template <int D>
static double runtime_Callers() {
  std::vector<uintptr_t> pcs(256);
  return deep(D, lookups(D), [&] { sink += runtime::Callers(0, pcs); });
}

template <int D>
static double runtime_Callers_per_frame() {
  std::vector<uintptr_t> pcs(256);
  int k = 0;
  const double ns = deep(D, lookups(D), [&] { k = runtime::Callers(0, pcs); });
  return ns / k;
}

template <int D>
static double CallersFrames_per_frame() {
  std::vector<uintptr_t> pcs(256);
  int k = 0;
  auto find = [&] { k = runtime::Callers(0, pcs); };
  at_depth(bench_opaque(D), find);
  const double ns = deep(D, traces(D), [&] {
    for (auto frames = runtime::CallersFrames(std::span(pcs).first(size_t(k)));;) {
      auto [f, more] = frames.Next();
      sink += f.Line;
      if (!more) break;
    }
  });
  return ns / k;
}

template <int D, int Skip>
static double runtime_Caller() {
  return deep(D, lookups(D), [] { sink += runtime::Caller(Skip).line; });
}

// The median time of five dumps of g goroutines that are parked ten frames deep, and the size of one.
struct dump {
  double ms, mib;
};

static dump all_stacks(int g) {
  auto ch = make_chan<int64_t>();
  std::atomic<int64_t> up{0};
  sync::WaitGroup wg;
  for (int i = 0; i < g; i++) {
    wg.Add(1);
    go([&] {
      auto park = [&] {
        up++;
        ch.recv();
      };
      at_depth(bench_opaque(10), park);
      wg.Done();
    });
  }
  while (up != g) runtime::Gosched();
  time::Sleep(10 * time::Millisecond);
  std::vector<char> big(64 << 20);
  std::vector<double> ms;
  size_t length = 0;
  for (int i = 0; i < 5; i++) {
    bench_clock t;
    length = runtime::Stack(big, true);
    ms.push_back(t.ns() / 1e6);
  }
  std::sort(ms.begin(), ms.end());
  ch.close();
  wg.Wait();
  return {ms[2], double(length) / 1048576};
}

#define DEPTHS(name, f)         \
  {name "_d10", "ns", f<10>}, { \
    name "_d100", "ns", f<100>  \
  }

static const bench_row rows[] = {
    DEPTHS("runtime_Stack", runtime_Stack),
    {"runtime_Stack_bytes_d10", "B", runtime_Stack_bytes<10>},
    {"runtime_Stack_bytes_d100", "B", runtime_Stack_bytes<100>},
    DEPTHS("debug_Stack", debug_Stack),
    DEPTHS("runtime_Callers", runtime_Callers),
    DEPTHS("runtime_Callers_per_frame", runtime_Callers_per_frame),
    DEPTHS("CallersFrames_per_frame", CallersFrames_per_frame),
    {"runtime_Caller0_d10", "ns", runtime_Caller<10, 0>},
    {"runtime_Caller0_d100", "ns", runtime_Caller<100, 0>},
    {"runtime_Caller1_d10", "ns", runtime_Caller<10, 1>},
    {"runtime_Caller1_d100", "ns", runtime_Caller<100, 1>},
    {"runtime_Stack_all_1k", "ms", [] { return all_stacks(1000).ms; }},
    {"runtime_Stack_all_10k", "ms", [] { return all_stacks(10000).ms; }},
    {"runtime_Stack_all_bytes_10k", "MiB", [] { return all_stacks(10000).mib; }},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
