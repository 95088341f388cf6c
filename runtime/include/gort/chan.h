// gort/chan.h: channels.
//
//   chan<T>        a channel, Go's `chan T`: a small handle that copies share. Default-constructed it is nil.
//   send_chan<T>   its sending end, Go's `chan<- T`; a chan<T> converts to it
//   recv_chan<T>   its receiving end, `<-chan T`; likewise
//   make_chan<T>   makes one
//
// T is any movable type below 64 KiB, move-only ones too. Values are moved under the channel's lock, so T's move
// constructor must not throw (that ends the program), park, or use the channel; nor may the destructor of a T that has
// been moved from. A T without default constructor can be sent, ranged over, and received with recv_opt; recv and
// recv_ok need a T{} to return from a closed channel.
//
// Channels are counted, not collected: the buffer's elements are destroyed with the last handle, and a channel that
// holds a handle to itself in its own buffer is never freed. A handle may be captured by reference and end while
// another goroutine still leaves the operation that it has just completed; a goroutine parked on a channel whose last
// handle has gone sleeps for ever, as in Go.
//
// Every operation may be called from goroutines and from ordinary threads, which block as threads.
#ifndef GORT_CHAN_H_
#define GORT_CHAN_H_

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include <gort/error.h>
#include <gort/type.h>

namespace gort {

template <class T>
class chan;
template <class T>
class send_chan;
template <class T>
class recv_chan;

// ---- the type-erased core (runtime/chan.cc) ----

namespace rt {

struct hchan;

// hchan_head is the part of an hchan that handles touch.
struct hchan_head {
  std::atomic<uint32_t> refs;
};

// elem_kind says how an element is moved: nothing to move, so many plain bytes, or by the functions of its type.
enum class elem_kind : uint8_t { empty, word1, word2, word4, word8, word16, bytes, object };

// chan_type describes an element type to the core.
struct chan_type {
  uint16_t size;
  uint16_t align;
  elem_kind kind;
  void (*move)(void* dst, void* src) noexcept;  // constructs *dst from std::move(*src); kind object only
  void (*destroy)(void* elem) noexcept;
};

// makechan panics with `makechan: size out of range`.
hchan* makechan(const chan_type* t, int64_t size);
// chansend moves *elem into the channel. block = false: returns false instead of waiting. Panics with `send on closed
// channel`; *elem has not been moved then.
bool chansend(hchan* c, void* elem, bool block);
// chanrecv moves a value to the raw memory at elem (null: drops it). received is false on a closed and drained channel,
// and nothing is written then; selected is false if block is false and it would have to wait.
struct recv_result {
  bool selected, received;
};
recv_result chanrecv(hchan* c, void* elem, bool block);
void closechan(hchan* c);
int64_t chanlen(const hchan* c);
int64_t chancap(const hchan* c);
// chanfree is called by the last handle.
void chanfree(hchan* c) noexcept;

template <class T>
void elem_move_construct(void* dst, void* src) noexcept {
  ::new (dst) T(std::move(*static_cast<T*>(src)));
}
template <class T>
void elem_destroy(void* elem) noexcept {
  static_cast<T*>(elem)->~T();
}

template <class T>
constexpr elem_kind elem_kind_of() {
  if (!std::is_trivially_copyable_v<T> || !std::is_trivially_destructible_v<T>) return elem_kind::object;
  if (std::is_empty_v<T>) return elem_kind::empty;
  switch (sizeof(T)) {
    case 1:
      return elem_kind::word1;
    case 2:
      return elem_kind::word2;
    case 4:
      return elem_kind::word4;
    case 8:
      return elem_kind::word8;
    case 16:
      return elem_kind::word16;
    default:
      return elem_kind::bytes;
  }
}

template <class T>
constexpr chan_type make_chan_type() {
  static_assert(std::is_move_constructible_v<T>, "the element type of a channel must be movable");
  static_assert(sizeof(T) < 65536, "channel element type too large (>64kB)");
  chan_type t{};
  t.size = static_cast<uint16_t>(sizeof(T));
  t.align = static_cast<uint16_t>(alignof(T));
  t.kind = elem_kind_of<T>();
  if (t.kind == elem_kind::object) {
    t.move = &elem_move_construct<T>;
    t.destroy = &elem_destroy<T>;
  }
  return t;
}
template <class T>
inline constexpr chan_type chan_type_of = make_chan_type<T>();

// elem_slot is memory for a value that may come. It has a destructor only if T has: a frame without clean-ups is left
// faster by a recovered panic.
template <class T, bool Trivial = std::is_trivially_destructible_v<T>>
struct elem_storage {
  union {
    T value;
  };
  bool full = false;
  elem_storage() noexcept {}
  void clear() noexcept { full = false; }
};
template <class T>
struct elem_storage<T, false> {
  union {
    T value;
  };
  bool full = false;
  elem_storage() noexcept {}
  ~elem_storage() { clear(); }
  void clear() noexcept {
    if (full) value.~T();
    full = false;
  }
};
template <class T>
struct elem_slot : elem_storage<T> {
  elem_slot() noexcept = default;
  elem_slot(elem_slot&& o) noexcept(std::is_nothrow_move_constructible_v<T>) { take(o); }
  elem_slot& operator=(elem_slot&& o) noexcept(std::is_nothrow_move_constructible_v<T>) {
    if (this != &o) {
      this->clear();
      take(o);
    }
    return *this;
  }

