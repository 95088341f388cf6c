// os/signal: who wants which signals.
#include <gort/os/signal.h>

#include <bitset>
#include <map>
#include <mutex>
#include <vector>

#include <gort/func.h>
#include <gort/go.h>
#include <gort/runtime.h>
#include <gort/select.h>
#include <gort/sync.h>

#include "runtime/os/notify.h"

namespace gort {
namespace os {

std::string Signal::String() const {
  static constexpr const char* names[] = {
      nullptr,
      "hangup",
      "interrupt",
      "quit",
      "illegal instruction",
      "trace/breakpoint trap",
      "aborted",
      "bus error",
      "floating point exception",
      "killed",
      "user defined signal 1",
      "segmentation fault",
      "user defined signal 2",
      "broken pipe",
      "alarm clock",
      "terminated",
      "stack fault",
      "child exited",
      "continued",
      "stopped (signal)",
      "stopped",
      "stopped (tty input)",
      "stopped (tty output)",
      "urgent I/O condition",
      "CPU time limit exceeded",
      "file size limit exceeded",
      "virtual timer expired",
      "profiling timer expired",
      "window changed",
      "I/O possible",
      "power failure",
      "bad system call",
  };
  if (n_ > 0 && n_ < int(std::size(names))) return names[n_];
  return "signal " + std::to_string(n_);
}

}  // namespace os

namespace signal {
namespace {

constexpr int numSig = 65;
using signal_set = std::bitset<numSig>;

struct registry {
  sync::Mutex mu;
  struct handler {
    send_chan<os::Signal> c;
    signal_set wants;
  };
  std::map<rt::hchan*, handler> m;
  std::vector<handler> stopping;  // still to get what has arrived before their Stop
  int64_t ref[numSig] = {};       // how many channels want a signal
  sync::Once watch;
};

// Never destroyed: the receiver runs until the process ends.
registry& handlers() {
  static registry& r = *new registry;
  return r;
}

int signum(os::Signal s) {
  return s >= 0 && s < numSig ? int(s) : -1;
}

// for_each calls f with each signal of the list, or with every one if it is empty.
template <class F>
void for_each(std::span<const os::Signal> sigs, F f) {
  if (sigs.empty()) {
    for (int n = 0; n < numSig; n++) f(n);
  } else {
    for (os::Signal s : sigs)
      if (int n = signum(s); n >= 0) f(n);
  }
}

void process(os::Signal sig) {
  registry& r = handlers();
  std::lock_guard l(r.mu);
  for (auto& [c, h] : r.m)
    if (h.wants[size_t(int(sig))]) h.c.try_send(sig);
  for (auto& h : r.stopping)
    if (h.wants[size_t(int(sig))]) h.c.try_send(sig);
}

void cancel(std::span<const os::Signal> sigs, void (*action)(int)) {
  registry& r = handlers();
  std::lock_guard l(r.mu);
  for_each(sigs, [&](int n) {
    for (auto it = r.m.begin(); it != r.m.end();) {
      registry::handler& h = it->second;
      if (h.wants[size_t(n)]) {
        r.ref[n]--;
        h.wants.reset(size_t(n));
      }
      it = h.wants.none() ? r.m.erase(it) : std::next(it);
    }
    action(n);
  });
}

}  // namespace

[[gnu::noinline]] int signal_recv() {
  return rt::notify_recv();
}

[[gnu::noinline]] void loop() {
  runtime::LockOSThread();
  for (;;) process(signal_recv());
}

void Stop(send_chan<os::Signal> c) {
  registry& r = handlers();
  {
    std::lock_guard l(r.mu);
    auto it = r.m.find(c.rt_chan());
    if (it == r.m.end()) return;
    registry::handler h = it->second;
    r.m.erase(it);
    for (int n = 0; n < numSig; n++)
      if (h.wants[size_t(n)] && --r.ref[n] == 0) rt::notify_disable(n);
    // A signal may be on its way from the handler to the channel: the channel must still get it, for it does nothing
    // else now.
    r.stopping.push_back(std::move(h));
  }
  rt::notify_idle();
  std::lock_guard l(r.mu);
  for (auto it = r.stopping.begin(); it != r.stopping.end(); ++it) {
    if (it->c == c) {
      r.stopping.erase(it);
      break;
    }
  }
}

bool Ignored(os::Signal sig) {
  registry& r = handlers();
  std::lock_guard l(r.mu);
  return rt::notify_ignored(sig);
}

namespace {

// signalCtx is a context whose Done a signal closes.
class signalCtx final : public rt::context_node {
 public:
  signalCtx(context::Context c, context::CancelFunc f, std::span<const os::Signal> s)
      : rt::context_node(rt::context_kind::custom), ctx(std::move(c)), cancel(std::move(f)), sigs(s.begin(), s.end()) {}

  std::pair<time::Time, bool> Deadline() const override { return ctx.Deadline(); }
  context::done_chan Done() const override { return ctx.Done(); }
  error Err() const override { return ctx.Err(); }
  any Value(const any& key) const override { return ctx.Value(key); }
  std::string name() const override {
    std::string inner = ctx.String();
    std::string s = "signal.NotifyContext(" + inner.substr(0, inner.size() - std::string_view(".WithCancel").size());
    for (size_t i = 0; i < sigs.size(); i++) s += (i == 0 ? ", [" : " ") + sigs[i].String();
    return s + (sigs.empty() ? ")" : "])");
  }

  const context::Context ctx;
  const context::CancelFunc cancel;
  const std::vector<os::Signal> sigs;
  const chan<os::Signal> ch = make_chan<os::Signal>(1);
};

}  // namespace
}  // namespace signal

namespace rt {

using signal::handlers;

void signal_notify(send_chan<os::Signal> c, std::span<const os::Signal> sigs) {
  if (c == nil) panic("os/signal: Notify using nil channel");
  auto& r = handlers();
  std::lock_guard l(r.mu);
  auto& h = r.m[c.rt_chan()];
  h.c = c;
  signal::for_each(sigs, [&](int n) {
    if (h.wants[size_t(n)]) return;
    h.wants.set(size_t(n));
    if (r.ref[n]++ > 0) return;
    notify_enable(n);
    r.watch.Do([] { go(signal::loop); });
  });
}

void signal_ignore(std::span<const os::Signal> sigs) {
  signal::cancel(sigs, notify_ignore);
}
void signal_reset(std::span<const os::Signal> sigs) {
  signal::cancel(sigs, notify_disable);
}

std::pair<context::Context, context::CancelFunc> signal_context(context::Context parent,
                                                                std::span<const os::Signal> sigs) {
  auto [inner, cancel] = context::WithCancel(std::move(parent));
  auto* c = new signal::signalCtx(inner, cancel, sigs);
  context::Context ctx = context::Context::rt_adopt(c);
  signal_notify(c->ch, sigs);
  if (ctx.Err() == nil) {
    go([ctx, c] { select(recv(c->ch, [c](os::Signal) { c->cancel(); }), recv(c->Done())); });
  }
  return {ctx, context::CancelFunc(ctx, [](context_node* n) {
            auto* c = static_cast<signal::signalCtx*>(n);
            c->cancel();
            signal::Stop(c->ch);
          })};
}

}  // namespace rt
}  // namespace gort
