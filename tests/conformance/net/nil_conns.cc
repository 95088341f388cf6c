// Methods of nil connections.
#include <gort/gort.h>

using namespace gort;

template <class F>
void try_(std::string_view what, F f) {
  func([&] {
    defer([&] {
      if (any e = recover()) fmt::Println(what, "panics:", e);
    });
    fmt::Println(what, f());
  });
}

void entry() {
  net::TCPConn t;
  char buf[8] = {};
  try_("TCP CloseRead", [&] { return t.CloseRead(); });
  try_("TCP CloseWrite", [&] { return t.CloseWrite(); });
  try_("TCP SetNoDelay", [&] { return t.SetNoDelay(true); });
  try_("TCP SetKeepAlive", [&] { return t.SetKeepAlive(true); });
  try_("TCP SetKeepAlivePeriod", [&] { return t.SetKeepAlivePeriod(time::Second); });
  try_("TCP SetLinger", [&] { return t.SetLinger(0); });
  try_("TCP SetReadBuffer", [&] { return t.SetReadBuffer(1); });
  try_("TCP SetWriteBuffer", [&] { return t.SetWriteBuffer(1); });
  try_("TCP File", [&] { return t.File().err; });
  try_("TCP SyscallConn", [&] { return t.SyscallConn().Control([](int) {}); });
  try_("TCP Read", [&] { return t.Read(buf).err; });
  try_("TCP Close", [&] { return t.Close(); });
  net::UDPConn u;
  try_("UDP ReadFrom", [&] { return u.ReadFrom(buf).err; });
  try_("UDP ReadFromUDP", [&] { return u.ReadFromUDP(buf).err; });
  try_("UDP WriteTo", [&] { return u.WriteTo(buf, net::UDPAddr{}).err; });
  try_("UDP WriteToUDP", [&] { return u.WriteToUDP(buf, net::UDPAddr{}).err; });
  try_("UDP ReadMsgUDP", [&] { return u.ReadMsgUDP(buf, {}).err; });
  try_("UDP WriteMsgUDP", [&] { return u.WriteMsgUDP(buf, {}, nullptr).err; });
  try_("UDP SetReadBuffer", [&] { return u.SetReadBuffer(1); });
  try_("UDP File", [&] { return u.File().err; });
  try_("UDP SyscallConn", [&] { return u.SyscallConn().Control([](int) {}); });
  try_("UDP Write", [&] { return u.Write(buf).err; });
  net::UnixConn x;
  try_("Unix ReadFrom", [&] { return x.ReadFrom(buf).err; });
  try_("Unix ReadFromUnix", [&] { return x.ReadFromUnix(buf).err; });
  try_("Unix WriteTo", [&] { return x.WriteTo(buf, net::UnixAddr{}).err; });
  try_("Unix WriteToUnix", [&] { return x.WriteToUnix(buf, net::UnixAddr{}).err; });
  try_("Unix ReadMsgUnix", [&] { return x.ReadMsgUnix(buf, {}).err; });
  try_("Unix WriteMsgUnix", [&] { return x.WriteMsgUnix(buf, {}, nullptr).err; });
  try_("Unix CloseRead", [&] { return x.CloseRead(); });
  try_("Unix CloseWrite", [&] { return x.CloseWrite(); });
  try_("Unix SyscallConn", [&] { return x.SyscallConn().Control([](int) {}); });
  try_("Unix File", [&] { return x.File().err; });
  net::TCPListener l;
  try_("TCPListener Accept", [&] { return l.Accept().err; });
  try_("TCPListener AcceptTCP", [&] { return l.AcceptTCP().err; });
  try_("TCPListener Close", [&] { return l.Close(); });
  try_("TCPListener SetDeadline", [&] { return l.SetDeadline({}); });
  try_("TCPListener Addr", [&] {
    l.Addr();
    return error();
  });
  net::UnixListener ul;
  try_("UnixListener AcceptUnix", [&] { return ul.AcceptUnix().err; });
  try_("UnixListener Close", [&] { return ul.Close(); });
  try_("UnixListener Addr", [&] {
    ul.Addr();
    return error();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
