// checker.h explores every interleaving of small cases of the runtime's own code.
//
// A model program includes this header first, then the sources that it checks. Inside gort::rt the name std is then an
// alias of model::std_like, whose atomic yields to the checker before every access, so the code under test is compiled
// as it stands. Threads of a case are fibers; an execution is a sequence of choices, and the checker repeats the case
// with every sequence that makes a difference.
//
// Memory is x86-TSO, the machine that gort runs on: each thread has a store buffer. A plain store (relaxed, release)
// waits in it until the checker lets it through; a load sees the thread's own buffer first; read-modify-writes,
// sequentially consistent stores, futex calls and membarrier drain it. What a compiler may reorder is not explored, and
// neither is hardware weaker than that.
//
// Two executions that differ only in the order of steps that have nothing to do with each other are the same; sleep
// sets (Godefroid 1996) leave out the second. Cases whose executions are still too many are explored up to a number of
// preemptions instead, and say so.
//
//   model::result r = model::explore([](model::world& w) {
//     auto& c = model::fresh<state>();
//     w.thread([&c] { ... });
//     w.thread([&c] { ... });
//     w.at_end([&c] { model::check(c.n == 2, "an increment is lost"); });
//   });
//   EXPECT_TRUE(r.ok()) << r;
#pragma once
#include <atomic>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/amd64/switch.h"

namespace gort::rt {
struct g;
}
extern "C" __thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec")));

namespace model {

// What the machine does wrong, to show that a case can fail.
struct faults {
  bool membarrier_missing = false;  // membarrier has no effect on other threads
  bool torn_updates = false;        // a read-modify-write is a load and a store
  bool weak_updates = false;        // a read-modify-write leaves its result in the store buffer
  bool forgotten_wakes = false;     // every futex wake-up is dropped
};

struct options {
  int preemptions = -1;               // -1: every interleaving; n: those with at most n preemptions
  uint64_t max_executions = 3000000;  // a case that needs more has failed
  faults machine;
};

struct result {
  uint64_t executions = 0;
  bool complete = false;
  std::string violation;  // empty: none
  std::string trace;      // the steps that lead there
  bool ok() const { return complete && violation.empty(); }
};
inline std::ostream& operator<<(std::ostream& o, const result& r) {
  o << r.executions << " executions" << (r.complete ? "" : ", not all of them");
  if (!r.violation.empty()) o << "; " << r.violation << "\n" << r.trace;
  return o;
}

struct world {
  struct body {
    std::function<void()> f;
    gort::rt::g* g;
  };
  std::vector<body> bodies;
  std::function<void()> end;
  // thread adds a thread; getg() gives g on it.
  void thread(std::function<void()> f, gort::rt::g* g = nullptr) { bodies.push_back({std::move(f), g}); }
  // at_end runs when all threads have returned, with all stores visible.
  void at_end(std::function<void()> check) { end = std::move(check); }
};

enum class opkind : uint8_t { none, load, store, update, wait, wake, drain, await };

// access is what a thread is about to do at its next step.
struct access {
  opkind kind = opkind::none;
  const void* addr = nullptr;
  uint64_t expected = 0;  // wait: sleep while equal; await: go on when unequal
  int other = -1;         // drain: whose buffer
  bool writes() const { return kind == opkind::update || kind == opkind::wait || kind == opkind::wake; }
};

struct buffered {
  void* addr;
  uint64_t value;
  void (*apply)(void*, uint64_t);
};

struct fiber {
  gort::rt::gobuf at;
  char* stack = nullptr;
  std::function<void()> body;
  gort::rt::g* g = nullptr;
  access next;
  std::vector<buffered> buffer;
  uint64_t (*reader)(const void*) = nullptr;  // of next.addr, for wait and await
  bool done = false, asleep = false;
};

class checker;
inline checker* current = nullptr;

class checker {
 public:
  static constexpr size_t kStack = 64 << 10;
  static constexpr int kMaxThreads = 5;

