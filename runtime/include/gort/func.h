// gort/func.h: func, defer, local, panic, recover.
//
//   int parse(std::string_view s) {
//     return func<int>([&](int& result) {            // a function frame
//       auto& f = local<File>(s);                    // lives until the deferred calls have run
//       defer([&] { f.close(); });                   // runs when the func ends, newest first
//       defer([&] {
//         if (any e = recover()) result = -1;        // stops a panic; result is the named result
//       });
//       if (s.empty()) panic(errors::New("empty"));  // any value
//       return f.parse();
//     });
//   }
//
// THE ONE TRAP: deferred calls run after the body has returned, so the body's own locals are gone by then (on a panic
// they are still there). What a deferred call refers to stands outside `func`, is passed as an argument (defer(f,
// args...)), or is made with local<T>. Code compiled without optimisation, and GODEBUG=deadlocals=1, overwrite the dead
// locals with 0xdb before deferred calls run.
//
// A defer belongs to the func that is running: in a function without one it belongs to its caller's, and runs when that
// ends.
//
// Any goroutine and any ordinary thread may use these, also on a stack that another library has switched to, as long as
// that library does not leave it while a func is running there; none of them blocks. Faults are panics on a goroutine's
// own stack only: elsewhere they end the process.
//
// A panic is no C++ exception. Between it and the func that recovers it, destructors run, and so do the bodies of
// catch (...), after which it goes on; without such a func it ends the process, whatever catches there are. Goexit
// unwinds so, too. Meanwhile std::uncaught_exceptions() counts it as an exception: a guard that commits or rolls back
// rolls back.
//
// longjmp must not jump over a func: it would stay the one that defer refers to.
#pragma once
#include <exception>
#include <new>
#include <string>

#include <gort/any.h>
#include <gort/call.h>

#if defined(__GNUC__) && !defined(__clang__)
// func and recover are declared returns_twice to keep the functions that call them from being inlined; g++ then warns
// of locals that setjmp might clobber, which does not apply: nothing is restored.
#pragma GCC diagnostic ignored "-Wclobbered"
#endif

extern "C" {
void gort_gofunc(void* closure, void (*body)(void*));
extern unsigned char gort_poison_dead_stack;
}

