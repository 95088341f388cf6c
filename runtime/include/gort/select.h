// gort/select.h: select.
//
//   int i = select(recv(a, [&](int v, bool ok) { ... }),   // case v, ok := <-a:
//                  recv(b, [&](int v) { ... }),            // case v := <-b:
//                  recv(c, [&] { ... }),                   // case <-c:
//                  send(d, 7, [&] { ... }),                // case d <- 7:
//                  otherwise([&] { ... }));                // default:
//
// select waits until one of its cases can go ahead, does it, runs its body and returns its index, counted from 0 in
// source order. If several can, it picks one at random, all alike; if none can, it takes otherwise, or waits where
// there is none. Cases on nil channels never go ahead. A send case on a closed channel that is picked panics with `send
// on closed channel`. The body runs after all locks are released: it may do what any code may, panic or select again.
// Without a body:
//
//   int v; bool ok;
//   switch (select(recv(a, &v, &ok), recv(b), send(d, 7))) {
//     case 0: ...
//   }
//
// select() waits for ever. With one case besides otherwise, select is the plain operation, and a goroutine waiting in
// it shows as such (`chan receive`); with more its state is `select`.
//
// Every channel and value is evaluated once, before select begins. In which order, C++ does not say for the arguments
// of a function: where the order matters, name them first, or use the form for a list of cases, whose braces are
// evaluated from left to right, case by case (the channel and the value of one send are arguments of a function again):
//
//   auto [i, ok] = select({select_case::recv(f(), &v), select_case::send(c, h()), select_case::otherwise()});
//
// As in Go, a body is a part of the function around the select: traces show it as that function, and in a deferred
// function it may recover.
#ifndef GORT_SELECT_H_
#define GORT_SELECT_H_

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <gort/call.h>
#include <gort/chan.h>