  explicit checker(const options& o) : opt_(o) {
    for (char*& s : stacks_) {
      void* a = mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (a == MAP_FAILED) abort();
      s = static_cast<char*>(a);
    }
  }
  ~checker() {
    for (char* s : stacks_) munmap(s, kStack);
  }

  result run(const std::function<void(world&)>& setup) {
    result r;
    current = this;
    do {
      execute(setup);
      r.executions++;
      if (!violation_.empty()) break;
    } while (r.executions < opt_.max_executions && backtrack());
    current = nullptr;
    r.violation = violation_;
    if (!violation_.empty())
      r.trace = told();
    else
      r.complete = path_.empty();
    return r;
  }

  bool inside() const { return running_ >= 0; }
  fiber& me() { return fibers_[size_t(running_)]; }
  const faults& machine() const { return opt_.machine; }

  // step announces the next access of the running thread and returns when the checker lets it happen.
  void step(access a, uint64_t (*reader)(const void*) = nullptr) {
    fiber& f = me();
    f.next = a;
    f.reader = reader;
    leave();
    touched(a);
  }

  // end is what a destructor followed by free means for the other threads: a step at every word of the object.
  void end(const void* object, size_t size) {
    for (size_t at = 0; at < size; at += 4) {
      const void* word = static_cast<const char*>(object) + at;
      step({opkind::update, word, 0, -1});
      ended_.push_back(word);
    }
  }

  void fail(const std::string& what) {
    if (violation_.empty()) violation_ = what;
    if (inside()) {
      leave();
      abort();  // a failed execution is not continued
    }
  }

  void flush_one(fiber& f) {
    buffered b = f.buffer.front();
    f.buffer.erase(f.buffer.begin());
    touched({opkind::store, b.addr, 0, -1});
    b.apply(b.addr, b.value);
  }

  void wake(const void* addr, uint32_t n) {
    if (opt_.machine.forgotten_wakes) return;
    for (size_t i = 0; i < fibers_.size() && n > 0; i++) {
      fiber& f = fibers_[i];
      if (f.asleep && f.next.addr == addr) {
        f.asleep = false;
        f.next = {opkind::none, nullptr, 0, -1};
        n--;
      }
    }
  }

  int threads() const { return int(fibers_.size()); }
  fiber& thread(int i) { return fibers_[size_t(i)]; }
  int running() const { return running_; }

 private:
  // action is a choice: thread `who` goes on, or its oldest buffered store becomes visible.
  struct action {
    int who = -1;
    bool flush = false;
    access what;
    bool own_buffer = false;  // what.addr is in the thread's own buffer, or the step needs an empty one
    bool operator==(const action& o) const { return who == o.who && flush == o.flush; }
  };
  struct node {
    std::vector<action> todo;   // in the order in which they are tried
    std::vector<action> sleep;  // explored elsewhere
    size_t chosen = 0;
    std::vector<int> cost;  // preemptions that each choice has used up
  };

  static void entry() {
    checker* c = current;
    fiber& f = c->me();
    f.body();
    f.done = true;
    c->leave();
    abort();
  }

  // touched: a wake-up only names an address, all else touches what is there.
  void touched(const access& a) {
    if (a.kind == opkind::wake) return;
    for (const void* word : ended_)
      if (word == a.addr) fail("an object is touched after its end");
  }

  void leave() { gort::rt::gogo(&me().at, &main_); }

  void resume(int i) {
    running_ = i;
    fiber& f = fibers_[size_t(i)];
    f.next = {};
    gort_tls_g = f.g;
    gort::rt::gogo(&main_, &f.at);
    gort_tls_g = nullptr;
    running_ = -1;
  }

  static bool needs_empty_buffer(opkind k) {
    return k == opkind::update || k == opkind::wait || k == opkind::wake || k == opkind::drain;
  }

