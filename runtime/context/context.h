// The contexts that can be cancelled, and what hangs below them.
//
// Ownership. A context holds its parent. A cancelCtx knows its children, so that cancelling it cancels them, but must
// not hold them, or nothing would ever be freed. Who is a child (struct child) of a cancelCtx:
//
//   context    a cancelCtx or timerCtx. Not held: it takes itself out when it ends.
//   function   an AfterFunc. Held, until it has run or is stopped; in return it does not hold the parent.
//   channel    the Done channel of a context that is gone but that somebody still has. Held.
//
// A context that ends without having been cancelled, for the last handle has gone, hands its functions and its Done
// channel (if that is not the last handle of the channel) on to the nearest cancellable ancestor: from then on only
// that one can cancel them. A timerCtx does not end while its timer runs, nor does a context below one of the user's
// own, because the goroutine or function that watches that one holds it.
//
// Locking. cancelCtx::mu guards all that is not atomic, and, of its children, links, `linked` and (with the child's own
// mu too) `up`. Order: parent before child. It is the runtime's lock, for contexts also end in places that must not
// park; no code of the user's runs under it.
//
// Cancelling takes all children off the parent under its lock, with a reference each, and then goes on with them from a
// list: a chain of many thousand contexts is no recursion. Cancellations that have children to go on with are listed
// while they are under way, for others to wait for (cancel.cc).
#pragma once
#include <atomic>

#include <gort/context.h>
#include <gort/time/sleep.h>

#include "sched/lock.h"
#include "sched/proc.h"

namespace gort::context {

class cancelCtx;
struct cancellation;

enum class child_kind : uint8_t { context, function, channel };

struct child {
  explicit child(child_kind k) noexcept : kind(k) {}
  const child_kind kind;
  bool linked = false;
  child* next = nullptr;
  child* prev = nullptr;
  cancelCtx* up = nullptr;  // whose child it is; a context holds it, a function does not
};

// child_list is doubly linked; as a list of work only `next` counts.
struct child_list {
  child* head = nullptr;
  child* tail = nullptr;
  bool empty() const noexcept { return head == nullptr; }
  void push(child* c) noexcept;
  void remove(child* c) noexcept;
  child* pop() noexcept;
};

// locked holds a cancelCtx's mu. Pinned before: nobody may lose his p, and so park, while he holds it.
class locked {
 public:
  explicit locked(rt::mutex& mu) noexcept : m_(rt::pin()), mu_(mu) { mu_.lock(); }
  ~locked() {
    mu_.unlock();
    rt::unpin(m_);
  }
  locked(const locked&) = delete;
  locked& operator=(const locked&) = delete;

 private:
  rt::m* m_;
  rt::mutex& mu_;
};

// A context that is cancelled is so for ever: `err` and `cause` do not change once kErr is set, `done` does not once
// kDone is.
class cancelCtx : public rt::context_node, public child {
 public:
  explicit cancelCtx(rt::context_kind k = rt::context_kind::cancel) noexcept
      : rt::context_node(k), child(k == rt::context_kind::after_func ? child_kind::function : child_kind::context) {}
  ~cancelCtx() override;

  std::pair<time::Time, bool> Deadline() const override;
  done_chan Done() const override;
  error Err() const override;
  any Value(const any& key) const override;
  std::string name() const override { return ".WithCancel"; }

  // Cause is context.Cause of this context.
  error Cause() const;
  // propagateCancel arranges that this context is cancelled when `from` is, at once if it is already.
  [[gnu::noinline]] void propagateCancel(Context from);
  // cancel cancels this context and all below it unless that has been done; a nil cause stands for err. When it returns
  // all are done, whoever has cancelled them.
  // removeFromParent: it also leaves its parent's children, which is not for the parent's own use.
  void cancel(bool removeFromParent, const error& err, const error& cause);

  // retain_live takes a reference unless the last one has gone.
  bool retain_live() noexcept;
  // same_done tells whether ch is the channel that Done has returned.
  bool same_done(const done_chan& ch) const noexcept {
    return (state_.load(std::memory_order_acquire) & kDone) != 0 && done_ == ch;
  }
  bool cancelled() const noexcept { return (state_.load(std::memory_order_acquire) & kErr) != 0; }
  size_t children_count();  // for tests

