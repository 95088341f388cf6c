// Echo server on gort's net, for comparison with tests of other runtimes: one goroutine a connection.
//
//   srv_gort PORT [PROCS]     echoes on 127.0.0.1:PORT with GOMAXPROCS=PROCS (default: as the environment says)
//
// The load comes from a client on another core that keeps one 64-byte message in flight on each of N connections.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gort/gort.h>
#include <gort/net.h>

static std::string address;
static int procs;

static void echo(const gort::net::Conn& c) {
  char buf[4096];
  for (;;) {
    auto [n, err] = c.Read(buf);
    if (err) break;
    if (c.Write(gort::io::ConstBytes(buf, n)).err) break;
  }
  c.Close();
}

static void entry() {
  if (procs > 0) gort::runtime::GOMAXPROCS(procs);
  auto [l, err] = gort::net::Listen("tcp", address);
  if (err) {
    std::fprintf(stderr, "%s\n", err.Error().c_str());
    std::exit(1);
  }
  for (;;) {
    auto [c, aerr] = l.Accept();
    if (aerr) return;
    gort::go([c = c] { echo(c); });
  }
}

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s PORT [PROCS]\n", argv[0]);
    return 2;
  }
  address = std::string("127.0.0.1:") + argv[1];
  procs = argc > 2 ? std::atoi(argv[2]) : 0;
  return gort::main(argc, argv, entry);
}
