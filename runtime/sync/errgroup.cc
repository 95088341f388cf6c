// errgroup.Group. A task's end is done by deferred calls: it may be a return, a panic, an exception or Goexit.
// Functions and literals stand as in Go's package, for they are seen in traces.
#include <gort/errgroup.h>

#include <gort/debug.h>
#include <gort/fmt.h>
#include <gort/func.h>
#include <gort/runtime.h>
#include <gort/sync.h>

namespace gort {
namespace rt {

class errgroup_state {
 public:
  context::CancelCauseFunc cancel;
  sync::WaitGroup wg;
  chan<std::monostate> sem;  // nil: no limit
  sync::Once err_once;
  error err;

  sync::Mutex mu;
  any panic_value;        // a PanicError or PanicValue, under mu
  bool abnormal = false;  // a task has ended by a panic or Goexit, under mu

  void stop(const error& cause) {
    if (cancel) cancel(cause);
  }
  void done() {
    if (sem != nil) sem.recv();
    wg.Done();
  }
  void failed(const error& e) {
    err_once.Do([&] {
      err = e;
      stop(e);
    });
  }
};

static void errgroup_done(errgroup_state* s, errgroup_task* f) {
  f->reset();
  s->done();
}

}  // namespace rt

namespace errgroup {

Group::Group() : s_(std::make_shared<rt::errgroup_state>()) {}

void Group::Go(rt::errgroup_task f) {
  if (s_->sem != nil) s_->sem.send({});
  add(std::move(f));
}

[[gnu::noinline]] void Group::add(rt::errgroup_task f) {
  s_->wg.Add(1);
  go([s = s_, f = std::move(f)]() mutable {
    bool returned = false;
    func([&] {
      defer(rt::errgroup_done, s.get(), &f);
      defer([&] {
        if (returned) return;
        any v = recover();
        s->mu.Lock();
        if (!s->abnormal) s->stop(s->err);
        s->abnormal = true;
        if (v && !s->panic_value) {
          if (const error* e = v.as<error>())
            s->panic_value = PanicError{*e, debug::Stack()};
          else
            s->panic_value = PanicValue{v, debug::Stack()};
        }
        s->mu.Unlock();
      });
      error err = f();
      returned = true;
      if (err != nil) s->failed(err);
    });
  });
}

bool Group::TryGo(rt::errgroup_task f) {
  if (s_->sem != nil && !s_->sem.try_send({})) return false;
  add(std::move(f));
  return true;
}

void Group::SetLimit(int64_t n) {
  if (n < 0) {
    s_->sem = nil;
    return;
  }
  if (int64_t active = s_->sem.len(); active != 0)
    panic(fmt::Errorf("errgroup: modify limit while %v goroutines in the group are still active", active));
  s_->sem = make_chan<std::monostate>(n);
}

error Group::Wait() {
  s_->wg.Wait();
  s_->stop(s_->err);
  if (s_->panic_value) panic(s_->panic_value);
  if (s_->abnormal) runtime::Goexit();
  return s_->err;
}

std::pair<Group, context::Context> WithContext(context::Context ctx) {
  Group g;
  auto [derived, cancel] = context::WithCancelCause(std::move(ctx));
  g.s_->cancel = cancel;
  return {g, derived};
}

static std::string recovered_text(const std::string& value, const std::string& stack) {
  return "recovered from errgroup.Group: " + value + (stack.empty() ? "" : "\n" + stack);
}

std::string PanicError::Error() const {
  return recovered_text(Recovered.Error(), Stack);
}
std::string PanicValue::String() const {
  return recovered_text(fmt::Sprint(Recovered), Stack);
}

}  // namespace errgroup
}  // namespace gort