  mutable rt::mutex mu;

 protected:
  static constexpr uint8_t kErr = 1;     // err_ and cause_ are set
  static constexpr uint8_t kDone = 2;    // done_ is a channel
  static constexpr uint8_t kClosed = 4;  // which is closed

  // mark sets the error and moves the children to work, with a reference each; false if it was cancelled before. first
  // is not null for the context that a cancellation begins with; it is begun if there are children.
  bool mark(const error& err, const error& cause, child_list& work, time::TimerPtr& timer, cancellation* first);
  // finish is what follows without the lock: closing the channel, running the function.
  void finish();
  void removeChild();
  void remove_context();
  void remove_function();
  // become_child puts this context among the children of p; if p is cancelled, it cancels this one instead.
  void become_child(cancelCtx* p);
  // hand_over is what a context does at its end that has not been cancelled.
  void hand_over();

  mutable std::atomic<uint8_t> state_{0};
  mutable chan<std::monostate> done_;
  error err_, cause_;  // cause_ is nil where it is err_
  child_list children_;
  Context up_ref_;              // holds `up` where that is not the parent
  bool has_stop_ = false;       // its parent is a context of the user's that has AfterFunc
  std::function<bool()> stop_;  // takes it off that one; under mu
};

// timerCtx is a cancelCtx with a deadline.
class timerCtx final : public cancelCtx {
 public:
  explicit timerCtx(time::Time d) noexcept : cancelCtx(rt::context_kind::timer), deadline(d) {}
  std::pair<time::Time, bool> Deadline() const override { return {deadline, true}; }
  std::string name() const override;
  // start makes it end after dur.
  void start(time::Duration dur, error cause);

  const time::Time deadline;

 private:
  friend class cancelCtx;
  time::TimerPtr timer_;  // under mu; while it runs it holds this context
};

// afterFuncCtx stands for a call of AfterFunc among the children of a context.
class afterFuncCtx final : public cancelCtx {
 public:
  explicit afterFuncCtx(std::function<void()> fn) noexcept
      : cancelCtx(rt::context_kind::after_func), f(std::move(fn)) {}
  std::string name() const override { return ""; }
  // cancel runs f unless that has been done or stopped.
  [[gnu::noinline]] void cancel();
  bool stop();

  std::function<void()> f;
  std::atomic<bool> once{false};  // f has been started or given up
};

// valueCtx adds one value to its parent.
class valueCtx final : public rt::context_node {
 public:
  valueCtx(any k, any v) noexcept : rt::context_node(rt::context_kind::value), key(std::move(k)), val(std::move(v)) {}
  std::pair<time::Time, bool> Deadline() const override { return parent->Deadline(); }
  done_chan Done() const override { return parent->Done(); }
  error Err() const override { return parent->Err(); }
  any Value(const any& k) const override;
  std::string name() const override;

  const any key, val;
};

// orphanDone is a Done channel that has outlived its context.
struct orphanDone final : child {
  explicit orphanDone(chan<std::monostate> c) noexcept : child(child_kind::channel), done(std::move(c)) {}
  chan<std::monostate> done;
};

// key_of_cancel is the key under which a context finds its nearest cancelCtx through contexts of the user's, which pass
// on keys that they do not know. The value is a cancel_ref.
const any& key_of_cancel();
struct cancel_ref {
  Context ctx;
  cancelCtx* get() const noexcept { return static_cast<cancelCtx*>(ctx.rt_node()); }
};

// value looks for key in n and its ancestors.
any value(const rt::context_node* n, const any& key);

// nearest returns the cancelCtx that n's cancellation comes from, as far as it can be told without asking a context of
// the user's; *custom is the first such context met on the way.
cancelCtx* nearest(rt::context_node* n, rt::context_node** custom);

// goroutines counts those that were started to watch a context of the user's; for tests.
extern std::atomic<int32_t> goroutines;

}  // namespace gort::context
