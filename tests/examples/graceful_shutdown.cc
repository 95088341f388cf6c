// Graceful shutdown: SIGTERM or Ctrl-C stops the server from accepting; requests under way are finished, but not for
// longer than five seconds.
//
//   graceful_shutdown         listens on a free port of 127.0.0.1; every connection is answered after 100 ms
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

void handle(net::Conn conn) {
  time::Sleep(100 * time::Millisecond);  // work
  conn.Write("done\n");
  conn.Close();
}

void entry() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGTERM, SIGINT);
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) panic(err);
  fmt::Println("listening on", l.Addr().String());

  // The signal ends Accept by closing the listener.
  auto unregister = context::AfterFunc(ctx, [l = l] { l.Close(); });
  sync::WaitGroup requests;
  for (;;) {
    auto [conn, err] = l.Accept();
    if (errors::Is(err, net::ErrClosed)) break;
    if (err) panic(err);
    requests.Add(1);
    go([&, conn = conn] {
      handle(conn);
      requests.Done();
    });
  }
  stop();  // a second signal kills

  fmt::Println("shutting down:", ctx.Err());
  auto finished = make_chan<bool>();
  go([&, finished] {
    requests.Wait();
    finished.close();
  });
  select(recv(finished, [] { fmt::Println("all requests are done"); }), recv(time::After(5 * time::Second), [] {
           fmt::Println("giving up");
           std::_Exit(1);
         }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
