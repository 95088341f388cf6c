// Texts and kinds of the errors of package net, as programs meet them: dialing, listening, closed connections,
// deadlines. Ports that the system picks are replaced.
#include <string>

#include <gort/gort.h>
#include <gort/net.h>

using namespace gort;

std::string scrub(std::string s) {
  std::string out;
  for (;;) {
    size_t i = s.find("127.0.0.1:");
    if (i == std::string::npos) return out + s;
    i += std::string("127.0.0.1:").size();
    out += s.substr(0, i);
    size_t n = 0;
    while (i + n < s.size() && s[i + n] >= '0' && s[i + n] <= '9') n++;
    out += n > 3 ? "PORT" : s.substr(i, n);
    s = s.substr(i + n);
  }
}

void show(const std::string& what, const error& err) {
  if (err == nil) {
    fmt::Println(what + ":", "no error");
    return;
  }
  std::string kind;
  if (net::Error ne(err); ne) kind = fmt::Sprintf("timeout=%v temporary=%v", ne.Timeout(), ne.Temporary());
  fmt::Println(what + ":", scrub(err.Error()), kind, errors::Is(err, net::ErrClosed),
               errors::Is(err, os::ErrDeadlineExceeded), errors::Is(err, syscall::Errno(ECONNREFUSED)), err == io::EOF);
}

void dial(const std::string& network, const std::string& address) {
  show("dial " + network + " " + address, net::Dial(network, address).err);
}

void listen(const std::string& network, const std::string& address) {
  show("listen " + network + " " + address, net::Listen(network, address).err);
}

void dials() {
  dial("tcp", "127.0.0.1:1");
  dial("tcp", "127.0.0.1");
  dial("tcp", "127.0.0.1:99999");
  dial("tcp", "127.0.0.1:-1");
  dial("tcp", "127.0.0.1:nosuchservice");
  dial("tcp", "");
  dial("foo", "127.0.0.1:1");
  dial("tcp4", "[::1]:1");
  dial("tcp6", "127.0.0.1:1");
  dial("tcp", "::1:80");
  dial("unix", "/nonexistent/sock");
  dial("unix", "");
  net::Dialer d;
  d.LocalAddr = net::TCPAddr{net::ParseIP("127.0.0.1"), 0, ""};
  show("local address", d.Dial("tcp", "127.0.0.1:1").err);
  d.LocalAddr = net::UDPAddr{};
  show("local address of another kind", d.Dial("tcp", "127.0.0.1:1").err);
  show("no time", net::DialTimeout("tcp", "127.0.0.1:1", -1).err);
  show("DialTCP", net::DialTCP("tcp", nullptr, nullptr).err);
  show("DialUDP", net::DialUDP("tcp", nullptr, nullptr).err);
}

void listens() {
  listen("tcp", "192.0.2.1:0");
  listen("udp", "127.0.0.1:0");
  listen("tcp", "127.0.0.1:99999");
  listen("unix", std::string(200, 'x'));
  show("ListenPacket", net::ListenPacket("tcp", "127.0.0.1:0").err);
  net::Listener l = net::Listen("tcp", "127.0.0.1:0").listener;
  show("in use", net::Listen("tcp", l.Addr().String()).err);
  l.as<net::TCPListener>()->SetDeadline(time::Now().Add(10 * time::Millisecond));
  show("accept", l.Accept().err);
  l.Close();
  show("accept", l.Accept().err);
  show("close", l.Close());
  show("deadline", l.as<net::TCPListener>()->SetDeadline(time::Now()));
}

void conns() {
  net::Listener l = net::Listen("tcp", "127.0.0.1:0").listener;
  net::Conn c = net::Dial("tcp", l.Addr().String()).conn;
  net::Conn s = l.Accept().conn;
  char b[10] = {};
  c.SetReadDeadline(time::Now().Add(10 * time::Millisecond));
  show("read", c.Read(b).err);
  c.SetDeadline(time::Now().Add(-time::Second));
  show("write", c.Write(b).err);
  c.SetDeadline(time::Time());
  show("read nothing", c.Read(io::Bytes()).err);
  s.Close();
  show("read", c.Read(b).err);
  show("read", s.Read(b).err);
  show("write", s.Write(b).err);
  show("close", s.Close());
  show("deadline", s.SetDeadline(time::Now()));
  show("no delay", s.as<net::TCPConn>()->SetNoDelay(true));
  show("close write", s.as<net::TCPConn>()->CloseWrite());
}

