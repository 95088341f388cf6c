// Go's test/typeparam/chans.go: templates over channels: read all, merge, filter, sink, an exclusive value, a range
// with an end on either side. Where Go has a finalizer close a channel, the last owner does.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gort/gort.h>

using namespace gort;

template <class Elem>
std::vector<Elem> ReadAll(context::Context ctx, recv_chan<Elem> c) {
  std::vector<Elem> r;
  for (bool more = true; more;) {
    select(recv(ctx.Done(), [&] { more = false; }), recv(c, [&](Elem v, bool ok) {
             if (ok)
               r.push_back(v);
             else
               more = false;
           }));
  }
  return r;
}

template <class Elem>
recv_chan<Elem> Merge(context::Context ctx, recv_chan<Elem> c1, recv_chan<Elem> c2) {
  auto r = make_chan<Elem>();
  go(
      [](context::Context ctx, recv_chan<Elem> c1, recv_chan<Elem> c2, send_chan<Elem> r) {
        func([&] {
          defer(&send_chan<Elem>::close, r);
          for (bool more = true; more && (c1 != nil || c2 != nil);) {
            select(recv(ctx.Done(), [&] { more = false; }),
                   recv(c1,
                        [&](Elem v1, bool ok) {
                          if (ok)
                            r.send(v1);
                          else
                            c1 = nil;
                        }),
                   recv(c2, [&](Elem v2, bool ok) {
                     if (ok)
                       r.send(v2);
                     else
                       c2 = nil;
                   }));
          }
        });
      },
      ctx, c1, c2, r);
  return r;
}

template <class Elem>
recv_chan<Elem> Filter(context::Context ctx, recv_chan<Elem> c, std::function<bool(Elem)> f) {
  auto r = make_chan<Elem>();
  go(
      [](context::Context ctx, recv_chan<Elem> c, std::function<bool(Elem)> f, send_chan<Elem> r) {
        func([&] {
          defer(&send_chan<Elem>::close, r);
          for (bool more = true; more;) {
            select(recv(ctx.Done(), [&] { more = false; }), recv(c, [&](Elem v, bool ok) {
                     if (!ok)
                       more = false;
                     else if (f(v))
                       r.send(v);
                   }));
          }
        });
      },
      ctx, c, f, r);
  return r;
}

template <class Elem>
send_chan<Elem> Sink(context::Context ctx) {
  auto r = make_chan<Elem>();
  go(
      [](context::Context ctx, recv_chan<Elem> r) {
        for (bool more = true; more;)
          select(recv(ctx.Done(), [&] { more = false; }), recv(r, [&](Elem, bool ok) { more = ok; }));
      },
      ctx, r);
  return r;
}

// Exclusive is a value that one goroutine at a time has.
template <class Val>
class Exclusive {
 public:
  explicit Exclusive(Val initial) : c_(make_chan<Val>(1)) { c_.send(initial); }

  Val Acquire() { return c_.recv(); }

  std::pair<Val, bool> TryAcquire() {
    std::pair<Val, bool> r{};
    select(recv(c_, [&](Val v) { r = {v, true}; }), otherwise());
    return r;
  }

  void Release(Val v) {
    select(send(c_, v), otherwise([] { panic("Exclusive Release without Acquire"); }));
  }

 private:
  chan<Val> c_;
};

template <class Elem>
struct Sender {
  send_chan<Elem> values;
  recv_chan<bool> done;

  bool Send(context::Context ctx, Elem v) { return select(recv(ctx.Done()), send(values, v), recv(done)) == 1; }
  void Close() { values.close(); }
};

template <class Elem>
struct Receiver {
  recv_chan<Elem> values;
  send_chan<bool> done;

  ~Receiver() { done.close(); }
  std::pair<Elem, bool> Next(context::Context ctx) {
    std::pair<Elem, bool> r{};
    select(recv(ctx.Done()), recv(values, &r.first, &r.second));
    return r;
  }
};

template <class Elem>
std::pair<std::shared_ptr<Sender<Elem>>, std::shared_ptr<Receiver<Elem>>> Ranger() {
  auto c = make_chan<Elem>();
  auto d = make_chan<bool>();
  auto r = std::make_shared<Receiver<Elem>>();
  r->values = c;
  r->done = d;
  return {std::make_shared<Sender<Elem>>(Sender<Elem>{c, d}), r};
}