  bool enabled(const fiber& f) const {
    if (f.done || f.asleep) return false;
    if (needs_empty_buffer(f.next.kind) && !f.buffer.empty()) return false;
    if (f.next.kind == opkind::await && f.reader(f.next.addr) == f.next.expected) return false;
    return true;
  }

  std::vector<action> possible() const {
    std::vector<action> all;
    for (size_t i = 0; i < fibers_.size(); i++) {
      const fiber& f = fibers_[i];
      if (enabled(f)) {
        action a{int(i), false, f.next, needs_empty_buffer(f.next.kind)};
        for (const buffered& b : f.buffer) a.own_buffer |= b.addr == f.next.addr;
        all.push_back(a);
      }
      if (!f.buffer.empty()) all.push_back({int(i), true, {opkind::store, f.buffer.front().addr, 0, -1}, false});
    }
    return all;
  }

  static bool independent(const action& a, const action& b) {
    if (a.who == b.who) {
      if (a.flush == b.flush) return false;
      return !(a.flush ? b : a).own_buffer;
    }
    if (a.what.kind == opkind::drain || b.what.kind == opkind::drain) return false;
    if (a.what.kind == opkind::none || b.what.kind == opkind::none) return true;
    bool aw = a.flush || a.what.writes(), bw = b.flush || b.what.writes();
    return a.what.addr != b.what.addr || (!aw && !bw);
  }

  void execute(const std::function<void(world&)>& setup) {
    world w;
    fibers_.clear();
    ended_.clear();
    running_ = -1;
    setup(w);
    if (w.bodies.size() > kMaxThreads) abort();
    fibers_.resize(w.bodies.size());
    for (size_t i = 0; i < w.bodies.size(); i++) {
      fiber& f = fibers_[i];
      f.body = std::move(w.bodies[i].f);
      f.stack = stacks_[i];
      gort::rt::gobuf_init(&f.at, f.stack + kStack - 8, entry);  // as if called: no return address, aligned alike
      f.g = w.bodies[i].g;
    }
    int last = -1;
    for (size_t depth = 0;; depth++) {
      if (depth > 5000) return fail("an execution does not end");
      if (depth == path_.size()) {
        std::vector<action> all = possible();
        if (all.empty()) {
          for (const fiber& f : fibers_)
            if (!f.done) return fail("a thread sleeps for ever");
          if (w.end) w.end();
          return;
        }
        node n;
        if (opt_.preemptions < 0) {
          if (depth > 0) {
            const node& before = path_[depth - 1];
            const action& took = before.todo[before.chosen];
            for (const action& s : before.sleep)
              if (independent(s, took)) n.sleep.push_back(s);
            for (size_t i = 0; i < before.chosen; i++)
              if (independent(before.todo[i], took)) n.sleep.push_back(before.todo[i]);
          }
          for (const action& a : all) {
            bool sleeps = false;
            for (const action& s : n.sleep) sleeps |= s == a;
            if (!sleeps) n.todo.push_back(a);
          }
          if (n.todo.empty()) return;  // all that can follow has been seen in another order
        } else {
          bounded(n, all, last, depth);
        }
        path_.push_back(std::move(n));
      }
      action a = path_[depth].todo[path_[depth].chosen];
      if (a.flush) {
        flush_one(fibers_[size_t(a.who)]);
      } else {
        last = a.who;
        take(a);
      }
      if (!violation_.empty()) {
        depth_ = depth + 1;
        return;
      }
    }
  }

  // bounded fills n with the choices that stay within the number of preemptions: leaving a thread that could go on, or
  // letting a store through while one can, costs one.
  void bounded(node& n, const std::vector<action>& all, int last, size_t depth) {
    int used = depth > 0 ? path_[depth - 1].cost[path_[depth - 1].chosen] : 0;
    bool goes_on = false;
    for (const action& a : all)
      if (!a.flush && a.who == last) {
        goes_on = true;
        n.todo.push_back(a);
        n.cost.push_back(used);
      }
    for (const action& a : all) {
      if (!a.flush && a.who == last) continue;
      int cost = used + (goes_on ? 1 : 0);
      if (cost > opt_.preemptions) continue;
      n.todo.push_back(a);
      n.cost.push_back(cost);
    }
  }