namespace gort {
namespace rt {

// ---- the type-erased core (runtime/select.cc) ----

// scase is one case: a nil channel never goes ahead. elem is as for chansend and chanrecv.
struct scase {
  hchan* c;
  void* elem;
  bool send;
};

struct select_result {
  int index;  // of the case that went ahead, -1 if none could and block is false
  bool ok;    // it received a value
};

// selectgo does one of n cases; n is at most 65536.
select_result selectgo(const scase* cases, int n, bool block);
[[noreturn]] void select_forever();

// ---- the cases of select(...) ----

struct no_body {
  void operator()() const noexcept {}
};

// A body has a stack frame of its own, called by a trampoline with a marked return address (gort/arch/frame.h), which
// in turn is called by the function around the select: everything between is inlined. Bodies whose parameters do not
// all travel in registers, and generic ones, are called through a thunk.
template <class T>
inline constexpr bool in_register = std::is_reference_v<T> || std::is_scalar_v<T>;
template <>
inline constexpr bool in_register<long double> = false;

template <class M>
struct body_signature {
  static constexpr bool direct = false;
};
template <class R, class F, class... P>
struct body_signature<R (F::*)(P...)> {
  static constexpr bool direct = ignorable_result<R> && (in_register<P> && ...) && sizeof...(P) <= 2;
  template <template <class, class...> class To>
  using apply = To<F, P...>;
};
template <class R, class F, class... P>
struct body_signature<R (F::*)(P...) const> : body_signature<R (F::*)(P...)> {};
template <class R, class F, class... P>
struct body_signature<R (F::*)(P...) noexcept> : body_signature<R (F::*)(P...)> {};
template <class R, class F, class... P>
struct body_signature<R (F::*)(P...) const noexcept> : body_signature<R (F::*)(P...)> {};

template <class F>
concept direct_body = requires {
  &F::operator();
  requires body_signature<decltype(&F::operator())>::direct;
};

template <class F, class... A>
void case_thunk(F* f, A... args) {
  (void)opaque_call(*f, std::forward<A>(args)...);
  asm volatile("");
}

// casebody_entry's value is, in its first word, the address that the trampoline calls.
template <class F, class... P>
struct casebody_entry {
  [[gnu::visibility("hidden")]] static inline constexpr auto value = &F::operator();
};
template <class F, class... A>
struct casethunk_entry {
  [[gnu::visibility("hidden")]] static inline constexpr auto value = &case_thunk<F, A...>;
};

#define GORT_CASE_TRAMPOLINE(mark, ...)                                   \
  asm("pushq %%rbp\n\t.cfi_def_cfa_offset 16\n\t.cfi_offset rbp, -16\n\t" \
      "movq %%rsp, %%rbp\n\t.cfi_def_cfa_register rbp\n\t"                \
      "call *%c0(%%rip)\n\t.byte 0x0f, 0x1f, 0x80\n\t.long %c1\n\t"       \
      "popq %%rbp\n\t.cfi_def_cfa rsp, 8\n\tret" ::"i"(&__VA_ARGS__),     \
      "i"(mark)                                                           \
      : GORT_ASM_CLOBBERS)

template <class F, class... P>
struct casebody {
  [[GORT_NAKED]] static void call(F* f [[maybe_unused]], P...) {
    GORT_CASE_TRAMPOLINE(kCaseBodyMark, casebody_entry<F, P...>::value);
  }
};
template <class F, class... A>
struct casethunk {
  [[GORT_NAKED]] static void call(F* f [[maybe_unused]], A...) {
    GORT_CASE_TRAMPOLINE(kCaseThunkMark, casethunk_entry<F, A...>::value);
  }
};
#undef GORT_CASE_TRAMPOLINE

// select_body calls the body of a case.
template <class F, class... A>
[[gnu::always_inline]] inline void select_body(F& f, A&&... args) {
  if constexpr (std::is_same_v<F, no_body>)
    ;
  else if constexpr (direct_body<F>)
    body_signature<decltype(&F::operator())>::template apply<casebody>::call(&f, std::forward<A>(args)...);
  else
    casethunk<F, A&&...>::call(&f, std::forward<A>(args)...);
}

template <class C>
concept recv_channel = requires(const C& c) {
  typename C::value_type;
  { c.recv_opt() } -> std::same_as<std::optional<typename C::value_type>>;
}
&&std::derived_from<C, chan_ref>;
template <class C>
concept send_channel = std::derived_from<C, chan_ref> && requires(const C& c, typename C::value_type v) {
  c.send(std::move(v));
};

// takes_optional tells a body that takes (std::optional<T>) from one that takes (T), with which it could be called as
// well.
template <class M>
struct only_param {
  using type = void;
};
template <class R, class F, class P>
struct only_param<R (F::*)(P)> {
  using type = std::remove_cvref_t<P>;
};
template <class R, class F, class P>
struct only_param<R (F::*)(P) const> : only_param<R (F::*)(P)> {};
template <class R, class F, class P>
struct only_param<R (F::*)(P) noexcept> : only_param<R (F::*)(P)> {};
template <class R, class F, class P>
struct only_param<R (F::*)(P) const noexcept> : only_param<R (F::*)(P)> {};
template <class R, class P>
struct only_param<R (*)(P)> {
  using type = std::remove_cvref_t<P>;
};
template <class F, class T>
concept takes_optional = std::is_same_v<typename only_param<F>::type, std::optional<T>> || requires {
  requires std::is_same_v<typename only_param<decltype(&F::operator())>::type, std::optional<T>>;
};

// What a receive case's body takes: (T, bool), (T), (std::optional<T>) or nothing.
template <class F, class T>
concept recv_body = takes_optional<F, T> || std::invocable<F&, T, bool> || std::invocable<F&, T> || std::invocable<F&>;

// recv_case is `recv(ch, body)`. C is a handle, or a reference to one that outlives the select.
template <class C, class F>
class recv_case {
  using T = typename std::remove_cvref_t<C>::value_type;
  static constexpr bool opt = takes_optional<F, T>;
  static constexpr bool both = !opt && std::invocable<F&, T, bool>;
  static constexpr bool one = !opt && !both && std::invocable<F&, T>;
  static constexpr bool drops = elem_kind_of<T>() == elem_kind::object;

 public:
  static constexpr bool is_otherwise = false;

  template <class Ch>
  recv_case(Ch&& ch, F&& f) : ch_(std::forward<Ch>(ch)), f_(std::move(f)) {}

