// An echo server under ten thousand connections that are all open at the same time.
#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <string>
#include <thread>

#include <gort/gort.h>
#include <gort/net.h>

#include "sched/sanitizer.h"
#include "tests/unit/child_program.h"
#include "tests/unit/eventually.h"

using namespace gort;

namespace {

constexpr int kConnections = rt::kUnderTool ? 500 : 10000, kRounds = 3;

std::atomic<int> open_now{0}, peak{0};

std::string text(const error& err) {
  return err ? err.Error() : "<nil>";
}

int open_files() {
  int n = 0;
  DIR* d = opendir("/proc/self/fd");
  while (readdir(d) != nullptr) n++;
  closedir(d);
  return n;
}

bool enough_descriptors(rlim_t* have) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t want = kConnections + 100;
  if (limit.rlim_cur < want) {
    limit.rlim_cur = want;
    if (limit.rlim_max < want) limit.rlim_max = want;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  *have = limit.rlim_cur;
  return *have >= want;
}

void echo_server(const net::Listener& l, sync::WaitGroup* wg) {
  for (;;) {
    auto [c, err] = l.Accept();
    if (err) {
      EXPECT_TRUE(errors::Is(err, net::ErrClosed)) << text(err);
      break;
    }
    wg->Add(1);
    go([c = c, wg] {
      int n = ++open_now;
      for (int p = peak; p < n && !peak.compare_exchange_weak(p, n);) {
      }
      EXPECT_EQ(text(io::Copy(c, c).err), "<nil>");
      c.Close();
      --open_now;
      wg->Done();
    });
  }
  wg->Done();
}

// The clients, in a process of their own: one goroutine a connection. All are open before the first echo, and none is
// closed before the last one: a connection is open here before the server has accepted it.
GO_PROGRAM(echo_clients) {
  const std::string at = getenv("ECHO_AT");
  sync::WaitGroup done, all_open, all_echoed;
  std::atomic<int> echoed{0};
  auto dialing = make_chan<int>(100);  // so many connect at the same time
  done.Add(kConnections);
  all_open.Add(kConnections);
  all_echoed.Add(kConnections);
  for (int i = 0; i < kConnections; i++) {
    go([&, i] {
      dialing.send(i);
      auto [c, err] = net::Dial("tcp", at);
      dialing.recv();
      if (err) fmt::Println(err);
      all_open.Done();
      all_open.Wait();
      for (int round = 0; round < kRounds && !err; round++) {
        std::string message = fmt::Sprintf("connection %d round %d", i, round), back(message.size(), '\0');
        c.SetDeadline(time::Now().Add(200 * time::Second));
        err = c.Write(message).err;
        if (!err) err = io::ReadFull(c, back).err;
        if (err) fmt::Println(err);
        echoed += back == message;
      }
      all_echoed.Done();
      all_echoed.Wait();
      if (c) c.Close();
      done.Done();
    });
  }
  done.Wait();
  fmt::Println("echoed", echoed.load());
}

TEST(NetStress, EchoServerUnderTenThousandConnections) {
  SKIP_UNDER(tool::kValgrind, "it maps no more than some 500 stacks");
  rlim_t have = 0;
  if (!enough_descriptors(&have))
    GTEST_SKIP() << "ulimit -n is " << have << " and cannot be raised: " << kConnections
                 << " connections want as many descriptors";
  const int files = open_files();
  net::Listener l;
  gort::run([&] { l = net::Listen("tcp", "127.0.0.1:0").listener; });
  ASSERT_TRUE(l);
  std::thread server([&] {
    gort::run([&] {
      sync::WaitGroup wg;
      wg.Add(1);
      echo_server(l, &wg);
      wg.Wait();
      EXPECT_TRUE(alone()) << runtime::NumGoroutine();
    });
  });
  auto o = child::start("echo_clients", {"ECHO_AT=" + l.Addr().String()}, 240);
  l.Close();
  server.join();
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out, "echoed " + std::to_string(kConnections * kRounds) + "\n") << o;
  EXPECT_EQ(peak, kConnections);
  l = nil;
  EXPECT_LE(open_files(), files + 10);  // a few are the runtime's own
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