  void* raw() noexcept { return const_cast<void*>(static_cast<const volatile void*>(std::addressof(this->value))); }

 private:
  void take(elem_slot& o) {
    if (o.full) ::new (raw()) T(std::move(o.value));
    this->full = o.full;
  }
};

// chan_ref is the counted pointer that all three handles are. What reads a handle is not noexcept: a handle in a null
// object faults, and a fault is a panic that passes through.
class chan_ref {
 public:
  constexpr chan_ref() noexcept = default;
  chan_ref(const chan_ref& o) : c_(o.c_) {
    if (c_ != nullptr) refs().fetch_add(1, std::memory_order_relaxed);
  }
  chan_ref(chan_ref&& o) noexcept : c_(std::exchange(o.c_, nullptr)) {}
  chan_ref& operator=(const chan_ref& o) {
    chan_ref(o).swap(*this);
    return *this;
  }
  chan_ref& operator=(chan_ref&& o) noexcept {
    chan_ref taken = std::move(o);
    taken.swap(*this);
    return *this;
  }
  ~chan_ref() {
    // A last owner needs no locked instruction: no one else can hold or make a reference.
    if (c_ != nullptr &&
        (refs().load(std::memory_order_acquire) == 1 || refs().fetch_sub(1, std::memory_order_acq_rel) == 1))
      chanfree(c_);
  }

  // len is the number of elements in the buffer, cap its capacity; 0 for a nil channel.
  int64_t len() const { return chanlen(c_); }
  int64_t cap() const { return chancap(c_); }

  // True unless nil.
  explicit operator bool() const { return c_ != nullptr; }

  // Handles are equal if they are handles of one channel, or nil.
  friend bool operator==(const chan_ref& a, const chan_ref& b) { return a.c_ == b.c_; }
  friend bool operator==(const chan_ref& a, nil_t) { return a.c_ == nullptr; }
  friend bool operator==(const chan_ref& a, std::nullptr_t) { return a.c_ == nullptr; }

  // For the runtime: the channel, and what print shows of it.
  hchan* rt_chan() const { return c_; }
  const void* gort_word() const { return c_; }

 protected:
  void adopt(hchan* c) noexcept { c_ = c; }

 private:
  void swap(chan_ref& o) noexcept { std::swap(c_, o.c_); }
  std::atomic<uint32_t>& refs() const { return reinterpret_cast<hchan_head*>(c_)->refs; }

  hchan* c_ = nullptr;
};

// chan_iterator receives until the channel is closed and drained. It keeps the channel: assigning to the handle that is
// ranged over does not end the loop, as in Go.
template <class T>
class chan_iterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using reference = std::conditional_t<std::is_copy_constructible_v<T>, T&, T&&>;

  explicit chan_iterator(chan_ref c) : c_(std::move(c)) { next(); }
  chan_iterator(chan_iterator&&) = default;
  chan_iterator& operator=(chan_iterator&&) = default;

  reference operator*() const noexcept { return static_cast<reference>(slot_.value); }
  chan_iterator& operator++() {
    slot_.clear();
    next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const chan_iterator& it, std::default_sentinel_t) noexcept { return !it.slot_.full; }

 private:
  void next() { slot_.full = chanrecv(c_.rt_chan(), slot_.raw(), true).received; }

  chan_ref c_;
  mutable elem_slot<T> slot_;
};

}  // namespace rt

// try_result is what try_recv returns: the value, if one was there. It is a std::optional, and binds to two names, the
// value (or T{}) and whether there was one. closed() tells why there was none.
//
//   if (auto v = ch.try_recv()) use(*v);
//   auto [v, ok] = ch.try_recv();
template <class T>
class try_result : public std::optional<T> {
 public:
  try_result() = default;
  try_result(std::nullopt_t, bool closed) : closed_(closed) {}
  explicit try_result(T&& v) : std::optional<T>(std::in_place, std::move(v)) {}

