// What goes through nil is a fault: the address in the report says where.
#include <string_view>

#include <gort/gort.h>

using namespace gort;

static std::string_view which;

// handles are what the calls go through: nil, which the compiler does not know.
struct handles {
  error err;
  context::Context ctx;
  context::CancelFunc cancel;
  context::CancelCauseFunc cancelCause;
  sync::Locker locker;
  net::Conn conn;
  net::PacketConn packets;
  net::Listener listener;
  net::Addr address;
  debug::GCStats* stats = nullptr;
};

[[gnu::noinline]] handles none() {
  return {};
}

void entry() {
  handles h = none();
  if (which == "error") {
    (void)h.err.Error();
  } else if (which == "deadline") {
    h.ctx.Deadline();
  } else if (which == "done") {
    h.ctx.Done();
  } else if (which == "err") {
    h.ctx.Err();
  } else if (which == "value") {
    h.ctx.Value("key");
  } else if (which == "cause") {
    context::Cause(h.ctx);
  } else if (which == "cancel") {
    h.cancel();
  } else if (which == "cancelCause") {
    h.cancelCause(nil);
  } else if (which == "lock") {
    h.locker.Lock();
  } else if (which == "unlock") {
    h.locker.Unlock();
  } else if (which == "read") {
    h.conn.Read({});
  } else if (which == "write") {
    h.conn.Write({});
  } else if (which == "close") {
    h.conn.Close();
  } else if (which == "remoteAddr") {
    h.conn.RemoteAddr();
  } else if (which == "setDeadline") {
    h.packets.SetDeadline(time::Time{});
  } else if (which == "writeTo") {
    h.packets.WriteTo({}, {});
  } else if (which == "accept") {
    h.listener.Accept();
  } else if (which == "addr") {
    h.listener.Addr();
  } else if (which == "addrString") {
    (void)h.address.String();
  } else if (which == "gcStats") {
    debug::ReadGCStats(h.stats);
  }
}

int main(int argc, char** argv) {
  which = argv[1];
  return gort::main(argc, argv, entry);
}
