// gort/errgroup.h: Go's package golang.org/x/sync/errgroup: goroutines that work on parts of one task, and the first
// error among them.
#ifndef GORT_ERRGROUP_H_
#define GORT_ERRGROUP_H_

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <gort/context.h>
#include <gort/go.h>

namespace gort {
namespace errgroup {
class Group;
}

namespace rt {

// errgroup_state is what the handles of a Group and its goroutines share.
class errgroup_state;

// errgroup_task is what Go and TryGo are given: any callable that returns an error or nothing.
class errgroup_task {
 public:
  template <class F>
  requires(!std::same_as<std::decay_t<F>, errgroup_task> && std::invocable<std::decay_t<F>&>) errgroup_task(F&& f)
      : f_(std::make_unique<task<std::decay_t<F>>>(std::forward<F>(f))) {}

  error operator()() { return f_->call(); }
  void reset() noexcept { f_.reset(); }

 private:
  struct base {
    virtual ~base() = default;
    virtual error call() = 0;
  };
  template <class F>
  struct task : base {
    F f;
    template <class G>
    explicit task(G&& g) : f(std::forward<G>(g)) {}
    error call() override {
      if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
        opaque_call(f);
        return nil;
      } else {
        return opaque_call(f);
      }
    }
  };
  std::unique_ptr<base> f_;
};

}  // namespace rt

namespace errgroup {

// Group is a handle of a group of goroutines: copies stand for the same group, and its goroutines keep what they need
// of it. A default-constructed one is a new group, without a limit and without a context. To be used for one task, from
// any goroutine or thread.
//
//   auto [g, ctx] = errgroup::WithContext(parent);
//   for (std::string url : urls)
//     g.Go([ctx = ctx, url]() -> error { return fetch(ctx, url); });
//   if (error err = g.Wait(); err != nil) return err;
//
// A panic or Goexit in a task ends the task, and Wait does the same in its caller once all tasks have ended, as in
// golang.org/x/sync v0.13 to v0.15.
class Group {
 public:
  Group();

  // Go runs f on a new goroutine; with a limit it first waits for a place. f returns an error, or nothing. The first
  // task that returns an error, panics or calls Goexit cancels the group's context. f is destroyed before its place is
  // given up.
  void Go(rt::errgroup_task f);

  // TryGo is Go if there is a place within the limit; it tells whether f was started.
  bool TryGo(rt::errgroup_task f);

  //
  //   g.SetLimit(4);
  //   if (!g.TryGo([] { work(); })) log("busy");
  //
  // SetLimit sets how many tasks may run at a time; negative: any number, zero: none. Panics with the error
  // `errgroup: modify limit while 2 goroutines in the group are still active` if any runs.
  void SetLimit(int64_t n);

  // Wait waits (`semacquire`) until all tasks have ended, cancels the group's context, and returns the first error that
  // a task returned. If a task panicked it panics with a PanicError or PanicValue, if one called Goexit it calls that.
  error Wait();

 private:
  friend std::pair<Group, context::Context> WithContext(context::Context ctx);
  void add(rt::errgroup_task f);

  std::shared_ptr<rt::errgroup_state> s_;
};

// WithContext returns a new group and a context derived from ctx, which is cancelled, with the error as its cause, when
// a task returns one or Wait returns.
std::pair<Group, context::Context> WithContext(context::Context ctx);

// PanicError is what Wait panics with if a task panicked with an error (or a C++ exception, which is one then). Stack
// is the trace of the task.
//
//   defer([] {
//     any v = recover();
//     if (auto* p = v.as<errgroup::PanicError>()) log(p->Recovered, p->Stack);
//   });
//   g.Wait();
struct PanicError {
  error Recovered;
  std::string Stack;
  std::string Error() const;
  error Unwrap() const { return Recovered; }
};

// PanicValue is what Wait panics with if a task panicked with any other value.
struct PanicValue {
  any Recovered;
  std::string Stack;
  std::string String() const;
};

}  // namespace errgroup
}  // namespace gort

#endif  // GORT_ERRGROUP_H_
