// The one client of all echo servers: it starts a server, keeps one 64-byte message in flight on each of its
// connections for two seconds, and reports.
//
//   echo_client -l
//   echo_client ROW -- SERVER [ARGUMENTS...]      the server gets the port as one more argument
//
// Its rows are echo_N_rps (requests a second), echo_N_srv_cpu (the server's processor time a request), echo_N_lat_p50
// and echo_N_lat_p99, for 1, 64 and 1000 connections. With GOMAXPROCS=1 (or unset) the server is bound to the first CPU
// and the client to the second, if there are two; with more, both may use all, and the figures show how they disturb
// each other. The protocol is that of rows.h.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "rows.h"

namespace {

constexpr size_t kMessage = 64;
constexpr double kWarmSeconds = 0.3, kSeconds = 2;

std::vector<char*> server_command;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in loopback(int port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<uint16_t>(port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

// free_port returns a port that was free a moment ago.
int free_port() {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a = loopback(0);
  socklen_t n = sizeof a;
  if (bind(s, reinterpret_cast<sockaddr*>(&a), n) != 0 || getsockname(s, reinterpret_cast<sockaddr*>(&a), &n) != 0)
    die("bind");
  close(s);
  return ntohs(a.sin_port);
}

// bind_to binds the process to the index'th of the CPUs in all, if there are that many.
void bind_to(const cpu_set_t& all, int index) {
  if (bench_procs() > 1 || CPU_COUNT(&all) < 2) return;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &all) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

// server is a running server; it ends with this object.
class server {
 public:
  explicit server(const cpu_set_t& all) : port(free_port()) {
    std::string text = std::to_string(port);
    std::vector<char*> argv = server_command;
    argv.push_back(text.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) die("fork");
    if (pid_ > 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bind_to(all, 0);
    execv(argv[0], argv.data());
    die(argv[0]);
  }
  ~server() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  // cpu_ns returns the processor time it has used.
  double cpu_ns() const {
    timespec t{};
    clockid_t clock;
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
  }

  const int port;

 private:
  pid_t pid_;
};

int connect_to(int port) {
  const sockaddr_in a = loopback(port);
  for (int tries = 0;; tries++) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0) {
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      fcntl(fd, F_SETFL, O_NONBLOCK);
      return fd;
    }
    close(fd);
    if (tries == 500) die("connect");
    usleep(10000);
  }
}

struct connection {
  int fd;
  double sent;
  size_t got;
};

struct figures {
  double rps, cpu, p50, p99;
};

class load {
 public:
  load(const server& s, int connections) : ep_(epoll_create1(0)), server_(s) {
    for (int i = 0; i < connections; i++) {
      connections_.push_back({connect_to(s.port), 0, 0});
      epoll_event e{};
      e.events = EPOLLIN;
      e.data.u32 = static_cast<uint32_t>(i);
      epoll_ctl(ep_, EPOLL_CTL_ADD, connections_.back().fd, &e);
    }
    latencies_.reserve(1 << 20);
  }

  figures run() {
    for (connection& c : connections_) request(c);
    turn_until(kWarmSeconds * 1e9);
    latencies_.clear();
    const double cpu = server_.cpu_ns(), from = clock_.ns();
    turn_until(from + kSeconds * 1e9);
    const double spent = clock_.ns() - from, n = static_cast<double>(latencies_.size());
    if (n == 0) die("no answers");
    const double used = server_.cpu_ns() - cpu;
    std::sort(latencies_.begin(), latencies_.end());
    return {n / spent * 1e9, used / n, latencies_[latencies_.size() / 2], latencies_[latencies_.size() * 99 / 100]};
  }

 private:
  void turn_until(double end) {
    epoll_event events[256];
    while (clock_.ns() < end) {
      const int n = epoll_wait(ep_, events, 256, 5000);
      if (n == 0) {
        std::fprintf(stderr, "the server does not answer\n");
        std::exit(1);
      }
      for (int i = 0; i < n; i++) answer(connections_[events[i].data.u32]);
    }
  }

  void request(connection& c) {
    c.sent = clock_.ns();
    if (write(c.fd, message_, kMessage) != static_cast<ssize_t>(kMessage)) die("write");
  }

  void answer(connection& c) {
    char buf[4096];
    const ssize_t n = read(c.fd, buf, sizeof buf);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) die("the server closed a connection");
    c.got += static_cast<size_t>(n);
    if (c.got < kMessage) return;
    c.got = 0;
    latencies_.push_back(static_cast<float>((clock_.ns() - c.sent) / 1e3));
    request(c);
  }

  int ep_;
  const server& server_;
  bench_clock clock_;
  std::vector<connection> connections_;
  std::vector<float> latencies_;
  char message_[kMessage] = {};
};

figures echo(int connections) {
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  server s(all);
  bind_to(all, 1);
  figures f = load(s, connections).run();
  sched_setaffinity(0, sizeof all, &all);
  return f;
}

#define ECHO_ROWS(name, n)                                                                                 \
  {name "_rps", "req/s", [] { return echo(n).rps; }}, {name "_srv_cpu", "ns", [] { return echo(n).cpu; }}, \
      {name "_lat_p50", "us", [] { return echo(n).p50; }}, {                                               \
    name "_lat_p99", "us", [] { return echo(n).p99; }                                                      \
  }

const bench_row rows[] = {ECHO_ROWS("echo_1", 1), ECHO_ROWS("echo_64", 64), ECHO_ROWS("echo_1000", 1000)};

}  // namespace

int main(int argc, char** argv) {
  if (bench_listed(argc, argv, rows)) return 0;
  int words = 1;
  while (words < argc && std::strcmp(argv[words], "--") != 0) words++;
  if (words + 1 >= argc) {
    std::fprintf(stderr, "usage: %s -l | ROW -- SERVER [ARGUMENTS...]\n", argv[0]);
    return 2;
  }
  server_command.assign(argv + words + 1, argv + argc);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  bench_run(words, argv, rows);
  return 0;
}