  void take(const action& a) {
    fiber& f = fibers_[size_t(a.who)];
    if (f.next.kind == opkind::wait && f.reader(f.next.addr) == f.next.expected) {
      f.asleep = true;
      return;
    }
    if (f.next.kind == opkind::drain) {
      fiber& o = fibers_[size_t(f.next.other)];
      while (!opt_.machine.membarrier_missing && !o.buffer.empty()) flush_one(o);
    }
    resume(a.who);
  }

  bool backtrack() {
    while (!path_.empty()) {
      node& n = path_.back();
      if (++n.chosen < n.todo.size()) return true;
      path_.pop_back();
    }
    return false;
  }

  std::string told() const {
    static const char* const names[] = {"goes on",        "loads", "lets through", "updates",
                                        "futex-waits on", "wakes", "drains",       "awaits"};
    std::string s;
    for (size_t i = 0; i < path_.size() && i < depth_; i++) {
      const action& a = path_[i].todo[path_[i].chosen];
      char line[100];
      snprintf(line, sizeof line, "  %d %s %p\n", a.who, names[int(a.what.kind)], a.what.addr);
      s += line;
    }
    return s;
  }

  options opt_;
  char* stacks_[kMaxThreads];
  std::vector<fiber> fibers_;
  std::vector<const void*> ended_;
  std::vector<node> path_;
  int running_ = -1;
  size_t depth_ = SIZE_MAX;
  gort::rt::gobuf main_;
  std::string violation_;
};

inline result explore(const std::function<void(world&)>& setup, const options& o = {}) {
  return checker(o).run(setup);
}

inline void check(bool ok, const char* what) {
  if (!ok) current->fail(what);
}

// fresh makes a T anew for every execution, at the same address each time: steps are compared by address.
template <class T>
T& fresh() {
  alignas(T) static unsigned char place[sizeof(T)];
  static bool made = false;
  T* t = reinterpret_cast<T*>(place);
  if (made) t->~T();
  made = true;
  return *new (place) T();
}

// end: from now on no thread may touch object.
template <class T>
void end(const T& object) {
  current->end(&object, sizeof object);
}

// self is the number of the running thread of the case.
inline int self() {
  return current->running();
}

namespace std_like {
using namespace ::std;

// atomic has the layout of std::atomic: an object made outside an execution is just its value.
template <class T>
class atomic {
  static_assert(sizeof(T) <= 8 && is_trivially_copyable_v<T>);

 public:
  constexpr atomic() noexcept : v_() {}
  constexpr atomic(T v) noexcept : v_(v) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  T load(memory_order = memory_order_seq_cst) const {
    if (!watched()) return v_;
    current->step({opkind::load, this, 0, -1});
    return seen();
  }
  void store(T v, memory_order o = memory_order_seq_cst) {
    if (!watched()) {
      v_ = v;
    } else if (o == memory_order_seq_cst && !current->machine().weak_updates) {
      current->step({opkind::update, this, 0, -1});
      v_ = v;
    } else {
      current->me().buffer.push_back({this, bits(v), apply});  // nobody else sees it: no step of its own
    }
  }
  T exchange(T v, memory_order = memory_order_seq_cst) {
    return update([&](T) { return v; });
  }
  bool compare_exchange_strong(T& expected, T v, memory_order = memory_order_seq_cst,
                               memory_order = memory_order_seq_cst) {
    T was = update([&](T now) { return same(now, expected) ? v : now; });
    if (same(was, expected)) return true;
    expected = was;
    return false;
  }
  bool compare_exchange_weak(T& e, T v, memory_order a = memory_order_seq_cst, memory_order b = memory_order_seq_cst) {
    return compare_exchange_strong(e, v, a, b);
  }
  template <class D>
  T fetch_add(D d, memory_order = memory_order_seq_cst) {
    return update([&](T now) { return T(now + d); });
  }
  template <class D>
  T fetch_sub(D d, memory_order = memory_order_seq_cst) {
    return update([&](T now) { return T(now - d); });
  }
  operator T() const { return load(); }
  T operator=(T v) {
    store(v);
    return v;
  }
  T operator++() { return T(fetch_add(1) + 1); }
  T operator--() { return T(fetch_sub(1) - 1); }
  T operator++(int) { return fetch_add(1); }
  T operator--(int) { return fetch_sub(1); }