void TestReadAll() {
  auto c = make_chan<int>();
  go([=] {
    c.send(4);
    c.send(2);
    c.send(5);
    c.close();
  });
  auto got = ReadAll<int>(context::Background(), c);
  std::vector<int> want = {4, 2, 5};
  if (got != want) panic(fmt::Sprintf("ReadAll returned %v, want %v", got, want));
}

void TestMerge() {
  auto c1 = make_chan<int>();
  auto c2 = make_chan<int>();
  go([=] {
    c1.send(1);
    c1.send(3);
    c1.send(5);
    c1.close();
  });
  go([=] {
    c2.send(2);
    c2.send(4);
    c2.send(6);
    c2.close();
  });
  auto ctx = context::Background();
  auto got = ReadAll<int>(ctx, Merge<int>(ctx, c1, c2));
  std::sort(got.begin(), got.end());
  std::vector<int> want = {1, 2, 3, 4, 5, 6};
  if (got != want) panic(fmt::Sprintf("Merge returned %v, want %v", got, want));
}

void TestFilter() {
  auto c = make_chan<int>();
  go([=] {
    c.send(1);
    c.send(2);
    c.send(3);
    c.close();
  });
  auto even = [](int i) { return i % 2 == 0; };
  auto ctx = context::Background();
  auto got = ReadAll<int>(ctx, Filter<int>(ctx, c, even));
  std::vector<int> want = {2};
  if (got != want) panic(fmt::Sprintf("Filter returned %v, want %v", got, want));
}

void TestSink() {
  auto c = Sink<int>(context::Background());
  auto after = time::NewTimer(time::Minute);
  func([&] {
    defer([&] { after->Stop(); });
    auto send_ = [&](int v) { select(send(c, v), recv(after->C, [] { panic("timed out sending to Sink"); })); };
    send_(1);
    send_(2);
    send_(3);
    c.close();
  });
}

void TestExclusive() {
  int val = 0;
  Exclusive<int*> ex(&val);

  sync::WaitGroup wg;
  auto f = [&] {
    func([&] {
      defer([&] { wg.Done(); });
      for (int i = 0; i < 10; i++) {
        int* p = ex.Acquire();
        (*p)++;
        ex.Release(p);
      }
    });
  };

  wg.Add(2);
  go(f);
  go(f);

  wg.Wait();
  if (val != 20) panic(fmt::Sprintf("after Acquire/Release loop got %d, want 20", val));
}

void TestExclusiveTry() {
  std::string s;
  Exclusive<std::string*> ex(&s);
  auto [p, ok] = ex.TryAcquire();
  if (!ok) panic("TryAcquire failed");
  *p = "a";

  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    func([&] {
      defer([&] { wg.Done(); });
      if (ex.TryAcquire().second) panic("TryAcquire succeeded unexpectedly");
    });
  });
  wg.Wait();

  ex.Release(p);

  if (!ex.TryAcquire().second) panic("TryAcquire failed");
}

void TestRanger() {
  auto [s, r] = Ranger<int>();

  auto ctx = context::Background();
  go(
      [ctx](std::shared_ptr<Receiver<int>> r) {
        auto [v, ok] = r->Next(ctx);
        if (!ok)
          panic("did not receive any values");
        else if (v != 1)
          panic(fmt::Sprintf("received %d, want 1", v));
      },
      std::move(r));

  auto c1 = make_chan<bool>();
  auto c2 = make_chan<bool>();
  go([=, s = s] {
    func([&] {
      defer([&] { c2.close(); });
      if (!s->Send(ctx, 1)) panic("Send failed unexpectedly");
      c1.close();
      if (s->Send(ctx, 2)) panic("Send succeeded unexpectedly");
    });
  });

  c1.recv();

  select(recv(c2), recv(time::After(time::Minute), [] { panic("Ranger Send should have failed, but timed out"); }));
}

void entry() {
  TestReadAll();
  TestMerge();
  TestFilter();
  TestSink();
  TestExclusive();
  TestExclusiveTry();
  TestRanger();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
