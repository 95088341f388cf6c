// Cancellation. See context.h.
#include "runtime/context/context.h"

#include <vector>

#include <gort/func.h>
#include <gort/go.h>
#include <gort/select.h>

namespace gort::context {

std::atomic<int32_t> goroutines{0};

// ---- lists of children ----

void child_list::push(child* c) noexcept {
  c->next = nullptr;
  c->prev = tail;
  (tail != nullptr ? tail->next : head) = c;
  tail = c;
}

void child_list::remove(child* c) noexcept {
  (c->prev != nullptr ? c->prev->next : head) = c->next;
  (c->next != nullptr ? c->next->prev : tail) = c->prev;
}

child* child_list::pop() noexcept {
  child* c = head;
  if (c != nullptr) remove(c);
  return c;
}

namespace {

// closed_chan is the Done channel of contexts that nobody had asked for it before they were cancelled. Never destroyed.
const chan<std::monostate>& closed_chan() {
  static const auto* const c = [] {
    auto* made = new chan<std::monostate>(make_chan<std::monostate>());
    made->close();
    return made;
  }();
  return *c;
}

Context handle(cancelCtx* c) noexcept {
  rt::context_retain(c);
  return Context::rt_adopt(c);
}

// shared tells whether there is another handle of c.
bool shared(const chan<std::monostate>& c) noexcept {
  return reinterpret_cast<const rt::hchan_head*>(c.rt_chan())->refs.load(std::memory_order_acquire) > 1;
}

}  // namespace

// ---- the methods of a context ----

std::pair<time::Time, bool> cancelCtx::Deadline() const {
  if (parent == nullptr) return {};
  return parent->Deadline();
}

done_chan cancelCtx::Done() const {
  uint8_t s = state_.load(std::memory_order_acquire);
  if ((s & kDone) != 0) return done_;
  if ((s & kErr) != 0) return closed_chan();
  auto made = make_chan<std::monostate>();
  {
    locked l(mu);
    s = state_.load(std::memory_order_relaxed);
    if ((s & (kDone | kErr)) == 0) {
      done_ = made;
      state_.fetch_or(kDone, std::memory_order_release);
      s = kDone;
    }
  }
  return (s & kDone) != 0 ? done_ : closed_chan();
}

// Who sees the error finds the channel closed.
error cancelCtx::Err() const {
  uint8_t s = state_.load(std::memory_order_acquire);
  if ((s & kErr) == 0) return nil;
  if ((s & (kDone | kClosed)) == kDone) done_.recv();
  return err_;
}

error cancelCtx::Cause() const {
  if (!cancelled()) return nil;
  return cause_ != nil ? cause_ : err_;
}

any cancelCtx::Value(const any& key) const {
  return value(this, key);
}

std::string timerCtx::name() const {
  return ".WithDeadline(" + deadline.String() + " [" + time::Until(deadline).String() + "])";
}

bool cancelCtx::retain_live() noexcept {
  uint32_t n = refs.load(std::memory_order_relaxed);
  while (n != 0)
    if (refs.compare_exchange_weak(n, n + 1, std::memory_order_acq_rel, std::memory_order_relaxed)) return true;
  return false;
}

size_t cancelCtx::children_count() {
  locked l(mu);
  size_t n = 0;
  for (child* c = children_.head; c != nullptr; c = c->next) n++;
  return n;
}

// ---- becoming a child ----

void cancelCtx::become_child(cancelCtx* p) {
  error err, cause;
  {
    locked l(p->mu);
    if (!p->cancelled()) {
      p->children_.push(this);
      linked = true;
      up = p;
      // The list holds a function, and a function does not hold its parent; with a context it is the other way round.
      if (child::kind == child_kind::function)
        rt::context_retain(this);
      else if (p != parent)
        up_ref_ = handle(p);
      return;
    }
    err = p->err_;
    cause = p->cause_;
  }
  cancel(false, err, cause);
}

void cancelCtx::propagateCancel(Context from) {
  rt::context_node* custom;
  if (cancelCtx* p = nearest(from.rt_node(), &custom)) return become_child(p);
  if (custom == nullptr) return;
  done_chan done = from.Done();
  if (done == nil) return;
  if (done.try_recv().selected()) return cancel(false, from.Err(), context::Cause(from));
  any found = from.Value(key_of_cancel());
  if (auto* p = found.as<cancel_ref>(); p != nullptr && p->get()->same_done(done)) return become_child(p->get());

  Context self = handle(this);
  if (from.rt_node()->has_after_func()) {
    has_stop_ = true;
    auto stop = from.rt_node()->after_func(
        [self, from] { static_cast<cancelCtx*>(self.rt_node())->cancel(false, from.Err(), context::Cause(from)); });
    {
      locked l(mu);
      if (!cancelled()) {
        stop_.swap(stop);
        return;
      }
    }
    stop();
    return;
  }
  goroutines.fetch_add(1, std::memory_order_relaxed);
  go([self, from] {
    auto* c = static_cast<cancelCtx*>(self.rt_node());
    select(recv(from.Done(), [&] { c->cancel(false, from.Err(), context::Cause(from)); }), recv(c->Done()));
  });
}

void timerCtx::start(time::Duration dur, error cause) {
  Context self = handle(this);
  auto t = time::AfterFunc(
      dur, [self, cause] { static_cast<timerCtx*>(self.rt_node())->cancel(true, DeadlineExceeded, cause); });
  bool late;
  {
    locked l(mu);
    late = cancelled();
    if (!late) timer_ = t;
  }
  if (late) t->Stop();
}

// ---- cancelling ----

// cancellation is one that has marked its context and goes on with what is below it. Who wants to cancel something that
// is marked already returns when all is done, as in Go, where the canceller holds the locks of all of it: it waits for
// the cancellations that were under way. Its own it does not wait for: the last handle of a value, let go of on the
// way, may cancel something in its destructor.
struct cancellation {
  rt::g* owner = nullptr;
  chan<std::monostate> over;  // made by who waits
  cancellation* next = nullptr;
  cancellation* prev = nullptr;
};

namespace {

rt::mutex under_way_lock;
cancellation* under_way = nullptr;
std::atomic<int32_t> under_way_count{0};

// begin is called before others can see that the context is marked.
void begin(cancellation& c) {
  c.owner = rt::getg();
  rt::lock_guard l(under_way_lock);
  c.next = under_way;
  if (under_way != nullptr) under_way->prev = &c;
  under_way = &c;
  under_way_count.fetch_add(1, std::memory_order_relaxed);
}

void end(cancellation& c) {
  if (c.owner == nullptr) return;
  {
    locked l(under_way_lock);
    (c.prev != nullptr ? c.prev->next : under_way) = c.next;
    if (c.next != nullptr) c.next->prev = c.prev;
    under_way_count.fetch_sub(1, std::memory_order_release);
  }
  if (c.over != nil) c.over.close();
}

void wait_for_those_under_way() {
  if (under_way_count.load(std::memory_order_acquire) == 0) return;
  std::vector<chan<std::monostate>> wait;
  {
    locked l(under_way_lock);
    for (cancellation* c = under_way; c != nullptr; c = c->next) {
      if (c->owner == rt::getg()) continue;
      if (c->over == nil) c->over = make_chan<std::monostate>();
      wait.push_back(c->over);
    }
  }
  for (auto& over : wait) over.recv();
}

}  // namespace

bool cancelCtx::mark(const error& err, const error& cause, child_list& work, time::TimerPtr& timer,
                     cancellation* first) {
  locked l(mu);
  if (cancelled()) return false;
  if (first != nullptr && !children_.empty()) begin(*first);
  err_ = err;
  if (cause.rt_object() != err.rt_object()) cause_ = cause;
  if (context_node::kind == rt::context_kind::timer) std::swap(timer, static_cast<timerCtx*>(this)->timer_);
  for (child *c = children_.head, *next; c != nullptr; c = next) {
    next = c->next;
    c->linked = false;
    if (c->kind == child_kind::context && !static_cast<cancelCtx*>(c)->retain_live())
      continue;  // it is ending, and will see our error
    if (c->kind == child_kind::function) {
      auto* a = static_cast<cancelCtx*>(c);
      rt::lock_guard la(a->mu);
      a->up = nullptr;
    }
    work.push(c);
  }
  children_ = {};
  state_.fetch_or(kErr, std::memory_order_release);
  return true;
}

void cancelCtx::finish() {
  if ((state_.load(std::memory_order_relaxed) & kDone) != 0) {
    done_.close();
    state_.fetch_or(kClosed, std::memory_order_release);
  }
  if (child::kind == child_kind::function) static_cast<afterFuncCtx*>(this)->cancel();
}

void cancelCtx::cancel(bool removeFromParent, const error& err, const error& cause) {
  child_list work;
  time::TimerPtr timer;
  cancellation mine;
  if (!mark(err, cause, work, timer, &mine)) {
    Err();  // the channel is closed
    return wait_for_those_under_way();
  }
  if (timer) timer->Stop();
  finish();
  bool by_others = false;
  while (child* c = work.pop()) {
    if (c->kind == child_kind::channel) {
      auto* o = static_cast<orphanDone*>(c);
      o->done.close();
      delete o;
      continue;
    }
    auto* cc = static_cast<cancelCtx*>(c);
    time::TimerPtr t;
    if (cc->mark(err, cause, work, t, nullptr)) {
      if (t) t->Stop();
      cc->finish();
    } else {
      cc->Err();
      by_others = true;
    }
    rt::context_release(cc);
  }
  end(mine);  // first, for those may be waiting for this one in turn
  if (by_others) wait_for_those_under_way();
  if (removeFromParent) removeChild();
}

void afterFuncCtx::cancel() {
  if (once.exchange(true)) return;
  [this] { go(std::move(f)); }();
}

bool afterFuncCtx::stop() {
  if (once.exchange(true)) return false;
  cancelCtx::cancel(true, Canceled, nil);
  f = nullptr;
  return true;
}

// ---- leaving ----

void cancelCtx::removeChild() {
  if (has_stop_) {
    std::function<bool()> stop;
    {
      locked l(mu);
      stop.swap(stop_);
    }
    if (stop) stop();
  } else if (child::kind == child_kind::function) {
    remove_function();
  } else if (up != nullptr) {
    remove_context();
  }
}

void cancelCtx::remove_context() {
  locked l(up->mu);
  if (!linked) return;
  up->children_.remove(this);
  linked = false;
}

// A function's parent may be ending, and is then about to name another one.
void cancelCtx::remove_function() {
  for (;;) {
    cancelCtx* p;
    bool live;
    {
      locked l(mu);
      p = up;
      live = p != nullptr && p->retain_live();
    }
    if (p == nullptr) return;
    if (!live) {
      rt::Gosched();
      continue;
    }
    bool was_linked;
    {
      locked l(p->mu);
      was_linked = linked && up == p;
      if (was_linked) {
        p->children_.remove(this);
        linked = false;
        rt::lock_guard la(mu);
        up = nullptr;
      }
    }
    rt::context_release(p);
    if (was_linked) return rt::context_release(this);
  }
}

// give_to moves what a context leaves behind to p, which is locked.
static void give_to(cancelCtx* p, child_list& from, child_list& to) {
  while (child* c = from.pop()) {
    if (c->kind == child_kind::function) {
      auto* a = static_cast<afterFuncCtx*>(c);
      rt::lock_guard l(a->mu);
      a->up = p;
    }
    c->linked = true;
    to.push(c);
  }
}

void cancelCtx::hand_over() {
  if (up == nullptr) {  // nobody can cancel what is left
    while (child* c = children_.pop()) {
      if (c->kind == child_kind::channel) {
        delete static_cast<orphanDone*>(c);
        continue;
      }
      auto* a = static_cast<afterFuncCtx*>(c);
      {
        locked l(a->mu);
        a->up = nullptr;
      }
      rt::context_release(a);
    }
    return;
  }
  const bool asked = (state_.load(std::memory_order_relaxed) & kDone) != 0 && shared(done_);
  orphanDone* orphan = asked ? new orphanDone(done_) : nullptr;
  {
    locked l(up->mu);
    if (linked) up->children_.remove(this);
    linked = false;
    if (!up->cancelled()) {
      if (orphan != nullptr) children_.push(orphan);
      return give_to(up, children_, up->children_);
    }
  }
  delete orphan;
  cancel(false, up->err_, up->cause_);
}

cancelCtx::~cancelCtx() {
  if (child::kind == child_kind::context && !cancelled()) hand_over();
}

}  // namespace gort::context