  // await goes on once the value is another than v.
  T await(T v) const {
    current->step({opkind::await, this, bits(v), -1}, read);
    return seen();
  }
  static uint64_t read(const void* a) { return bits(static_cast<const atomic*>(a)->v_); }

 private:
  bool watched() const { return current != nullptr && current->inside(); }
  static uint64_t bits(T v) {
    uint64_t b = 0;
    memcpy(&b, &v, sizeof v);
    return b;
  }
  static T value(uint64_t b) {
    T v;
    memcpy(&v, &b, sizeof v);
    return v;
  }
  static bool same(T a, T b) { return bits(a) == bits(b); }
  static void apply(void* a, uint64_t b) { static_cast<atomic*>(a)->v_ = value(b); }
  T seen() const {
    const auto& buffer = current->me().buffer;
    for (size_t i = buffer.size(); i-- > 0;)
      if (buffer[i].addr == this) return value(buffer[i].value);
    return v_;
  }
  template <class F>
  T update(F f) {
    if (!watched()) {
      T was = v_;
      v_ = f(was);
      return was;
    }
    const faults& wrong = current->machine();
    if (wrong.torn_updates) {
      current->step({opkind::update, this, 0, -1});
      T was = v_;
      current->step({opkind::update, this, 0, -1});
      v_ = f(was);
      return was;
    }
    if (wrong.weak_updates) {
      current->step({opkind::load, this, 0, -1});
      T was = seen();
      current->me().buffer.push_back({this, bits(f(was)), apply});
      return was;
    }
    current->step({opkind::update, this, 0, -1});
    T was = v_;
    v_ = f(was);
    return was;
  }

  T v_;
};

inline void atomic_signal_fence(memory_order) {}

}  // namespace std_like
}  // namespace model

// What the code under test calls besides atomics.
namespace gort::rt {

namespace std = ::model::std_like;

// futex
inline long syscall(long, std::atomic<uint32_t>* addr, int op, uint32_t val, timespec* limit, std::nullptr_t, int) {
  model::checker* c = model::current;
  if (c == nullptr || !c->inside()) return 0;
  if (op == FUTEX_WAIT_PRIVATE) {
    if (limit == nullptr) c->step({model::opkind::wait, addr, val, -1}, std::atomic<uint32_t>::read);
  } else {
    c->step({model::opkind::wake, addr, 0, -1});
    c->wake(addr, val);
  }
  return 0;
}

// membarrier: every other thread passes a fence, each at a moment of its own during the call.
inline long syscall(long, int, int, int) {
  model::checker* c = model::current;
  if (c == nullptr || !c->inside()) return 0;
  int me = c->running();
  for (int i = 0; i < c->threads(); i++)
    if (i != me) c->step({model::opkind::drain, nullptr, 0, i});
  return 0;
}

// The exact types, so that these fit better than the C library's, which argument-dependent lookup finds too.
inline long sysconf(decltype(_SC_NPROCESSORS_ONLN)) {
  return 1;
}
inline int sched_yield() {
  return 0;
}
inline int nanosleep(timespec*, std::nullptr_t) {
  return 0;
}

}  // namespace gort::rt
