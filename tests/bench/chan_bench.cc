// Channels and select.
#include <array>

#include "bench.h"

using namespace gort;

namespace {

using Int = int64_t;  // Go's int

// ---- channels ----

double chan_pingpong() {
  const int n = 3000000;
  auto a = make_chan<Int>(), b = make_chan<Int>();
  go([a, b] {
    for (Int v : a) b.send(v);
    b.close();
  });
  bench_clock t;
  for (int i = 0; i < n; i++) {
    a.send(i);
    b.recv();
  }
  double r = t.ns_per(n);
  a.close();
  return r;
}

// One producer, one consumer.
double stream(int n, int cap) {
  auto c = make_chan<Int>(cap);
  bench_clock t;
  go([c, n] {
    for (int i = 0; i < n; i++) c.send(i);
    c.close();
  });
  for (Int v : c) bench_use(v);
  return t.ns_per(n);
}
double chan_buf128() {
  return stream(10000000, 128);
}
double chan_unbuf_stream() {
  return stream(5000000, 0);
}

double chan_uncontended_send_recv() {
  const int n = 20000000;
  auto c = make_chan<Int>(1);
  bench_clock t;
  for (int i = 0; i < n; i++) {
    c.send(i);
    c.recv();
  }
  return t.ns_per(n);
}

double mpmc(int cap) {
  const int n = 4000000;
  auto c = make_chan<Int>(cap);
  sync::WaitGroup wp, wc;
  bench_clock t;
  for (int i = 0; i < 4; i++) {
    wp.Add(1);
    go([&wp, c] {
      for (int j = 0; j < n / 4; j++) c.send(j);
      wp.Done();
    });
    wc.Add(1);
    go([&wc, c] {
      for (Int v : c) bench_use(v);
      wc.Done();
    });
  }
  wp.Wait();
  c.close();
  wc.Wait();
  return t.ns_per(n);
}
double chan_mpmc4x4_cap0() {
  return mpmc(0);
}
double chan_mpmc4x4_cap128() {
  return mpmc(128);
}

// ---- select ----

using eight = std::array<chan<Int>, 8>;

eight channels(int cap, bool filled = false) {
  eight c;
  for (auto& ch : c) {
    ch = make_chan<Int>(cap);
    if (filled) ch.send(1);
  }
  return c;
}

// All channels hold one item: take one, put it back. The figure includes one buffered send.
double select2_ready() {
  const int n = 10000000;
  eight c = channels(1, true);
  bench_clock t;
  for (int i = 0; i < n; i++) {
    select(recv(c[0], [&](Int v) { c[0].send(v); }), recv(c[1], [&](Int v) { c[1].send(v); }));
  }
  return t.ns_per(n);
}

double select8_ready() {
  const int n = 10000000;
  eight c = channels(1, true);
  bench_clock t;
  for (int i = 0; i < n; i++) {
    select(recv(c[0], [&](Int v) { c[0].send(v); }), recv(c[1], [&](Int v) { c[1].send(v); }),
           recv(c[2], [&](Int v) { c[2].send(v); }), recv(c[3], [&](Int v) { c[3].send(v); }),
           recv(c[4], [&](Int v) { c[4].send(v); }), recv(c[5], [&](Int v) { c[5].send(v); }),
           recv(c[6], [&](Int v) { c[6].send(v); }), recv(c[7], [&](Int v) { c[7].send(v); }));
  }
  return t.ns_per(n);
}

// With a default, nothing ready.
double select1_default() {
  const int n = 50000000;
  eight c = channels(1);
  bench_clock t;
  for (int i = 0; i < n; i++) select(recv(c[0]), otherwise());
  return t.ns_per(n);
}

double select2_default() {
  const int n = 10000000;
  eight c = channels(1);
  bench_clock t;
  for (int i = 0; i < n; i++) select(recv(c[0]), recv(c[1]), otherwise());
  return t.ns_per(n);
}

double select8_default() {
  const int n = 10000000;
  eight c = channels(1);
  bench_clock t;
  for (int i = 0; i < n; i++)
    select(recv(c[0]), recv(c[1]), recv(c[2]), recv(c[3]), recv(c[4]), recv(c[5]), recv(c[6]), recv(c[7]), otherwise());
  return t.ns_per(n);
}

// The consumer selects over k unbuffered channels, one producer rotates through them.
double select2_block() {
  const int n = 3000000;
  eight c = channels(0);
  bench_clock t;
  go([c] {
    for (int i = 0; i < n; i++) c[size_t(i & 1)].send(i);
  });
  for (int i = 0; i < n; i++) select(recv(c[0]), recv(c[1]));
  return t.ns_per(n);
}

double select8_block() {
  const int n = 3000000;
  eight c = channels(0);
  bench_clock t;
  go([c] {
    for (int i = 0; i < n; i++) c[size_t(i & 7)].send(i);
  });
  for (int i = 0; i < n; i++)
    select(recv(c[0]), recv(c[1]), recv(c[2]), recv(c[3]), recv(c[4]), recv(c[5]), recv(c[6]), recv(c[7]));
  return t.ns_per(n);
}

// Ping-pong with a quit channel on both sides, the usual shape of a server.
double select2_pingpong() {
  const int n = 2000000;
  auto a = make_chan<Int>(), b = make_chan<Int>(), q = make_chan<Int>();
  go([a, b, q] {
    for (bool done = false; !done;) {
      select(recv(a, [&](Int v) { select(send(b, v), recv(q, [&] { done = true; })); }), recv(q, [&] { done = true; }));
    }
  });
  bench_clock t;
  for (int i = 0; i < n; i++) {
    select(send(a, i), recv(q));
    select(recv(b), recv(q));
  }
  double r = t.ns_per(n);
  q.close();
  return r;
}

const bench_row rows[] = {
    {"chan_pingpong", "ns", chan_pingpong},         {"chan_buf128", "ns", chan_buf128},
    {"chan_unbuf_stream", "ns", chan_unbuf_stream}, {"chan_uncontended_send_recv", "ns", chan_uncontended_send_recv},
    {"chan_mpmc4x4_cap0", "ns", chan_mpmc4x4_cap0}, {"chan_mpmc4x4_cap128", "ns", chan_mpmc4x4_cap128},
    {"select1_default", "ns", select1_default},     {"select2_ready", "ns", select2_ready},
    {"select8_ready", "ns", select8_ready},         {"select2_default", "ns", select2_default},
    {"select8_default", "ns", select8_default},     {"select2_block", "ns", select2_block},
    {"select8_block", "ns", select8_block},         {"select2_pingpong", "ns", select2_pingpong},
};

}  // namespace

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