void packets() {
  net::PacketConn p = net::ListenPacket("udp", "127.0.0.1:0").conn;
  char b[10] = {};
  show("write to", p.WriteTo(b, net::TCPAddr{}).err);
  p.SetReadDeadline(time::Now().Add(-1));
  show("read from", p.ReadFrom(b).err);
  net::Conn c = net::Dial("udp", p.LocalAddr().String()).conn;
  show("write to, connected", c.as<net::UDPConn>()->WriteTo(b, p.LocalAddr()).err);
  show("too big", c.Write(std::string(70000, 0)).err);
  p.Close();
  show("read from", p.ReadFrom(b).err);
}

void pipes() {
  auto [a, b] = net::Pipe();
  char buf[10] = {};
  a.SetReadDeadline(time::Now().Add(5 * time::Millisecond));
  show("pipe read", a.Read(buf).err);
  b.Close();
  show("pipe read", a.Read(buf).err);
  show("pipe write", a.Write(buf).err);
  show("pipe deadline", a.SetDeadline(time::Now()));
}

// What net::Dial cannot be asked for: ports that are none, listeners and packets on the other kind of Unix socket.
void structs() {
  const net::IP local = net::IPv4(127, 0, 0, 1);
  for (int port : {-5, 65536, 70000}) {
    const net::TCPAddr any{{}, port, ""}, tcp{local, port, ""};
    const net::UDPAddr udp_any{{}, port, ""}, one{local, 1, ""}, udp{local, 0, ""}, to{local, port, ""};
    show("listen tcp", net::ListenTCP("tcp", &any).err);
    show("listen tcp4", net::ListenTCP("tcp4", &tcp).err);
    show("listen udp", net::ListenUDP("udp", &udp_any).err);
    show("dial tcp", net::DialTCP("tcp", nullptr, &tcp).err);
    show("dial udp from", net::DialUDP("udp", &udp_any, &one).err);
    auto [u, err] = net::ListenUDP("udp4", &udp);
    show("write to", u.WriteTo("x", to).err);
    show("write message", u.WriteMsgUDP("x", {}, &to).err);
    u.Close();
  }
  show("listen packet unix", net::ListenPacket("unix", "/nonexistent/sock").err);
  show("listen packet unixpacket", net::ListenPacket("unixpacket", "/nonexistent/sock").err);
  show("listen unixgram", net::Listen("unixgram", "/nonexistent/sock").err);
}

void wrapped() {
  error err = net::Dial("tcp", "127.0.0.1:1").err;
  for (const error& e : {err, fmt::Errorf("wrapped: %w", err), os::ErrDeadlineExceeded, io::EOF,
                         fmt::Errorf("%w and %w", io::EOF, os::ErrDeadlineExceeded)}) {
    net::Error ne;
    if (errors::As(e, &ne))
      fmt::Println("net.Error", ne.Timeout(), scrub(ne.Error()));
    else
      fmt::Println("another", ne == nil, e);
  }
}

void parts() {
  const net::UDPAddr local{net::IPv4(127, 0, 0, 1), 0, ""};
  auto [u, uerr] = net::ListenUDP("udp4", &local);
  u.WriteTo("message", u.LocalAddr());
  char b[3];
  auto m = u.ReadMsgUDP(b, {});
  fmt::Printf("cut message %d %d %#x %s %v\n", m.n, m.oobn, m.flags, std::string(b, 3), m.err);
  u.Close();
  net::Buffers buffers{"a", "", "bc", ""};
  for (int i = 0; i < 5; i++) {
    auto r = buffers.Read(io::Bytes(b, size_t(i % 3)));
    fmt::Println("buffers", r.n, r.err, buffers.size());
  }
}

void entry() {
  structs();
  wrapped();
  parts();
  dials();
  listens();
  conns();
  packets();
  pipes();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