  // closed reports that the channel is closed and drained.
  bool closed() const noexcept { return closed_; }
  // selected reports that the receive went ahead: Go's `case v, ok := <-ch` was taken rather than `default`.
  bool selected() const noexcept { return closed_ || this->has_value(); }

  template <size_t I>
  auto get() && {
    if constexpr (I == 0)
      return this->has_value() ? std::move(**this) : T();
    else
      return this->has_value();
  }
  template <size_t I>
  auto get() const& {
    if constexpr (I == 0)
      return this->has_value() ? **this : T();
    else
      return this->has_value();
  }

 private:
  bool closed_ = false;
};

namespace rt {

// The operations, on the type-erased channel. `send` takes its value where the caller has it.
template <class T>
[[gnu::always_inline]] inline T chan_recv(hchan* c) {
  static_assert(std::is_default_constructible_v<T>,
                "recv needs a T{} to return from a closed channel: use recv_opt or a range-based for");
  if constexpr (elem_kind_of<T>() != elem_kind::object) {
    T v{};
    chanrecv(c, std::addressof(v), true);
    return v;
  } else {
    elem_slot<T> s;
    s.full = chanrecv(c, s.raw(), true).received;
    if (!s.full) return T();
    return std::move(s.value);
  }
}

template <class T>
[[gnu::always_inline]] inline std::pair<T, bool> chan_recv_ok(hchan* c) {
  static_assert(std::is_default_constructible_v<T>,
                "recv_ok needs a T{} to return from a closed channel: use recv_opt or a range-based for");
  elem_slot<T> s;
  s.full = chanrecv(c, s.raw(), true).received;
  if (!s.full) return {T(), false};
  return {std::move(s.value), true};
}

template <class T>
[[gnu::always_inline]] inline std::optional<T> chan_recv_opt(hchan* c) {
  elem_slot<T> s;
  s.full = chanrecv(c, s.raw(), true).received;
  if (!s.full) return std::nullopt;
  return std::optional<T>(std::move(s.value));
}

template <class T>
[[gnu::always_inline]] inline try_result<T> chan_try_recv(hchan* c) {
  elem_slot<T> s;
  recv_result r = chanrecv(c, s.raw(), false);
  s.full = r.received;
  if (!s.full) return try_result<T>(std::nullopt, r.selected);
  return try_result<T>(std::move(s.value));
}

}  // namespace rt

// recv_chan is the receiving end of a channel.
//
//   int64_t sum(recv_chan<int> in) {
//     int64_t s = 0;
//     for (int v : in) s += v;
//     return s;
//   }
template <class T>
class recv_chan : public rt::chan_ref {
 public:
  using value_type = T;
  constexpr recv_chan() noexcept = default;
  constexpr recv_chan(nil_t) noexcept {}
  constexpr recv_chan(std::nullptr_t) noexcept {}
  recv_chan(chan<T> c) noexcept : rt::chan_ref(std::move(c)) {}

  // As chan<T>'s.
  T recv() const { return rt::chan_recv<T>(rt_chan()); }
  std::pair<T, bool> recv_ok() const { return rt::chan_recv_ok<T>(rt_chan()); }
  std::optional<T> recv_opt() const { return rt::chan_recv_opt<T>(rt_chan()); }
  try_result<T> try_recv() const { return rt::chan_try_recv<T>(rt_chan()); }
  rt::chan_iterator<T> begin() const { return rt::chan_iterator<T>(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }
};

// send_chan is the sending end of a channel.
//
//   void count(send_chan<int> out, int n) {
//     for (int i = 0; i < n; i++) out.send(i);
//     out.close();
//   }
template <class T>
class send_chan : public rt::chan_ref {
 public:
  using value_type = T;
  constexpr send_chan() noexcept = default;
  constexpr send_chan(nil_t) noexcept {}
  constexpr send_chan(std::nullptr_t) noexcept {}
  send_chan(chan<T> c) noexcept : rt::chan_ref(std::move(c)) {}

