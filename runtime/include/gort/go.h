// gort/go.h: the go statement.
#pragma once
#include <gort/any.h>
#include <gort/call.h>

namespace gort {
namespace rt {

g* newproc_alloc(size_t size, size_t align);
void* newproc_closure(g* gp);
void newproc_abort(g* gp);
void newproc_start(g* gp, entry_fn fn, entry_fn destroy, uintptr_t gopc);

// spawn owns a goroutine that is being made; if the copy of its closure throws, the goroutine is given back.
struct spawn {
  g* gp;
  spawn(size_t size, size_t align) : gp(newproc_alloc(size, align)) {}
  ~spawn() {
    if (gp != nullptr) newproc_abort(gp);
  }
  void start(entry_fn fn, entry_fn destroy, uintptr_t pc) {
    g* started = gp;
    gp = nullptr;
    newproc_start(started, fn, destroy, pc);
  }
};

}  // namespace rt

// go starts f(args...) on a new goroutine and returns at once. f and args are evaluated and copied (moved) at the
// statement. Goroutines run on GOMAXPROCS threads; one that ends with an uncaught panic ends the process with status 2.
// A nil f is Go's fatal error; with arguments, a panic of the new goroutine. Any goroutine and any ordinary thread may
// call it, once the runtime has started (gort::main, gort::run).
template <class F, class... A>
[[gnu::always_inline]] inline void go(F&& f, A&&... args) {
  using D = std::decay_t<F>;
  const uintptr_t pc = rt::here();
  if constexpr (sizeof...(A) == 0 && std::is_same_v<D, void (*)()>) {
    rt::spawn s(0, 1);
    s.start(__builtin_bit_cast(rt::entry_fn, static_cast<D>(f)), nullptr, pc);
  } else if constexpr (sizeof...(A) == 0 && rt::direct_call<D>) {
    rt::spawn s(sizeof(D), alignof(D));
    D* d = ::new (rt::newproc_closure(s.gp)) D(std::forward<F>(f));
    s.start(rt::is_nil_callable(*d) ? nullptr : rt::direct_entry<D>(), rt::destroyer<D>, pc);
  } else {
    using B = rt::bound<D, std::decay_t<A>...>;
    static_assert(std::is_invocable_v<D&, std::decay_t<A>...>,
                  "go(f, args...): f cannot be called with these arguments");
    rt::spawn s(sizeof(B), alignof(B));
    ::new (rt::newproc_closure(s.gp)) B{std::forward<F>(f), std::tuple<std::decay_t<A>...>(std::forward<A>(args)...)};
    s.start(&B::call, rt::destroyer<B>, pc);
  }
}

}  // namespace gort