namespace gort {
namespace rt {

_defer* newdefer_slow(funcframe* fr, size_t size, size_t align);
void* newlocal(funcframe* fr, size_t size, size_t align);  // memory of a variable that lives as long as the frame
void own_local(funcframe* fr, void* value, void (*destroy)(void*));  // it is made: destroy it with the frame
[[noreturn]] void no_frame(const char* what);
void deferred_recover(void*);
std::exception_ptr thrown_exception();  // the C++ exception that recover would stop; null where that is a panic

// any_words is an any without a destructor: what stands in a frame that panic leaves behind.
struct any_words {
  alignas(any) unsigned char bytes[sizeof(any)];
};

template <class T>
[[gnu::always_inline]] inline any_words release_any(T&& v) {
  any_words w;
  ::new (static_cast<void*>(w.bytes)) any(std::forward<T>(v));
  return w;
}

[[noreturn]] void gopanic(any_words v);

inline funcframe* frame_for_defer() {
  funcframe* fr = current_frame();
  if (__builtin_expect(fr == nullptr, 0)) no_frame("defer");
  return fr;
}

inline _defer* newdefer(funcframe* fr, size_t size, size_t align) {
  size_t need = sizeof(_defer) + ((size + 15) & ~size_t(15));
  _defer* d;
  if (__builtin_expect(align <= 16 && size_t(fr->storage + sizeof fr->storage - fr->free) >= need, 1)) {
    d = reinterpret_cast<_defer*>(fr->free);
    fr->free += need;
  } else {
    d = newdefer_slow(fr, size, align);
  }
  return d;
}

struct defer_kind {
  bool wrapper = false, isrecover = false, stdcallable = false;
};

inline void pushdefer(funcframe* fr, _defer* d, entry_fn fn, entry_fn destroy, defer_kind kind) {
  d->fn = fn;
  d->destroy = destroy;
  d->wrapper = kind.wrapper;
  d->isrecover = kind.isrecover;
  d->stdcallable = kind.stdcallable;
  d->spare = 0;
  d->link = fr->defers;
  fr->defers = d;
}

// body_entry<F>::value is, in its first word, the address that gofunc calls with the body's address.
template <class F>
void call_body(void* f) {
  (void)opaque_call(*static_cast<F*>(f));
  asm volatile("");
}
template <class F>
constexpr auto body_entry_value() {
  if constexpr (direct_call<F>)
    return &F::operator();
  else
    return &call_body<F>;
}
template <class F>
struct body_entry {
  [[gnu::visibility("hidden")]] static inline constexpr auto value = body_entry_value<F>();
};

}  // namespace rt

// func runs body in a function frame of its own: what defer, panic and recover refer to. It returns when the body and
// then the deferred calls have returned, or when a deferred call has recovered a panic. Around the body it costs
// about 4 ns.
template <class F>
requires(std::is_class_v<std::remove_cvref_t<F>>&& std::is_invocable_v<F&>)
    [[GORT_NAKED, gnu::returns_twice]] void func(F&& body [[maybe_unused]]) {
  asm("movq %c0(%%rip), %%rsi\n\tjmp gort_gofunc@PLT" ::"i"(&rt::body_entry<std::remove_reference_t<F>>::value)
      : GORT_ASM_CLOBBERS);
}

[[gnu::noinline, gnu::returns_twice]] void func(void (*body)());

// func<R> is a function with a result. body is R(), R(R& result), or void(R& result); a returned value becomes the
// result that deferred calls see and may change. After a recovered panic the result is what result held, R{} if it was
// never set.
template <class R, class F>
requires(!std::is_void_v<R> && (std::is_invocable_v<F&> || std::is_invocable_v<F&, R&>))
    [[gnu::noinline, gnu::returns_twice]] R func(F&& body) {
  R result{};
  auto run = [&] {
    rt::current_frame()->thunk = 1;
    if constexpr (std::is_invocable_v<F&, R&>) {
      if constexpr (std::is_void_v<std::invoke_result_t<F&, R&>>)
        rt::opaque_call(body, result);
      else
        result = rt::opaque_call(body, result);
    } else {
      result = rt::opaque_call(body);
    }
    asm volatile("");
  };
  func(run);
  return result;
}

// recover stops the panic that runs the calling deferred function, and returns its value; any(nil) if there is none, or
// if the caller is not a deferred function that the panic itself called (a helper that such a function calls gets nil).
// A C++ exception that leaves a func is stopped as a panic is, and does not go on to a catch further out: the value is
// an error (errors::FromException), from which errors::AsException gets the exception to throw it again.
//
// The arguments are not for users: they make functions that recover in different places different, or g++ would fold
// equal ones into one that the other calls, which then is not called by the panic any more.
[[gnu::returns_twice]] any recover(int line = __builtin_LINE(), const char* file = __builtin_FILE());

// defer registers f(args...) to run when the enclosing func ends: by return, panic or Goexit; newest first. f and args
// are evaluated and copied (moved) now. A deferred nil function pointer or std::function panics when it is called.
// Results of f are dropped.
template <class F, class... A>
[[gnu::always_inline]] inline void defer(F&& f, A&&... args) {
  using D = std::decay_t<F>;
  rt::funcframe* fr = rt::frame_for_defer();
  if constexpr (sizeof...(A) == 0 && std::is_same_v<D, decltype(&recover)>) {
    rt::_defer* d = rt::newdefer(fr, sizeof(D), alignof(D));
    ::new (d->closure()) D(f);
    rt::pushdefer(fr, d, &rt::deferred_recover, nullptr, {.isrecover = true});
  } else if constexpr (sizeof...(A) == 0 && std::is_same_v<D, void (*)()>) {
    rt::_defer* d = rt::newdefer(fr, 0, 1);
    rt::pushdefer(fr, d, __builtin_bit_cast(rt::entry_fn, static_cast<D>(f)), nullptr, {});
  } else if constexpr (sizeof...(A) == 0 && rt::direct_call<D>) {
    rt::_defer* d = rt::newdefer(fr, sizeof(D), alignof(D));
    ::new (d->closure()) D(std::forward<F>(f));
    rt::pushdefer(fr, d, rt::is_nil_callable(*static_cast<D*>(d->closure())) ? nullptr : rt::direct_entry<D>(),
                  rt::destroyer<D>, {.stdcallable = rt::is_std_callable<D>});
  } else {
    using B = rt::bound<D, std::decay_t<A>...>;
    static_assert((std::is_constructible_v<std::decay_t<A>, A> && ...),
                  "defer(f, args...): an argument that cannot be copied is given as std::move(arg)");
    static_assert(std::is_invocable_v<D&, std::decay_t<A>...>,
                  "defer(f, args...): f cannot be called with these arguments");
    rt::_defer* d = rt::newdefer(fr, sizeof(B), alignof(B));
    ::new (d->closure()) B{std::forward<F>(f), std::tuple<std::decay_t<A>...>(std::forward<A>(args)...)};
    d->statement = int32_t(rt::here() - reinterpret_cast<uintptr_t>(&B::call));
    rt::pushdefer(fr, d, &B::call, rt::destroyer<B>, {.wrapper = true, .stdcallable = rt::is_std_callable<D>});
  }
}

// local<T>(args...) makes a variable that lives as long as the enclosing func's frame, as Go's variables do for
// deferred calls: it is destroyed after the last deferred call, in reverse order of creation.
template <class T, class... A>
T& local(A&&... args) {
  rt::funcframe* fr = rt::current_frame();
  if (fr == nullptr) rt::no_frame("local");
  void* at = rt::newlocal(fr, sizeof(T), alignof(T));
  T* v;
  if constexpr (std::is_constructible_v<T, A...>)
    v = ::new (at) T(std::forward<A>(args)...);
  else
    v = ::new (at) T{std::forward<A>(args)...};
  if constexpr (!std::is_trivially_destructible_v<T>) rt::own_local(fr, at, &rt::destroy_at<T>);
  return *v;
}

// panic(v) stops the ordinary flow of the goroutine: deferred calls run, on top of the panicking stack, until one of
// them recovers; then the destructors of the C++ objects between run and that one's func returns. If none does, the
// program prints the value and the stack and exits with status 2. panic(nil) is a *runtime.PanicNilError. panic is a
// function object, so that defer(panic, v) works.
struct panic_t {
  template <class T>
  [[noreturn, gnu::always_inline]] void operator()(T&& v) const {
    rt::gopanic(rt::release_any(std::forward<T>(v)));
  }
};
inline constexpr panic_t panic{};

#ifndef __OPTIMIZE__
namespace rt {
inline const bool poison_dead_stack_in_debug_builds = (gort_poison_dead_stack = 1, true);
}
#endif

}  // namespace gort
