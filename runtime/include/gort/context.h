// gort/context.h: Go's package context: deadlines, cancellation and request-scoped values that are handed down a tree
// of calls.
//
//   error fetch(context::Context parent, std::string url) {
//     auto [ctx, cancel] = context::WithTimeout(parent, 2 * time::Second);
//     context::CancelGuard guard(cancel);   // in a func: defer(cancel)
//     return read(ctx, url);                // gives up with ctx.Err() when ctx.Done() is closed
//   }
//
// A context that is cancelled cancels everything derived from it, at once: when cancel() has returned, all are done.
// Functions that may wait take a Context as their first argument, by value, and give up with ctx.Err() when ctx.Done()
// is closed.
//
// A context holds what it was derived from. One that can be cancelled must be cancelled at some time, even if its work
// is over, or what it registered (a timer, an entry at its parent, a watching goroutine) stays until its parent is
// cancelled.
//
// All functions and methods may be called from goroutines and ordinary threads, at the same time; none of them blocks.
#ifndef GORT_CONTEXT_H_
#define GORT_CONTEXT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <gort/any.h>
#include <gort/chan.h>
#include <gort/time/time.h>

namespace gort {
namespace context {

class Context;

// done_chan is what Done returns: nothing is ever sent on it, it is only closed. (Go: <-chan struct{}.)
using done_chan = recv_chan<std::monostate>;

// Interface is what a type has that is a context: the four methods of Go's interface Context. A value of such a type,
// or a std::shared_ptr to one, converts to Context. It may also have
//   std::string String() const                                              its name; the name of the type is taken
//   otherwise std::function<bool()> AfterFunc(std::function<void()> f) const          as context::AfterFunc: derived
//   contexts register with it instead of
//                                                                           starting a goroutine that waits for Done
template <class T>
concept Interface = requires(T& c, const any& key) {
  { c.Deadline() } -> std::convertible_to<std::pair<time::Time, bool>>;
  { c.Done() } -> std::convertible_to<done_chan>;
  { c.Err() } -> std::convertible_to<error>;
  { c.Value(key) } -> std::convertible_to<any>;
};

}  // namespace context

namespace rt {

enum class context_kind : uint8_t { background, todo, cancel, timer, after_func, value, without_cancel, custom };

// context_node is what a Context points to: counted, and holding its parent.
struct context_node {
  explicit context_node(context_kind k, bool count = true) noexcept : kind(k), counted(count) {}
  context_node(const context_node&) = delete;
  context_node& operator=(const context_node&) = delete;

  const context_kind kind;
  const bool counted;  // false: lives as long as the program
  std::atomic<uint32_t> refs{1};
  context_node* parent = nullptr;

  virtual std::pair<time::Time, bool> Deadline() const = 0;
  virtual context::done_chan Done() const = 0;
  virtual error Err() const = 0;
  virtual any Value(const any& key) const = 0;
  // name is the node's part of String(), behind its parent's.
  virtual std::string name() const = 0;
  // What == compares, and the optional method AfterFunc.
  virtual const void* identity() const noexcept { return this; }
  virtual bool has_after_func() const noexcept { return false; }
  virtual std::function<bool()> after_func(std::function<void()>) const { return nullptr; }
  virtual ~context_node() = default;
};

// context_free ends a node whose last reference has gone, and the ancestors that it kept.
void context_free(context_node* n) noexcept;
inline void context_retain(context_node* n) noexcept {
  if (n->counted) n->refs.fetch_add(1, std::memory_order_relaxed);
}
inline void context_release(context_node* n) noexcept {
  if (n->counted && n->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) context_free(n);
}

template <class T>
struct context_target {
  using type = T;
  static T& of(T& v) { return v; }
};
template <class T>
struct context_target<std::shared_ptr<T>> {
  using type = T;
  static T& of(const std::shared_ptr<T>& v) { return *v; }
};
template <class T>
concept custom_context =
    !std::derived_from<T, context::Context> && context::Interface<typename context_target<T>::type>;

// custom_context_node holds a context of the user's, or a shared pointer to one.
template <class T>
struct custom_context_node final : context_node {
  using target = context_target<T>;
  using V = typename target::type;

