// gort/go.h: the go statement. go, go_stack.
#pragma once
#include <gort/any.h>
#include <gort/call.h>

namespace gort {
namespace rt {

g* newproc_alloc(size_t size, size_t align);
void* newproc_closure(g* gp);
void newproc_abort(g* gp);
void newproc_stack(g* gp, size_t bytes);
void newproc_start(g* gp, entry_fn fn, entry_fn destroy, uintptr_t gopc);

// spawn owns a goroutine that is being made; if the copy of its closure throws, the goroutine is given back.
struct spawn {
  g* gp;
  spawn(size_t size, size_t align, size_t stack = 0) : gp(newproc_alloc(size, align)) {
    if (stack != 0) newproc_stack(gp, stack);
  }
  ~spawn() {
    if (gp != nullptr) newproc_abort(gp);
  }
  void start(entry_fn fn, entry_fn destroy, uintptr_t pc) {
    g* started = gp;
    gp = nullptr;
    newproc_start(started, fn, destroy, pc);
  }
};

// launch is the go statement at pc, on a stack of so many bytes (0: the usual one).
template <class F, class... A>
[[gnu::always_inline]] inline void launch(uintptr_t pc, size_t stack, F&& f, A&&... args) {
  using D = std::decay_t<F>;
  if constexpr (sizeof...(A) == 0 && std::is_same_v<D, void (*)()>) {
    spawn s(0, 1, stack);
    s.start(__builtin_bit_cast(entry_fn, static_cast<D>(f)), nullptr, pc);
  } else if constexpr (sizeof...(A) == 0 && direct_call<D>) {
    spawn s(sizeof(D), alignof(D), stack);
    D* d = ::new (newproc_closure(s.gp)) D(std::forward<F>(f));
    s.start(is_nil_callable(*d) ? nullptr : direct_entry<D>(), destroyer<D>, pc);
  } else {
    using B = bound<D, std::decay_t<A>...>;
    static_assert((std::is_constructible_v<std::decay_t<A>, A> && ...),
                  "go(f, args...): an argument that cannot be copied is given as std::move(arg)");
    static_assert(std::is_invocable_v<D&, std::decay_t<A>...>,
                  "go(f, args...): f cannot be called with these arguments");
    spawn s(sizeof(B), alignof(B), stack);
    ::new (newproc_closure(s.gp)) B{std::forward<F>(f), std::tuple<std::decay_t<A>...>(std::forward<A>(args)...)};
    s.start(&B::call_goroutine, destroyer<B>, pc);
  }
}

}  // namespace rt

// go starts f(args...) on a new goroutine and returns at once. f and args are evaluated and copied (moved) at the
// statement. Goroutines run on GOMAXPROCS threads; one that ends with an uncaught panic ends the process with status 2.
// A nil f is Go's fatal error; with arguments, a panic of the new goroutine. Any goroutine and any ordinary thread may
// call it, once the runtime has started (gort::main, gort::run).
template <class F, class... A>
[[gnu::always_inline]] inline void go(F&& f, A&&... args) {
  rt::launch(rt::here(), 0, std::forward<F>(f), std::forward<A>(args)...);
}

// go_stack is go with a stack of at least `bytes` bytes. The first 1024 goroutines have stacks as large as Go's anyway,
// the next 3072 have 1 MiB, further ones 64 KiB (and all what GORT_STACK says, if it is set): go_stack is for those
// that recurse deeply however many there are, and, with a small size, for those that may leave the large stacks to
// others. The size is address space, memory is taken as far as the stack is used. 512 MiB is the most there is; more
// gives that. Below every stack are 64 KiB, below the small ones 32, that nothing can touch: a stack overflow is told
// even in a library that was compiled without gort's flags, as long as its frames are no larger than that. Where the
// system refuses the address space the program dies, as it does for go.
//
//   go_stack(8 << 20, [] { work(); });
template <class F, class... A>
[[gnu::always_inline]] inline void go_stack(size_t bytes, F&& f, A&&... args) {
  rt::launch(rt::here(), bytes > 0 ? bytes : 1, std::forward<F>(f), std::forward<A>(args)...);
}

}  // namespace gort