  // A value that nobody wants is received all the same if it has a destructor, which must not run under the lock.
  scase prepare() { return {ch_.rt_chan(), both || one || opt || drops ? slot_.raw() : nullptr, false}; }
  [[gnu::always_inline]] void finish(bool ok) {
    slot_.full = ok;
    if constexpr (both || one) {
      static_assert(std::is_default_constructible_v<T>,
                    "this body needs a T{} when the channel is closed: let it take a std::optional<T>");
      if (!ok) {
        ::new (slot_.raw()) T();
        slot_.full = true;
      }
    }
    if constexpr (both)
      select_body(f_, std::move(slot_.value), bool(ok));
    else if constexpr (one)
      select_body(f_, std::move(slot_.value));
    else if constexpr (opt)
      select_body(f_, ok ? std::optional<T>(std::move(slot_.value)) : std::optional<T>());
    else
      select_body(f_);
  }

 private:
  C ch_;
  F f_;
  elem_slot<T> slot_;
};

template <class T>
concept assignable = std::is_default_constructible_v<T> && std::is_move_assignable_v<T>;

// recv_into is the state of `recv(ch, &v, &ok)`: values of plain bytes are received in place, others moved there at the
// end.
template <class T>
class recv_into {
 public:
  recv_into(T* v, bool* ok) : v_(v), ok_(ok) {}
  void* elem() { return direct ? static_cast<void*>(v_) : slot_.raw(); }
  void finish(bool ok) {
    if (ok_ != nullptr) *ok_ = ok;
    if constexpr (!direct) slot_.full = ok;
    if constexpr (assignable<T>) {
      if (v_ != nullptr && !ok)
        *v_ = T();
      else if constexpr (!direct)
        if (v_ != nullptr) *v_ = std::move(slot_.value);
    }
    slot_.clear();
  }

 private:
  static constexpr bool direct = elem_kind_of<T>() != elem_kind::object;
  T* v_;
  bool* ok_;
  elem_slot<T> slot_;
};

template <class C>
class recv_into_case {
  using T = typename std::remove_cvref_t<C>::value_type;

 public:
  static constexpr bool is_otherwise = false;

  template <class Ch>
  recv_into_case(Ch&& ch, T* v, bool* ok) : ch_(std::forward<Ch>(ch)), to_(v, ok) {}

  scase prepare() { return {ch_.rt_chan(), to_.elem(), false}; }
  void finish(bool ok) { to_.finish(ok); }

 private:
  C ch_;
  recv_into<T> to_;
};

template <class C, class F>
class send_case {
  using T = typename std::remove_cvref_t<C>::value_type;

 public:
  static constexpr bool is_otherwise = false;

  template <class Ch, class V>
  send_case(Ch&& ch, V&& v, F&& f) : ch_(std::forward<Ch>(ch)), f_(std::move(f)), v_(std::forward<V>(v)) {}

  scase prepare() { return {ch_.rt_chan(), std::addressof(v_), true}; }
  [[gnu::always_inline]] void finish(bool) { select_body(f_); }

 private:
  C ch_;
  F f_;
  T v_;
};

template <class F>
class otherwise_case {
 public:
  static constexpr bool is_otherwise = true;
  explicit otherwise_case(F&& f) : f_(std::move(f)) {}
  scase prepare() { return {nullptr, nullptr, false}; }
  [[gnu::always_inline]] void finish(bool) { select_body(f_); }

