// Channels and select under load: nothing is lost or doubled, order is kept, operations without blocking see what is
// over, and handles may end early.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <sched.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/stress/stress.h"

using namespace gort;
using stress::Procs;
using stress::Random;
using stress::work;

namespace {

TEST(ChanStress, ManyToManyLosesNothing) {
  gort::run([] {
    for (int procs : {1, 2, 4}) {
      Procs p(procs);
      for (int cap : {0, 1, 7, 128}) {
        auto c = make_chan<std::unique_ptr<int64_t>>(cap);
        const int senders = 8, receivers = 5, each = work(2000);
        std::array<std::atomic<int64_t>, senders> sums{};
        sync::WaitGroup ws, wr;
        ws.Add(senders);
        wr.Add(receivers);
        for (int i = 0; i < senders; i++) {
          go([&, i] {
            for (int k = 1; k <= each; k++) c.send(std::make_unique<int64_t>(int64_t(i) << 32 | k));
            ws.Done();
          });
        }
        for (int i = 0; i < receivers; i++) {
          go([&] {
            std::array<int64_t, senders> last{};
            for (auto&& v : c) {
              size_t from = size_t(*v >> 32);
              int64_t k = *v & 0xffffffff;
              EXPECT_GT(k, last[from]) << "values of one sender overtook each other";
              last[from] = k;
              sums[from] += k;
            }
            wr.Done();
          });
        }
        ws.Wait();
        c.close();
        wr.Wait();
        for (auto& s : sums) EXPECT_EQ(s, int64_t(each) * (each + 1) / 2);
      }
    }
  });
}

// Every goroutine does random operations of every form on a few channels; what was sent is what was received.
TEST(ChanStress, RandomOperationsBalance) {
  gort::run([] {
    for (int procs : {1, 2, 4}) {
      Procs p(procs);
      std::array<chan<std::string>, 4> c{make_chan<std::string>(), make_chan<std::string>(1), make_chan<std::string>(3),
                                         make_chan<std::string>(50)};
      std::atomic<int64_t> sent{0}, got{0};
      std::atomic<int> running{0};
      sync::WaitGroup wg;
      const int n = 12;
      wg.Add(n);
      running = n;
      auto quit = make_chan<bool>();
      for (int i = 0; i < n; i++) {
        go([&, i] {
          Random rnd(uint64_t(i + 1));
          auto took = [&](const std::string& s) { got += std::stoll(s); };
          for (int k = 0; k < work(5000); k++) {
            auto& x = c[rnd(4)];
            auto& y = c[rnd(4)];
            auto& z = c[rnd(4)];
            int64_t v = int64_t(rnd(1000000));
            std::string text = std::to_string(v);
            switch (rnd(8)) {
              case 0:
                if (x.try_send(text)) sent += v;
                break;
              case 1:
                if (auto r = x.try_recv()) took(*r);
                break;
              case 2:
                select(send(x, text, [&] { sent += v; }), recv(y, took), otherwise());
                break;
              case 3:
                select(recv(x, took), recv(y, took), recv(z, took), otherwise());
                break;
              case 4:
                select(send(x, text, [&] { sent += v; }), send(y, text, [&] { sent += v; }), otherwise());
                break;
              case 5:
                select(send(x, text, [&] { sent += v; }), recv(y, took), recv(z, took));
                break;
              case 6:
                select(recv(x, took), send(y, text, [&] { sent += v; }), send(z, text, [&] { sent += v; }));
                break;
              case 7:
                select(send(x, text, [&] { sent += v; }), recv(x, took));
                break;
            }
          }
          // Those that still wait in a select need a partner until the last has ended.
          running--;
          while (running > 0) {
            for (auto& ch : c) {
              if (auto r = ch.try_recv()) took(*r);
              if (ch.try_send("0")) sent += 0;
            }
            runtime::Gosched();
          }
          wg.Done();
        });
      }
      wg.Wait();
      for (auto& ch : c)
        while (auto r = ch.try_recv()) got += std::stoll(*r);
      EXPECT_EQ(sent, got);
    }
  });
}

// Two threads each put something into their own channel and then look into the other's: at least one must see, for
// operations are sequentially consistent although mutex::unlock is a plain store. They run through a long list of pairs
// side by side, so as to meet often.
TEST(ChanStress, OperationsSeeWhatIsOver) {
  const size_t pairs = 2000;
  using big = std::array<char, 512>;  // so many lines to write keep the writes that follow them waiting
  std::vector<chan<big>> a(pairs), b(pairs);
  for (auto& c : a) c = make_chan<big>(1);
  for (auto& c : b) c = make_chan<big>(1);
  std::vector<char> saw_a(pairs), saw_b(pairs);
  std::atomic<int> here{0};
  auto meet = [&](int n) {
    here++;
    for (int spins = 0; here.load() < n; spins++)
      if (spins > 1000) sched_yield();
  };
  const int rounds = work(60);
  std::thread t([&] {
    for (int r = 0; r < rounds; r++) {
      meet(6 * r + 2);
      for (size_t i = 0; i < pairs; i++) {
        b[i].send(big{});
        saw_a[i] = r % 2 == 0 ? a[i].len() == 1 : !a[i].try_send(big{});
      }
      meet(6 * r + 4);
      for (auto& c : a) c.try_recv();  // by this side, so that the other has to fetch every line of it when it sends
      for (auto& c : a) c.len();
      meet(6 * r + 6);
    }
  });
  int64_t blind = 0;
  for (int r = 0; r < rounds; r++) {
    meet(6 * r + 2);
    for (size_t i = 0; i < pairs; i++) {
      a[i].try_send(big{});
      saw_b[i] = b[i].try_recv().has_value();
    }
    meet(6 * r + 4);
    for (size_t i = 0; i < pairs; i++) blind += !saw_a[i] && !saw_b[i];
    for (auto& c : b) c.try_recv();
    for (auto& c : b) c.len();
    meet(6 * r + 6);
  }
  t.join();
  EXPECT_EQ(blind, 0);
}

// A token moves between channels so that at every instant at least one holds it: a select over all of them never takes
// its default.
TEST(ChanStress, DefaultMeansThatNothingWasReadyAtOneInstant) {
  gort::run([] {
    Procs p(2);
    const int k = 4;
    std::vector<chan<int>> c;
    for (int i = 0; i < k; i++) c.push_back(make_chan<int>(2));
    c[0].send(1);
    std::atomic<bool> stop{false};
    std::thread mover([&] {
      Random rnd(uint64_t(7));
      for (int at = 0; !stop;) {
        int to = (at + 1 + int(rnd(k - 1))) % k;
        c[size_t(to)].send(1);
        c[size_t(at)].recv();
        at = to;
      }
    });
    auto full = make_chan<int>(1);
    full.send(1);
    int64_t defaults = 0;
    std::vector<select_case> list;
    for (auto& ch : c) list.push_back(select_case::recv(ch));
    for (int i = 0; i < work(300000); i++) {
      // Looks without taking the token away for good: what was taken goes back at once, before the mover can be short
      // of it.
      switch (select(recv(c[3]), recv(c[2]), recv(c[1]), recv(c[0]), send(full, 1), otherwise())) {
        case 0:
          c[3].send(1);
          break;
        case 1:
          c[2].send(1);
          break;
        case 2:
          c[1].send(1);
          break;
        case 3:
          c[0].send(1);
          break;
        case 5:
          defaults++;
          break;
        default:
          break;
      }
    }
    stop = true;
    mover.join();
    // The mover itself waits (recv above) while the token is out, so a default can only come from looking at different
    // instants.
    EXPECT_EQ(defaults, 0);
  });
}

TEST(ChanStress, CloseRacesWithSendersAndSelects) {
  gort::run([] {
    Procs p(4);
    for (int round = 0; round < work(300); round++) {
      auto c = make_chan<std::string>(round % 3);
      auto other = make_chan<int>();
      std::atomic<int> panics{0}, sent{0}, got{0}, closed{0};
      sync::WaitGroup wg;
      for (int i = 0; i < 4; i++) {
        wg.Add(3);
        go([&] {
          func([&] {
            defer([&] {
              if (any e = recover()) panics++;
              wg.Done();
            });
            for (int k = 0; k < 50; k++) {
              c.send("x");
              sent++;
            }
          });
        });
        go([&] {
          func([&] {
            defer([&] {
              if (any e = recover()) panics++;
              wg.Done();
            });
            for (int k = 0; k < 50; k++) select(send(c, "y", [&] { sent++; }), recv(other));
          });
        });
        go([&] {
          for (bool more = true; more;) {
            select(recv(other), recv(c, [&](std::string, bool ok) {
                     more = ok;
                     ok ? got++ : closed++;
                   }));
          }
          wg.Done();
        });
      }
      for (int i = 0; i < round % 50; i++) runtime::Gosched();
      c.close();
      wg.Wait();
      EXPECT_EQ(closed, 4);
      // A sender counts after its send; one that was served in the end has counted too, since all are done.
      EXPECT_EQ(sent, got);
    }
  });
}

// Handles captured by reference end as soon as the other side has been served, with selects on the way out everywhere.
TEST(ChanStress, HandlesEndEarly) {
  gort::run([] {
    Procs p(4);
    sync::WaitGroup wg;
    for (int w = 0; w < 4; w++) {
      wg.Add(1);
      go([&, w] {
        Random rnd(uint64_t(w + 1));
        for (int i = 0; i < work(3000); i++) {
          auto a = make_chan<std::string>(), b = make_chan<std::string>();
          auto done = make_chan<int>(1);
          const bool into_a = rnd(2) == 0;
          go([&, done] {
            std::string v;
            select(recv(a, &v), recv(b, &v), recv(b), recv(make_chan<int>()));
            done.send(1);
          });
          if (into_a)
            a.send("a");
          else
            b.send("b");
          a = nil;
          b = nil;
          done.recv();
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
}

TEST(ChanStress, PrimeSieve) {
  gort::run([] {
    auto ch = make_chan<int>();
    auto quit = make_chan<bool>();
    go([=] {
      for (int i = 2; select(send(ch, i), recv(quit)) == 0; i++) {
      }
    });
    int prime = 0;
    for (int i = 0; i < 300; i++) {
      prime = ch.recv();
      auto next = make_chan<int>();
      go([=] {
        for (;;) {
          int v = 0;
          if (select(recv(ch, &v), recv(quit)) == 1) return;
          if (v % prime != 0 && select(send(next, v), recv(quit)) == 1) return;
        }
      });
      ch = next;
    }
    EXPECT_EQ(prime, 1987);
    quit.close();
  });
}

}  // namespace
