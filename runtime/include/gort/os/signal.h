// gort/os/signal.h: os::Signal, and Go's package os/signal: signals of the operating system as values on channels.
//
// SIGKILL and SIGSTOP cannot be caught. Faults of the program itself (SIGSEGV, SIGBUS, SIGFPE and their like) stay
// panics or the end of the program; only those that another program or kill(2) sends are delivered here.
#ifndef GORT_OS_SIGNAL_H_
#define GORT_OS_SIGNAL_H_

#include <csignal>
#include <concepts>
#include <span>
#include <string>
#include <utility>

#include <gort/chan.h>
#include <gort/context.h>

namespace gort {
namespace os {

// Signal is the number of a signal, as <csignal> names them; int converts to it. Its text is Go's: `interrupt`,
// `terminated`.
//
//   os::Signal s = SIGTERM;
//   println(s.String());   // terminated
class Signal {
 public:
  using go_underlying = int;
  constexpr Signal() noexcept = default;
  constexpr Signal(int number) noexcept : n_(number) {}
  constexpr operator const int&() const noexcept { return n_; }
  std::string String() const;

 private:
  int n_ = 0;
};

// The two signals that every system has.
inline constexpr Signal Interrupt = SIGINT, Kill = SIGKILL;

}  // namespace os

namespace rt {

template <>
struct go_type<os::Signal> {
  static constexpr rt::kind k = kind::Int;
  static constexpr void name(type_name& out) { out.add("syscall.Signal"); }
};

void signal_notify(send_chan<os::Signal> c, std::span<const os::Signal> sigs);
void signal_ignore(std::span<const os::Signal> sigs);
void signal_reset(std::span<const os::Signal> sigs);
std::pair<context::Context, context::CancelFunc> signal_context(context::Context parent,
                                                                std::span<const os::Signal> sigs);

// signal_list is an array of the arguments of a call; not empty, which arrays must not be.
template <size_t N>
struct signal_list {
  os::Signal s[N + 1];
  std::span<const os::Signal> span() const noexcept { return {s, N}; }
};

}  // namespace rt

namespace signal {

// Notify sends the given signals (without any: all) on c from now on, instead of what they did. It never waits for c:
// without room in its buffer the signal is dropped, so for one kind of signal make_chan<os::Signal>(1) is enough. It
// may be called again, for more signals or other channels: each channel gets its copy. While a signal is waited for,
// the program is not deadlocked. Panics with `os/signal: Notify using nil channel`.
//
//   auto c = make_chan<os::Signal>(1);
//   signal::Notify(c, SIGINT, SIGTERM);
//   println("got", c.recv().String());
template <std::convertible_to<os::Signal>... S>
void Notify(send_chan<os::Signal> c, S... sigs) {
  rt::signal_notify(std::move(c), rt::signal_list<sizeof...(S)>{{os::Signal(sigs)...}}.span());
}

// Stop ends what Notify does for c. When it has returned, c gets no more signals; those that nobody asks for any more
// do again what they did before.
//
//   signal::Stop(signals);
void Stop(send_chan<os::Signal> c);

// Ignore makes the process ignore the given signals (without any: all); channels do not get them any more.
//
//   signal::Ignore(SIGHUP);
template <std::convertible_to<os::Signal>... S>
void Ignore(S... sigs) {
  rt::signal_ignore(rt::signal_list<sizeof...(S)>{{os::Signal(sigs)...}}.span());
}

// Ignored tells whether the process ignores a signal: by Ignore, or SIGHUP and SIGINT since it was started.
//
//   if (!signal::Ignored(SIGHUP)) signal::Notify(signals, SIGHUP);
bool Ignored(os::Signal sig);

// Reset undoes Notify for the given signals (without any: all), for every channel.
//
//   signal::Reset(SIGINT);
template <std::convertible_to<os::Signal>... S>
void Reset(S... sigs) {
  rt::signal_reset(rt::signal_list<sizeof...(S)>{{os::Signal(sigs)...}}.span());
}

// NotifyContext returns a context that is done when one of the signals arrives, stop is called, or parent is done. stop
// also undoes the Notify; until then the signals do not do what they did, even after the first one.
//
//   auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGTERM);
//   serve(ctx);
//   stop();
template <std::convertible_to<os::Signal>... S>
std::pair<context::Context, context::CancelFunc> NotifyContext(context::Context parent, S... sigs) {
  return rt::signal_context(std::move(parent), rt::signal_list<sizeof...(S)>{{os::Signal(sigs)...}}.span());
}

}  // namespace signal
}  // namespace gort

#endif  // GORT_OS_SIGNAL_H_