 private:
  F f_;
};

template <class A>
concept select_arg = requires(std::remove_cvref_t<A>& a) {
  { std::remove_cvref_t<A>::is_otherwise } -> std::convertible_to<bool>;
  { a.prepare() } -> std::same_as<scase>;
};

// A case holds the handle itself if it was given a temporary, else a reference.
template <class C>
using case_channel =
    std::conditional_t<std::is_lvalue_reference_v<C>, const std::remove_cvref_t<C>&, std::remove_cvref_t<C>>;

// select_one is a select with one case besides otherwise: the plain operation. Returns whether it went ahead.
inline bool select_one(const scase& s, bool block, bool* ok) {
  if (s.send) return chansend(s.c, s.elem, block);
  recv_result r = chanrecv(s.c, s.elem, block);
  *ok = r.received;
  return r.selected;
}

template <class... A>
constexpr int otherwise_index() {
  int at = -1, i = 0;
  ((at = std::remove_cvref_t<A>::is_otherwise ? i : at, i++), ...);
  return at;
}

template <size_t... I, class... A>
[[gnu::always_inline]] inline int select_cases(std::index_sequence<I...>, A&... a) {
  constexpr int def = otherwise_index<A...>();
  constexpr int n = int(sizeof...(A));
  const scase cases[] = {a.prepare()...};
  int chosen;
  bool ok = false;
  if constexpr (n - (def >= 0) == 0) {
    chosen = def;
  } else if constexpr (n - (def >= 0) == 1) {
    constexpr int only = def == 0 ? 1 : 0;
    chosen = select_one(cases[only], def < 0, &ok) ? only : def;
  } else {
    select_result r = selectgo(cases, n, def < 0);
    chosen = r.index < 0 ? def : r.index;
    ok = r.ok;
  }
  (void)((chosen == int(I) && (a.finish(ok), true)) || ...);
  return chosen;
}

}  // namespace rt

// recv is a case that receives from ch. body takes (T v, bool ok), (T v), (std::optional<T> v) or nothing; ok is false,
// v is T{} and the optional is empty where the channel is closed and drained.
template <class C, class F>
requires rt::recv_channel<std::remove_cvref_t<C>> && rt::recv_body < std::decay_t<F>,
typename std::remove_cvref_t<C>::value_type > auto recv(C&& ch, F&& body) {
  return rt::recv_case<rt::case_channel<C>, std::decay_t<F>>(std::forward<C>(ch),
                                                             std::decay_t<F>(std::forward<F>(body)));
}
template <class C>
requires rt::recv_channel<std::remove_cvref_t<C>>
auto recv(C&& ch) {
  return rt::recv_case<rt::case_channel<C>, rt::no_body>(std::forward<C>(ch), rt::no_body{});
}
// recv(ch, &v, &ok) assigns what it received if it is the case that goes ahead; either pointer may be null.
template <class C>
requires rt::recv_channel<std::remove_cvref_t<C>>
auto recv(C&& ch, typename std::remove_cvref_t<C>::value_type* v, bool* ok = nullptr) {
  return rt::recv_into_case<rt::case_channel<C>>(std::forward<C>(ch), v, ok);
}

// send is a case that sends v to ch. v is converted to the element type at once, also if another case is taken.
template <class C, class V, std::invocable F>
requires rt::send_channel<std::remove_cvref_t<C>> &&
    std::constructible_from<typename std::remove_cvref_t<C>::value_type, V>
auto send(C&& ch, V&& v, F&& body) {
  return rt::send_case<rt::case_channel<C>, std::decay_t<F>>(std::forward<C>(ch), std::forward<V>(v),
                                                             std::decay_t<F>(std::forward<F>(body)));
}
template <class C, class V>
requires rt::send_channel<std::remove_cvref_t<C>> &&
    std::constructible_from<typename std::remove_cvref_t<C>::value_type, V>
auto send(C&& ch, V&& v) {
  return rt::send_case<rt::case_channel<C>, rt::no_body>(std::forward<C>(ch), std::forward<V>(v), rt::no_body{});
}

// otherwise is Go's default: taken if no other case can go ahead at once.
template <std::invocable F>
auto otherwise(F&& body) {
  return rt::otherwise_case<std::decay_t<F>>(std::decay_t<F>(std::forward<F>(body)));
}
inline auto otherwise() {
  return rt::otherwise_case<rt::no_body>(rt::no_body{});
}

// select does one of its cases and returns its index; see the head of this file.
//
//   auto data = make_chan<int>();
//   auto quit = make_chan<bool>();
//   go([=] { data.send(1); quit.close(); });
//   for (bool more = true; more;) {
//     select(recv(data, [&](int v) { println("got", v); }),
//            recv(quit, [&] { more = false; }));
//   }
template <rt::select_arg... A>
[[gnu::always_inline]] inline int select(A&&... cases) {
  static_assert((int(std::remove_cvref_t<A>::is_otherwise) + ... + 0) <= 1, "a select has at most one otherwise");
  if constexpr (sizeof...(A) == 0)
    rt::select_forever();
  else
    return rt::select_cases(std::index_sequence_for<A...>{}, cases...);
}

namespace rt {

// dyn_case is what a select_case points to.
struct dyn_case {
  virtual ~dyn_case() = default;
  virtual scase prepare() = 0;
  virtual void finish(bool) {}
  bool is_otherwise = false;
};

template <class C>
struct dyn_recv final : dyn_case {
  using T = typename C::value_type;
  dyn_recv(C c, T* v, bool* ok) : ch(std::move(c)), to(v, ok) {}
  scase prepare() override { return {ch.rt_chan(), to.elem(), false}; }
  void finish(bool ok) override { to.finish(ok); }
  C ch;
  recv_into<T> to;
};

// A case may be selected on many times, so what is moved into the channel is a copy, made when the last one has gone.
template <class C>
struct dyn_send final : dyn_case {
  using T = typename C::value_type;
  static constexpr bool copies = elem_kind_of<T>() == elem_kind::object && std::is_copy_constructible_v<T>;
  template <class V>
  dyn_send(C c, V&& v) : ch(std::move(c)), value(std::forward<V>(v)) {}
  scase prepare() override {
    if constexpr (copies) {
      if (!copy) copy.emplace(value);
      return {ch.rt_chan(), std::addressof(*copy), true};
    } else {
      return {ch.rt_chan(), std::addressof(value), true};
    }
  }
  void finish(bool) override {
    if constexpr (copies) copy.reset();
  }
  C ch;
  T value;
  std::optional<std::conditional_t<copies, T, bool>> copy;
};

struct dyn_otherwise final : dyn_case {
  dyn_otherwise() { is_otherwise = true; }
  scase prepare() override { return {nullptr, nullptr, false}; }
};

}  // namespace rt

// select_case is a case of a select over a list, whose length only the run time knows (Go's reflect.Select). It keeps
// its channel. It may be used for any number of selects, one at a time; a send case of a move-only type for one that
// picks it.
//
//   std::vector<select_case> cases;
//   std::vector<int> got(chans.size());
//   for (size_t i = 0; i < chans.size(); i++) cases.push_back(select_case::recv(chans[i], &got[i]));
//   cases.push_back(select_case::otherwise());
//   auto [i, ok] = select(cases);
class select_case {
 public:
  // recv receives into *v and *ok if it is picked; either may be null, and what they point to outlives the select.
  // Without them it drops the value.
  template <class C>
  requires rt::recv_channel<std::remove_cvref_t<C>> && rt::assignable<typename std::remove_cvref_t<C>::value_type>
  static select_case recv(C&& ch, typename std::remove_cvref_t<C>::value_type* v, bool* ok = nullptr) {
    return select_case(std::make_shared<rt::dyn_recv<std::remove_cvref_t<C>>>(std::forward<C>(ch), v, ok));
  }
  template <class C>
  requires rt::recv_channel<std::remove_cvref_t<C>>
  static select_case recv(C&& ch) {
    return select_case(std::make_shared<rt::dyn_recv<std::remove_cvref_t<C>>>(std::forward<C>(ch), nullptr, nullptr));
  }
  // send sends v if it is picked.
  template <class C, class V>
  requires rt::send_channel<std::remove_cvref_t<C>> &&
      std::constructible_from<typename std::remove_cvref_t<C>::value_type, V>
  static select_case send(C&& ch, V&& v) {
    return select_case(std::make_shared<rt::dyn_send<std::remove_cvref_t<C>>>(std::forward<C>(ch), std::forward<V>(v)));
  }
  // otherwise is picked if no other case can go ahead at once.
  static select_case otherwise() { return select_case(std::make_shared<rt::dyn_otherwise>()); }

  rt::dyn_case& rt_case() const noexcept { return *p_; }

 private:
  explicit select_case(std::shared_ptr<rt::dyn_case> p) : p_(std::move(p)) {}
  std::shared_ptr<rt::dyn_case> p_;
};

// selected is what a select over a list returns: the index of the case that went ahead, and for a receive whether it
// received a value rather than found the channel closed.
struct selected {
  int index;
  bool ok;
};

// select over a list of cases. With none it waits for ever. Panics with `reflect.Select: multiple default cases` and,
// above 65536 cases, `reflect.Select: too many cases (max 65536)`.
selected select(std::span<const select_case> cases);
inline selected select(std::initializer_list<select_case> cases) {
  return select(std::span<const select_case>(cases.begin(), cases.size()));
}

}  // namespace gort

#endif  // GORT_SELECT_H_