  explicit custom_context_node(T v) : context_node(context_kind::custom), value(std::move(v)) {}
  V& get() const { return target::of(value); }

  std::pair<time::Time, bool> Deadline() const override { return get().Deadline(); }
  context::done_chan Done() const override { return get().Done(); }
  error Err() const override { return get().Err(); }
  any Value(const any& key) const override { return get().Value(key); }
  std::string name() const override {
    if constexpr (requires(V & c) {
                    { c.String() } -> std::convertible_to<std::string>;
                  })
      return get().String();
    else
      return std::string(go_type_name<T>());
  }
  const void* identity() const noexcept override { return std::addressof(get()); }
  bool has_after_func() const noexcept override { return offers_after_func; }
  std::function<bool()> after_func(std::function<void()> f) const override {
    if constexpr (offers_after_func)
      return get().AfterFunc(std::move(f));
    else
      return nullptr;
  }

  static constexpr bool offers_after_func = requires(V & c, std::function<void()> f) {
    { c.AfterFunc(f) } -> std::convertible_to<std::function<bool()>>;
  };
  mutable T value;
};

}  // namespace rt

namespace context {

// Context is a counted handle of a context, Go's interface value: copies are cheap and stand for the same one;
// default-constructed it is nil. Calling a method of nil panics with a nil dereference, passing it to a function that
// derives from it panics with `cannot create context from nil parent`.
//
//   context::Context ctx = context::Background();
//   ctx = context::WithValue(ctx, "user", std::string("ann"));
//   select(recv(work, [&](int v) { use(v); }), recv(ctx.Done(), [&] { println(ctx.Err().Error()); }));
//   if (auto [at, ok] = ctx.Deadline(); ok) println("until", at.String());
//   println(ctx.String());
class Context {
 public:
  constexpr Context() noexcept = default;
  constexpr Context(const nil_t&) noexcept {}
  constexpr Context(std::nullptr_t) noexcept {}
  // From a context of your own (see Interface, Embedded); a null std::shared_ptr gives nil.
  template <class T>
  requires rt::custom_context<std::remove_cvref_t<T>> Context(T&& custom) {
    using D = std::remove_cvref_t<T>;
    if constexpr (std::is_same_v<D, std::shared_ptr<typename rt::context_target<D>::type>>)
      if (custom == nullptr) return;
    n_ = new rt::custom_context_node<D>(std::forward<T>(custom));
  }
  Context(const Context& o) noexcept : n_(o.n_) {
    if (n_ != nullptr) rt::context_retain(n_);
  }
  Context(Context&& o) noexcept : n_(std::exchange(o.n_, nullptr)) {}
  Context& operator=(Context o) noexcept {
    std::swap(n_, o.n_);
    return *this;
  }
  ~Context() {
    if (n_ != nullptr) rt::context_release(n_);
  }

  // Deadline returns the time when the context will be cancelled, and whether there is one.
  std::pair<time::Time, bool> Deadline() const { return node(0).Deadline(); }

  // Done returns a channel that is closed when the context is cancelled; nil if it can never be. The same one every
  // time.
  done_chan Done() const { return node(1).Done(); }

  // Err is nil until Done is closed, then Canceled or DeadlineExceeded.
  error Err() const { return node(2).Err(); }

  // Value returns the value of key in this context or the nearest ancestor that has one, nil if none does. Value<T>
  // returns it if it is a T.
  //
  //   if (auto user = ctx.Value<std::string>("user")) greet(*user);
  any Value(const any& key) const { return node(3).Value(key); }
  template <class T>
  std::optional<T> Value(const any& key) const {
    any v = Value(key);
    const T* p = v.as<T>();
    return p != nullptr ? std::optional<T>(*p) : std::nullopt;
  }

