// errgroup.Group. A task's end is done by deferred calls: it may be a return, a panic, an exception or Goexit.
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
  // ended_badly records that a task panicked with v, or called Goexit if v is nil.
  void ended_badly(const any& v) {
    std::string stack = v ? debug::Stack() : std::string();
    mu.Lock();
    if (!abnormal) stop(err);
    abnormal = true;
    if (v && !panic_value) {
      if (const error* e = v.as<error>())
        panic_value = errgroup::PanicError{*e, std::move(stack)};
      else
        panic_value = errgroup::PanicValue{v, std::move(stack)};
    }
    mu.Unlock();
  }
};

void errgroup_enter(errgroup_state& s) {
  if (s.sem != nil) s.sem.send({});
  s.wg.Add(1);
}

bool errgroup_try_enter(errgroup_state& s) {
  if (s.sem != nil && !s.sem.try_send({})) return false;
  s.wg.Add(1);
  return true;
}

void errgroup_run(errgroup_state& s, errgroup_call task) {
  bool returned = false;
  func([&] {
    defer([&] { s.done(); });
    defer([&] {
      if (!returned) s.ended_badly(recover());
    });
    error err = task.fn(task.task);
    returned = true;
    if (err != nil) s.failed(err);
  });
}

}  // namespace rt

namespace errgroup {

Group::Group() : s_(std::make_shared<rt::errgroup_state>()) {}

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
