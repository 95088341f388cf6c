// What the examples in the public headers use without declaring it: tools/gortlib/header_examples_test.py compiles them
// after this. Names for the examples of one header stand in a namespace called as the header.
#pragma once

#include <gort/gort.h>
#include <gort/net.h>

#include <mutex>
#include <netinet/in.h>
#include <shared_mutex>
#include <sys/socket.h>
#include <thread>

using namespace gort;

template <class... T>
void use(T&&...) {}
template <class... T>
void greet(T&&...) {}
template <class... T>
void log(T&&...) {}
void act();
void work();
void retry();
bool more();
int compute(int n = 0);
int next_id();
void serve(context::Context ctx);
void serve(net::Conn c);
error fetch(context::Context ctx, std::string url);
error read(context::Context ctx, std::string url);

struct User {};
User load_user(int id);
struct NotFound {
  std::string key;
  std::string Error() const { return key; }
};

extern context::Context ctx, parent;
extern error err, cause, ErrClosed;
extern std::string name, url, headers, body;
extern std::vector<std::string> urls;
extern net::Conn conn;
extern chan<int> ch, data, jobs;
extern int ttl;
extern char buf[512];

namespace names_duration {
extern time::Duration d;
}
namespace names_os_file {
extern os::File f;
}
namespace names_os_signal {
extern chan<os::Signal> signals;
}
namespace names_singleflight {
extern singleflight::Group g;
}
namespace names_time_time {
extern time::Time t, u;
}
namespace names_context {
extern chan<int> work;
}
namespace names_errgroup {
extern errgroup::Group g;
}
namespace names_func {
struct File {
  explicit File(std::string_view name);
  void close();
  int parse();
};
}  // namespace names_func
namespace names_future {
extern future<int> g;
}
namespace names_net_conn {
extern net::TCPConn c;
}
namespace names_rate {
extern rate::Limiter lim;
extern rate::Reservation r;
}  // namespace names_rate
namespace names_runtime {
using namespace gort::runtime;
extern std::vector<uintptr_t> pcs;
}  // namespace names_runtime
namespace names_select {
extern chan<int> a, b, c, d;
extern int v;
chan<int> f();
chan<int> g();
int h();
extern std::vector<chan<int>> chans;
}  // namespace names_select