  // As chan<T>'s.
  void send(T v) const { rt::chansend(rt_chan(), std::addressof(v), true); }
  bool try_send(T v) const { return rt::chansend(rt_chan(), std::addressof(v), false); }
  void close() const { rt::closechan(rt_chan()); }
};

// chan is a channel of T: a counted handle, cheap to copy. Without a buffer (cap() == 0) a send and a receive wait for
// each other; with one, a send waits while it is full and a receive while it is empty. Waiters are served first come,
// first served.
//
//   auto ch = make_chan<std::string>(2);
//   go([ch] {
//     ch.send("hello");
//     ch.close();
//   });
//   for (auto& s : ch) println(s);
//   auto [v, ok] = ch.recv_ok();   // "", false: closed
template <class T>
class chan : public rt::chan_ref {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T> && !std::is_array_v<T>,
                "the element type of a channel is a plain object type, std::monostate where there is nothing to send");

 public:
  using value_type = T;
  constexpr chan() noexcept = default;
  constexpr chan(nil_t) noexcept {}
  constexpr chan(std::nullptr_t) noexcept {}

  // send sends v, waiting for a receiver or room in the buffer; for ever on a nil channel. Panics with the runtime
  // error `send on closed channel` if the channel is closed, also while it waits.
  void send(T v) const { rt::chansend(rt_chan(), std::addressof(v), true); }

  // try_send sends v if that is possible without waiting, and reports whether it did. Go: select { case ch <- v:
  // default: }. Panics as send does.
  bool try_send(T v) const { return rt::chansend(rt_chan(), std::addressof(v), false); }

  // recv waits for a value and returns it, T{} if the channel is closed and drained; for ever on a nil channel. Go: v
  // := <-ch.
  T recv() const { return rt::chan_recv<T>(rt_chan()); }

  // recv_ok returns the value and true, or T{} and false if the channel is closed and drained. Go: v, ok := <-ch.
  std::pair<T, bool> recv_ok() const { return rt::chan_recv_ok<T>(rt_chan()); }

  // recv_opt is recv_ok for a T that has no default constructor: nothing if the channel is closed and drained.
  std::optional<T> recv_opt() const { return rt::chan_recv_opt<T>(rt_chan()); }

  // try_recv receives if that is possible without waiting. Go: select { case v, ok := <-ch: ... default: }.
  try_result<T> try_recv() const { return rt::chan_try_recv<T>(rt_chan()); }

  // close says that no more values will come: receivers get what is in the buffer and then T{}, waiting receivers are
  // woken, waiting senders panic. Panics with the runtime errors `close of nil channel` and `close of closed channel`.
  void close() const { rt::closechan(rt_chan()); }

  // begin and end make a channel an input range: for (auto& v : ch) receives until it is closed and drained. Go: for v
  // := range ch. *it is a T&, or a T&& where T is move-only.
  rt::chan_iterator<T> begin() const { return rt::chan_iterator<T>(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  template <class U>
  friend chan<U> make_chan(int64_t n);
};

// make_chan makes a channel with a buffer of n elements, 0 for none. Panics with the runtime error `makechan: size out
// of range` if n is negative or the buffer would not fit into the address space.
template <class T>
chan<T> make_chan(int64_t n = 0) {
  chan<T> c;
  c.adopt(rt::makechan(&rt::chan_type_of<T>, n));
  return c;
}

namespace rt {

template <class T>
inline constexpr bool is_recv_chan = false;
template <class T>
inline constexpr bool is_recv_chan<recv_chan<T>> = true;

template <class T>
struct go_type<chan<T>> {
  static constexpr kind k = kind::Chan;
  static constexpr void name(type_name& out) {
    out.add("chan ");
    if constexpr (is_recv_chan<T>) out.add('(');  // chan (<-chan int), lest it read as (chan<-) chan int
    out.add_type<T>();
    if constexpr (is_recv_chan<T>) out.add(')');
  }
};
template <class T>
struct go_type<recv_chan<T>> {
  static constexpr kind k = kind::Chan;
  static constexpr void name(type_name& out) {
    out.add("<-chan ");
    out.add_type<T>();
  }
};
template <class T>
struct go_type<send_chan<T>> {
  static constexpr kind k = kind::Chan;
  static constexpr void name(type_name& out) {
    out.add("chan<- ");
    out.add_type<T>();
  }
};

}  // namespace rt
}  // namespace gort

// The two names that a try_result binds to.
template <class T>
struct std::tuple_size<gort::try_result<T>> : std::integral_constant<size_t, 2> {};
template <class T>
struct std::tuple_element<0, gort::try_result<T>> {
  using type = T;
};
template <class T>
struct std::tuple_element<1, gort::try_result<T>> {
  using type = bool;
};

template <std::derived_from<gort::rt::chan_ref> C>
struct std::hash<C> {
  size_t operator()(const C& c) const noexcept { return std::hash<const void*>{}(c.gort_word()); }
};

#endif  // GORT_CHAN_H_
