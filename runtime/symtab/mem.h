// Memory and locks of the symbolizer.
//
// Arena: one MAP_NORESERVE mapping, bump-allocated, given back as a whole or from a mark on. It is bounded, so that a
// trace cannot eat the machine; alloc returns null at the end and every caller lives with that (it falls back to the
// symbol table). Vec grows in place while it is the arena's last allocation.
//
// TryLock: a spinlock with a bound. A holder that does not let go within kLockWait (it crashed) marks the lock
// stuck for its current owner's turn, and every later attempt fails at once until that turn ends.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gort::rt::symtab {

struct Arena {
  char* base = nullptr;
  char* cur = nullptr;
  char* end = nullptr;

  bool init(size_t most, size_t least) {
    for (size_t n = most; n >= least; n /= 4) {
      void* p = mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (p != MAP_FAILED) {
        base = cur = static_cast<char*>(p);
        end = base + n;
        return true;
      }
    }
    return false;
  }
  void release() {
    if (base) munmap(base, static_cast<size_t>(end - base));
    base = cur = end = nullptr;
  }
  void* alloc(size_t n) {
    n = (n + 7) & ~size_t{7};
    if (n > static_cast<size_t>(end - cur)) return nullptr;
    void* p = cur;
    cur += n;
    return p;  // zero: fresh pages are, and cut makes them so again
  }
  // cut gives back everything from `to` on.
  void cut(char* to) {
    auto page = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(to) + 4095) & ~uintptr_t{4095});
    if (cur > page) madvise(page, static_cast<size_t>(cur - page), MADV_DONTNEED);
    if (to < page) memset(to, 0, static_cast<size_t>((cur < page ? cur : page) - to));
    cur = to;
  }
  template <class T>
  T* make(size_t n = 1) {
    if (n > (size_t{1} << 40) / sizeof(T)) return nullptr;
    return static_cast<T*>(alloc(n * sizeof(T)));
  }
  const char* dup(const char* s, size_t n) {
    char* p = make<char>(n + 1);
    if (p) {
      memcpy(p, s, n);
      p[n] = 0;
    }
    return p;
  }
};

template <class T>
struct Vec {
  T* data = nullptr;
  uint32_t n = 0, cap = 0;

  T* push(Arena& a) {
    if (n == cap && !grow(a)) return nullptr;
    return &data[n++];
  }
  T& operator[](size_t i) { return data[i]; }
  const T& operator[](size_t i) const { return data[i]; }

 private:
  bool grow(Arena& a) {
    uint32_t want = cap ? cap * 2 : 32;
    if (want <= cap) return false;
    if (data && reinterpret_cast<char*>(data) + ((cap * sizeof(T) + 7) & ~size_t{7}) == a.cur) {
      if (!a.alloc(want * sizeof(T) - ((cap * sizeof(T) + 7) & ~size_t{7}))) return false;
    } else {
      T* p = a.make<T>(want);
      if (!p) return false;
      if (n) memcpy(static_cast<void*>(p), data, n * sizeof(T));
      data = p;
    }
    cap = want;
    return true;
  }
};

inline uint64_t monotonic_ns() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<uint64_t>(ts.tv_sec) * 1000000000u + static_cast<uint64_t>(ts.tv_nsec);
}

constexpr uint64_t kLockWait = 200 * 1000 * 1000;  // ns: far above the longest legitimate hold (one large unit's parse)

// A thread that is stopped while it holds a lock would keep its stopper from finding names. So signal_stop.cc leaves
// alone a thread whose locks_held is not 0, sets stop_is_due, and gets its call of stop_now when the last is given
// back.
extern __thread int locks_held __attribute__((tls_model("initial-exec")));
extern __thread bool stop_is_due __attribute__((tls_model("initial-exec")));
extern std::atomic<void (*)()> stop_now;

class TryLock {
 public:
  bool acquire() {
    uint32_t self = static_cast<uint32_t>(syscall(SYS_gettid));
    uint64_t start = 0;
    for (int spins = 0;; spins++) {
      uint64_t w = word_.load(std::memory_order_relaxed);
      uint32_t owner = static_cast<uint32_t>(w);
      if (owner == 0) {
        locks_held++;
        std::atomic_signal_fence(std::memory_order_seq_cst);  // before it is held: the signal may come between
        if (word_.compare_exchange_weak(w, w | self, std::memory_order_acquire)) return true;
        let_go();
        continue;
      }
      if (owner == self || stuck_.load(std::memory_order_relaxed) == w) return false;
      if (spins % 64 != 63) {
        __builtin_ia32_pause();
        continue;
      }
      uint64_t now = monotonic_ns();
      if (start == 0) start = now;
      if (now - start > kLockWait) {
        stuck_.store(w, std::memory_order_relaxed);
        return false;
      }
      timespec ts = {0, 100000};
      nanosleep(&ts, nullptr);
    }
  }
  void release() {
    uint64_t w = word_.load(std::memory_order_relaxed);
    word_.store(((w >> 32) + 1) << 32, std::memory_order_release);  // a new turn: stuck_ no longer matches
    let_go();
  }

 private:
  static void let_go() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    locks_held--;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (locks_held != 0 || !stop_is_due) return;
    stop_is_due = false;
    stop_now.load()();
  }

  std::atomic<uint64_t> word_{0};  // turn << 32 | owner's tid
  std::atomic<uint64_t> stuck_{0};
};

// NameBuf builds a string in a fixed buffer and truncates.
struct NameBuf {
  char* p;
  size_t cap;
  size_t n = 0;
  bool full = false;

  NameBuf(char* buf, size_t size) : p(buf), cap(size) { p[0] = 0; }
  void add(char c) {
    if (n + 1 < cap) {
      p[n++] = c;
      p[n] = 0;
    } else {
      full = true;
    }
  }
  void add(const char* s) {
    while (*s) add(*s++);
  }
  void add(const char* s, size_t len) {
    for (size_t i = 0; i < len; i++) add(s[i]);
  }
  void num(uint64_t v) {
    char t[20];
    int i = 0;
    do t[i++] = static_cast<char>('0' + v % 10);
    while (v /= 10);
    while (i) add(t[--i]);
  }
  void hex(uint64_t v) {
    add("0x");
    int s = 60;
    while (s > 0 && (v >> s) == 0) s -= 4;
    for (; s >= 0; s -= 4) add("0123456789abcdef"[(v >> s) & 15]);
  }
  void cut(size_t to) {
    n = to;
    p[n] = 0;
  }
};

}  // namespace gort::rt::symtab