  // String says how the context came about: `context.Background.WithCancel.WithDeadline(2009-11-10 23:00:00 +0000 UTC
  // [1m59s])`; `<nil>` for nil.
  std::string String() const;

  explicit operator bool() const noexcept { return n_ != nullptr; }
  friend bool operator==(const Context& a, const Context& b) noexcept { return a.id() == b.id(); }
  friend bool operator==(const Context& a, nil_t) noexcept { return a.n_ == nullptr; }
  friend bool operator==(const Context& a, std::nullptr_t) noexcept { return a.n_ == nullptr; }
  // For std::hash: equal contexts have equal ids.
  const void* id() const noexcept { return n_ == nullptr ? nullptr : n_->identity(); }

  // For the runtime: the node, and a handle that takes over a reference to one.
  rt::context_node* rt_node() const noexcept { return n_; }
  static Context rt_adopt(rt::context_node* n) noexcept {
    Context c;
    c.n_ = n;
    return c;
  }

 private:
  const rt::context_node& node(int method) const {
    if (n_ == nullptr) rt::nil_method(method);
    return *n_;
  }

  rt::context_node* n_ = nullptr;
};

// Embedded is a base for contexts of your own over another one, as embedding a Context in a Go struct: methods that the
// derived class does not define are the embedded context's.
//
//   struct Traced : context::Embedded {
//     using Embedded::Embedded;
//     any Value(const any& key) const { println("asked"); return Embedded::Value(key); }
//   };
//   context::Context ctx = Traced(context::Background());
struct Embedded {
  context::Context Context;

  explicit Embedded(context::Context parent) noexcept : Context(std::move(parent)) {}
  std::pair<time::Time, bool> Deadline() const { return Context.Deadline(); }
  done_chan Done() const { return Context.Done(); }
  error Err() const { return Context.Err(); }
  any Value(const any& key) const { return Context.Value(key); }
};

// Canceled is what Err returns of a context that was cancelled: `context canceled`.
extern const error Canceled;

// DeadlineExceeded is what Err returns of a context whose deadline has passed: `context deadline exceeded`. It is a
// net::Error, with Timeout() and Temporary() true.
extern const error DeadlineExceeded;

// deadlineExceededError is the type of DeadlineExceeded.
struct deadlineExceededError {
  std::string Error() const { return "context deadline exceeded"; }
  bool Timeout() const { return true; }
  bool Temporary() const { return true; }
  bool operator==(const deadlineExceededError&) const = default;
};

// CancelFunc cancels its context; from the second call on it does nothing. A copyable function object that holds its
// context; calling a default-constructed (nil) one panics with a nil dereference.
//
//   auto [ctx, cancel] = context::WithCancel(context::Background());
//   go([ctx = ctx] { ctx.Done().recv(); });
//   cancel();
class CancelFunc {
 public:
  using function = void (*)(rt::context_node*);
  CancelFunc() noexcept = default;
  CancelFunc(const nil_t&) noexcept {}
  void operator()() const {
    if (fn_ == nullptr) rt::nil_access(0);
    fn_(ctx_.rt_node());
  }
  explicit operator bool() const noexcept { return fn_ != nullptr; }

  // For the runtime: fn(ctx's node) is what a call does.
  CancelFunc(Context ctx, function fn) noexcept : ctx_(std::move(ctx)), fn_(fn) {}

 private:
  Context ctx_;
  function fn_ = nullptr;
};

// CancelCauseFunc is CancelFunc with an error that says why: what Cause returns then. A nil cause stands for Canceled.
//
//   auto [ctx, cancel] = context::WithCancelCause(context::Background());
//   cancel(errors::New("shutting down"));
//   context::Cause(ctx);   // shutting down
class CancelCauseFunc {
 public:
  CancelCauseFunc() noexcept = default;
  CancelCauseFunc(const nil_t&) noexcept {}
  void operator()(error cause) const;
  explicit operator bool() const noexcept { return ctx_ != nil; }

