// Echo server on plain epoll, one thread, no library: what the kernel allows.
//
//   srv_epoll PORT            echoes on 127.0.0.1:PORT
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void add(int ep, int fd) {
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.fd = fd;
  epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static int listener(int port) {
  const int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<uint16_t>(port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(s, reinterpret_cast<sockaddr*>(&a), sizeof a) != 0 || listen(s, 4096) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  return s;
}

static void accept_one(int ep, int s) {
  const int c = accept4(s, nullptr, nullptr, SOCK_NONBLOCK), one = 1;
  if (c < 0) return;
  setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  add(ep, c);
}

static void echo(int c) {
  char buf[4096];
  const ssize_t n = read(c, buf, sizeof buf);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0 || write(c, buf, static_cast<size_t>(n)) != n) close(c);
}

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  const int s = listener(std::atoi(argv[1])), ep = epoll_create1(0);
  add(ep, s);
  epoll_event events[256];
  for (;;) {
    const int n = epoll_wait(ep, events, 256, -1);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd == s)
        accept_one(ep, s);
      else
        echo(events[i].data.fd);
    }
  }
}
