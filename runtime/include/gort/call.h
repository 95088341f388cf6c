// gort/call.h: how func, defer and go call what they are given. Not for users.
//
// A deferred function, the body of a func and the function of a go statement must each have a stack frame of its own,
// right above gort's assembly: recover and traces tell functions apart by frames. So a closure's operator() is called
// by its address, with the closure as first argument, and never through a thunk into which the compiler might inline
// it. Where that is not possible (arguments, generic lambdas, class results) a wrapper stands between, and calls
// through a pointer that the optimiser cannot see through.
#pragma once
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <gort/any.h>
#include <gort/arch/frame.h>

// clang++ takes what is made of assembly alone for something that throws nothing, unless it is told: then destructors
// around a func or a select would not run when a panic leaves it.
#ifdef __clang__
#define GORT_ASM_CLOBBERS "unwind"
#else
#define GORT_ASM_CLOBBERS
#endif

// GORT_NAKED is for functions of assembly alone. What -fstack-protector-all (g++'s), -finstrument-functions and
// -fsanitize-coverage put at a function's start would overwrite the caller's frame or the arguments.
#ifdef __clang__
#define GORT_NAKED gnu::naked, gnu::noinline, gnu::no_instrument_function, gnu::visibility("hidden")
#else
#define GORT_NAKED                                                                                            \
  gnu::naked, gnu::noinline, gnu::no_stack_protector, gnu::no_instrument_function, gnu::no_sanitize_coverage, \
      gnu::visibility("hidden")
#endif

namespace gort::rt {

using entry_fn = void (*)(void*);

template <class T>
struct member_of;
template <class R, class C>
struct member_of<R C::*> {
  using owner = C;
};

template <class R>
inline constexpr bool ignorable_result = std::is_void_v<R> || std::is_scalar_v<R>;

// here returns an address inside the calling function: where its go or defer statement stands.
[[gnu::always_inline]] inline uintptr_t here() {
  uintptr_t pc;
  asm volatile("leaq 0(%%rip), %0" : "=r"(pc));
  return pc;
}

// direct_call<F>: F::operator() takes nothing, is the only one, is not virtual and leaves no object behind.
template <class F>
concept direct_call = std::is_class_v<F> && !std::is_polymorphic_v<F> && requires(F & f) {
  &F::operator();
  requires std::is_same_v<typename member_of<decltype(&F::operator())>::owner, F>;
  requires std::is_invocable_v<F&>;
  requires ignorable_result<std::invoke_result_t<F&>>;
};

template <class F>
inline entry_fn direct_entry() {
  struct pair {
    entry_fn fn;
    ptrdiff_t adj;
  };
  auto pmf = &F::operator();
  static_assert(sizeof(pmf) == sizeof(pair));
  return __builtin_bit_cast(pair, pmf).fn;
}

// call_member is std::invoke for a member function and an object, a pointer or a smart pointer, without a frame of its
// own.
template <class M, class O, class... A>
[[gnu::always_inline]] inline decltype(auto) call_member(M pm, O&& object, A&&... a) {
  if constexpr (requires { (object.*pm)(std::forward<A>(a)...); })
    return (std::forward<O>(object).*pm)(std::forward<A>(a)...);
  else if constexpr (
      requires { (object.get().*pm)(std::forward<A>(a)...); } && !requires { *object; })
    return (object.get().*pm)(std::forward<A>(a)...);  // std::reference_wrapper
  else
    return ((*object).*pm)(std::forward<A>(a)...);
}

// opaque_call(f, args...) calls f in a way that keeps f's own stack frame.
template <class F, class... A>
[[gnu::always_inline]] inline decltype(auto) opaque_call(F& f, A&&... a) {
  if constexpr (std::is_pointer_v<F>) {
    F fp = f;
    asm volatile("" : "+r"(fp));
    return fp(std::forward<A>(a)...);
  } else if constexpr (std::is_member_pointer_v<F>) {
    F pm = f;
    asm volatile("" : "+m"(pm));
    return call_member(pm, std::forward<A>(a)...);
  } else if constexpr (requires { &F::operator(); }) {
    auto pm = &F::operator();
    asm volatile("" : "+m"(pm));
    return (f.*pm)(std::forward<A>(a)...);
  } else {
    return f(std::forward<A>(a)...);
  }
}

// is_std_callable: std::function, and what std::bind, std::bind_front, std::mem_fn and std::ref make. Functions of the
// library stand between it and what it calls.
template <class F>
inline constexpr bool is_std_callable = std::is_class_v<F>&& raw_type_name<F>().starts_with("std::");

template <class F>
constexpr bool is_nil_callable(const F& f) {
  if constexpr (std::is_pointer_v<F> || is_std_function<F>)
    return f == nullptr;
  else
    return false;
}

// keep_alive(v) has a scalar in a register until here, from which a debugger knows what was passed.
template <class T>
[[gnu::always_inline]] inline void keep_alive(const T& v) {
  if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>) asm volatile("" : : "r"(v));
}

// bound is a function with its arguments, evaluated now and passed later. Traces know it by its name and call it
// deferwrap or gowrap. The arguments of a goroutine's function are kept for traces, which show them as long as it runs;
// a deferred call is soon over.
template <class F, class... A>
struct bound {
  [[no_unique_address]] F f;
  [[no_unique_address]] std::tuple<A...> args;

  static void call(void* self) { run<false>(static_cast<bound*>(self), std::index_sequence_for<A...>()); }
  static void call_goroutine(void* self) { run<true>(static_cast<bound*>(self), std::index_sequence_for<A...>()); }

 private:
  template <class T>
  using passed = std::conditional_t<std::is_scalar_v<T>, T, T&&>;

  template <bool keeps, size_t... I>
  [[gnu::always_inline]] static void run(bound* b, std::index_sequence<I...>) {
    if (is_std_function<F> && is_nil_callable(b->f)) {  // faults, as a nil function pointer does, instead of throwing
      void (*nil)() = nullptr;
      asm volatile("" : "+r"(nil));
      nil();
    }
    call_with<keeps>(b->f, static_cast<passed<A>>(std::get<I>(b->args))...);
    asm volatile("");  // no tail call: the wrapper's frame stays until the function has returned
  }
  template <bool keeps>
  [[gnu::always_inline]] static void call_with(F& f, passed<A>... a) {
    (void)opaque_call(f, std::forward<passed<A>>(a)...);
    if constexpr (keeps) (keep_alive(a), ...);
  }
};

template <class T>
void destroy_at(void* p) {
  static_cast<T*>(p)->~T();
}
template <class T>
inline constexpr entry_fn destroyer = std::is_trivially_destructible_v<T> ? nullptr : &destroy_at<T>;

}  // namespace gort::rt