  // For the runtime.
  explicit CancelCauseFunc(Context ctx) noexcept : ctx_(std::move(ctx)) {}

 private:
  Context ctx_;
};

// CancelGuard calls a CancelFunc at the end of its scope: what `defer(cancel)` is for code without a func.
//
//   auto [ctx, cancel] = context::WithCancel(parent);
//   context::CancelGuard guard(cancel);
class CancelGuard {
 public:
  explicit CancelGuard(CancelFunc f) noexcept : f_(std::move(f)) {}
  CancelGuard(const CancelGuard&) = delete;
  CancelGuard& operator=(const CancelGuard&) = delete;
  ~CancelGuard() {
    if (f_) f_();
  }

 private:
  CancelFunc f_;
};

// Background returns the context at the root of every tree: never cancelled, without values or deadline.
Context Background() noexcept;
// TODO is Background under another name, for code that has no context to pass yet.
//
//   error err = fetch(context::TODO(), url);
Context TODO() noexcept;

// WithCancel returns a context that is done when cancel is called or parent is done.
[[gnu::noinline]] std::pair<Context, CancelFunc> WithCancel(Context parent);
// WithCancelCause is WithCancel whose cancel takes the cause.
[[gnu::noinline]] std::pair<Context, CancelCauseFunc> WithCancelCause(Context parent);

// WithDeadline returns a context that is done at d at the latest. If parent's deadline is earlier, it is
// WithCancel(parent).
//
//   auto [ctx, cancel] = context::WithDeadline(parent, time::Now().Add(time::Second));
[[gnu::noinline]] std::pair<Context, CancelFunc> WithDeadline(Context parent, time::Time d);
// WithDeadlineCause is WithDeadline with what Cause returns once the deadline has passed.
//
//   auto [ctx, cancel] = context::WithDeadlineCause(parent, time::Now().Add(time::Second), errors::New("too slow"));
[[gnu::noinline]] std::pair<Context, CancelFunc> WithDeadlineCause(Context parent, time::Time d, error cause);
// WithTimeout is WithDeadline(parent, time::Now().Add(timeout)), WithTimeoutCause the same with a cause.
//
//   context::CancelFunc stop = context::WithTimeout(parent, time::Second).second;
//   auto [ctx, cancel] = context::WithTimeoutCause(parent, time::Second, errors::New("too slow"));
[[gnu::noinline]] std::pair<Context, CancelFunc> WithTimeout(Context parent, time::Duration timeout);
[[gnu::noinline]] std::pair<Context, CancelFunc> WithTimeoutCause(Context parent, time::Duration timeout, error cause);

// WithValue returns a context in which key has the value val. Keys are compared with ==, type and value; use a type of
// your own for them, so that packages do not meet. Panics with `nil key` and `key is not comparable`.
[[gnu::noinline]] Context WithValue(Context parent, any key, any val);

// WithoutCancel returns a context with parent's values that is not done when parent is: no deadline, no error, nil
// Done.
//
//   go([ctx = context::WithoutCancel(ctx)] { use(ctx.Value("user")); });
[[gnu::noinline]] Context WithoutCancel(Context parent);

// Cause returns why c was cancelled: the cause given to the first cancellation of c or the ancestor that cancelled it,
// c.Err() if none was given; nil before.
error Cause(Context c);

// AfterFunc calls f on a goroutine of its own once ctx is done, at once if it is. The returned stop function ends that;
// it returns true if f has thereby been kept from running, false if f has been started or stop has been called before.
// It does not wait for f.
//
//   auto stop = context::AfterFunc(ctx, [] { println("cancelled"); });
//   stop();
[[gnu::noinline]] std::function<bool()> AfterFunc(Context ctx, std::function<void()> f);

}  // namespace context
}  // namespace gort

template <>
struct std::hash<gort::context::Context> {
  size_t operator()(const gort::context::Context& c) const noexcept { return std::hash<const void*>{}(c.id()); }
};

#endif  // GORT_CONTEXT_H_
