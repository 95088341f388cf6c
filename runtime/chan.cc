// Channels: make, send, receive, close. The invariants, and what may be read without the lock, are in runtime/chan.h.
//
// A send or receive either completes at once or puts a sudog, which lives on the waiting goroutine's stack, at the end
// of the channel's queue and parks; whoever makes it possible completes the whole operation on behalf of the sleeper:
// takes it from the queue, moves the value straight between the two stacks, and readies it. The sleeper does not look
// at the channel again (by then the channel may be gone). So there are no spurious wake-ups and waiters are served in
// order.
//
// Values are moved under the channel's lock: a move constructor that throws ends the program, and one that parks or
// uses the same channel hangs. What user code a value's destructor runs, it runs without the lock, as long as callers
// do not let chanrecv drop elements of kind object (elem null).
#include "runtime/chan.h"

#include <cstdlib>
#include <new>

#include <gort/runtime_error.h>

namespace gort::rt {

// ---- cells ----

// Free cells: a list of some per thread, the rest shared. Linked through `buf`. Cells lie in malloc'ed slabs that stay,
// so that leak checkers find what a living channel holds.
static constexpr int kCellsPerSlab = 32;
static constexpr int kCellCacheMax = 64;

struct cell_list {
  hchan* head;
  int n;
  void push(hchan* c) {
    c->buf = reinterpret_cast<char*>(head);
    head = c;
    n++;
  }
  hchan* pop() {
    hchan* c = head;
    head = reinterpret_cast<hchan*>(c->buf);
    n--;
    return c;
  }
};

static __thread cell_list cell_cache __attribute__((tls_model("initial-exec")));
static mutex cell_lock;
static cell_list cell_shared;
struct cell_slab {
  cell_slab* next;
  void* cells;
};
static cell_slab* cell_slabs;

static void cell_cache_shrink(int keep) {
  lock_guard l(cell_lock);
  while (cell_cache.n > keep) cell_shared.push(cell_cache.pop());
}

// A thread that ends gives its cells back.
struct cell_flusher {
  bool on = false;
  ~cell_flusher() { cell_cache_shrink(0); }
};
static thread_local cell_flusher flusher;

[[gnu::noinline]] static bool cell_cache_fill() {
  flusher.on = true;
  {
    lock_guard l(cell_lock);
    while (cell_shared.head != nullptr && cell_cache.n < kCellCacheMax / 2) cell_cache.push(cell_shared.pop());
  }
  if (cell_cache.head != nullptr) return true;
  auto* slab = static_cast<cell_slab*>(malloc(sizeof(cell_slab)));
  void* cells = aligned_alloc(alignof(hchan), kCellsPerSlab * sizeof(hchan));
  if (slab == nullptr || cells == nullptr) return false;
  slab->cells = cells;
  for (int i = kCellsPerSlab; i-- > 0;) cell_cache.push(new (static_cast<hchan*>(cells) + i) hchan);
  lock_guard l(cell_lock);
  slab->next = cell_slabs;
  cell_slabs = slab;
  return true;
}

// Not inlined: the caller may run destructors that park, and must not keep the address of cell_cache meanwhile.
[[gnu::noinline]] static hchan* cell_get() {
  if (cell_cache.head == nullptr && !cell_cache_fill()) return nullptr;
  return cell_cache.pop();
}

[[gnu::noinline]] static void cell_put(hchan* c) {
  cell_cache.push(c);
  if (cell_cache.n > kCellCacheMax) cell_cache_shrink(kCellCacheMax / 2);
}

// ---- make and free ----

static constexpr uint64_t kMaxAlloc = uint64_t(1) << 48;  // Go's limit of the address space
static constexpr uint64_t kGoHchanSize = 96;

hchan* makechan(const chan_type* t, int64_t size) {
  uint64_t elemsize = t->kind == elem_kind::empty ? 0 : t->size;
  uint64_t mem;
  if (size < 0 || __builtin_mul_overflow(elemsize, uint64_t(size), &mem) || mem > kMaxAlloc - kGoHchanSize)
    panic_plain("makechan: size out of range");
  hchan* c = cell_get();
  char* buf = nullptr;
  if (c != nullptr) {
    buf = c->inlinebuf;
    if (mem > sizeof(c->inlinebuf) || t->align > alignof(hchan)) {
      uint64_t a = t->align;
      buf = static_cast<char*>(a <= 16 ? malloc(mem) : aligned_alloc(a, (mem + a - 1) & ~(a - 1)));
    }
  }
  if (buf == nullptr) throw_("out of memory");
  c->head.refs.store(1, std::memory_order_relaxed);
  c->elemsize = uint16_t(elemsize);
  c->kind = t->kind;
  c->state.store(0, std::memory_order_relaxed);
  c->dataqsiz = uint64_t(size);
  c->buf = c->sendp = c->recvp = buf;
  c->bufend = buf + mem;
  c->type = t;
  return c;
}

// chandestroy ends c, which nobody refers to or waits on.
void chandestroy(hchan* c) noexcept {
  uint64_t n = c->qcount.load(std::memory_order_relaxed);
  if (n != 0) {
    for (; n > 0; n--) {
      if (c->kind == elem_kind::object) c->type->destroy(c->recvp);
      c->recvp += c->elemsize;
      if (c->recvp == c->bufend) c->recvp = c->buf;
    }
    c->qcount.store(0, std::memory_order_relaxed);
  }
  c->state.store(0, std::memory_order_relaxed);
  if (c->buf != c->inlinebuf) free(c->buf);
  cell_put(c);
}

void chanfree(hchan* c) noexcept {
  // A select that was served through another channel may be taking its sudog out of a queue right now: quiet, read
  // last, says that it is done.
  if (!c->recvq.empty() || !c->sendq.empty() || !c->quiet()) {
    lock_guard l(c->lock);
    if (!c->recvq.empty() || !c->sendq.empty()) {
      c->state.fetch_or(kChanOrphan, std::memory_order_relaxed);
      return;
    }
  }
  chandestroy(c);
}

// ---- send ----

// park_on waits in q of the locked channel c until served or closed; returns which.
static bool park_on(hchan* c, waitq& q, void* elem, waitReason reason) {
  g* gp = getg();
  sudog sg;
  sg.g = gp;
  sg.elem = elem;
  sg.c = c;
  gp->waiting = &sg;
  gp->param = nullptr;
  wait_on(c, q, &sg);
  goparkunlock(&c->lock, reason);
  if (gp->param != &sg) throw_("chan: spurious wakeup");
  gp->waiting = nullptr;
  gp->param = nullptr;
  return sg.success;
}

[[noreturn]] static void park_forever(waitReason reason) {
  for (;;) gopark(nullptr, nullptr, reason);
}

[[noreturn, gnu::cold]] static void panic_send_closed() {
  panic_plain("send on closed channel");
}

// finish is the end of an operation that did not have to wait.
static inline void finish(g* wake) {
  if (wake != nullptr)
    goready(wake);
  else
    yield_if_asked();
}

bool chansend(hchan* c, void* elem, bool block) {
  if (__builtin_expect(c == nullptr, 0)) {
    if (!block) return false;
    park_forever(waitReason::ChanSendNilChan);
  }

  // A send that is not to block fails here without the lock. quiet makes the two reads that follow see every operation
  // that is over. A closed channel cannot turn from "ready to send" to "not ready", so even if it is closed between
  // reading `closed` and reading `full`, there was a moment between the two at which it was both open and full; the
  // send failed at that moment.
  if (!block && c->quiet() && !c->closed() && c->full()) {
    yield_if_asked();
    return false;
  }

  c->lock.lock();
  if (__builtin_expect(c->closed(), 0)) {
    c->lock.unlock();
    panic_send_closed();
  }
  g* wake = nullptr;
  if (send_locked(c, elem, &wake)) {
    c->lock.unlock();
    finish(wake);
    return true;
  }
  if (!block) {
    c->lock.unlock();
    return false;
  }
  if (!park_on(c, c->sendq, elem, waitReason::ChanSend)) panic_send_closed();
  return true;
}

// ---- receive ----

recv_result chanrecv(hchan* c, void* elem, bool block) {
  if (__builtin_expect(c == nullptr, 0)) {
    if (!block) return {false, false};
    park_forever(waitReason::ChanReceiveNilChan);
  }

  // A receive that is not to block fails here without the lock: a channel cannot be reopened, so finding it open after
  // having found it empty means that it was open then. The other order could take "open, then closed and drained" for
  // "open and empty".
  if (!block && c->quiet() && c->empty() && !c->closed()) {
    yield_if_asked();
    return {false, false};
  }
  // Closed for good, and what is empty after that stays empty. No lock, so that many can learn of one close at the same
  // time.
  if (__builtin_expect(c->closed() && c->qcount.load(std::memory_order_acquire) == 0, 0)) return {true, false};

  c->lock.lock();
  g* wake = nullptr;
  if (recv_locked(c, elem, &wake)) {
    c->lock.unlock();
    finish(wake);
    return {true, true};
  }
  if (__builtin_expect(c->closed(), 0)) {
    c->lock.unlock();
    return {true, false};
  }
  if (!block) {
    c->lock.unlock();
    return {false, false};
  }
  return {true, park_on(c, c->recvq, elem, waitReason::ChanReceive)};
}

// ---- close, len, cap ----

void closechan(hchan* c) {
  if (c == nullptr) panic_plain("close of nil channel");
  c->lock.lock();
  if (c->closed()) {
    c->lock.unlock();
    panic_plain("close of closed channel");
  }
  c->bump();
  c->state.fetch_or(kChanClosed, std::memory_order_release);
  gList wake;
  while (sudog* sg = c->recvq.dequeue()) wake.push(chan_wake(sg, false));
  while (sudog* sg = c->sendq.dequeue()) wake.push(chan_wake(sg, false));  // these will panic
  c->lock.unlock();

  // Last in, first out, and each displaces the one before from the next-to-run slot: Go's order.
  while (g* gp = wake.pop()) {
    gp->schedlink = nullptr;
    goready(gp);
  }
}

int64_t chanlen(const hchan* c) {
  if (c == nullptr) return 0;
  if (c->quiet()) return int64_t(c->qcount.load(std::memory_order_acquire));
  lock_guard l(const_cast<hchan*>(c)->lock);
  return int64_t(c->qcount.load(std::memory_order_relaxed));
}

int64_t chancap(const hchan* c) {
  return c == nullptr ? 0 : int64_t(c->dataqsiz);
}

}  // namespace gort::rt
