// hchan, the channel itself, and what chan.cc and select.cc do to one whose lock they hold.
//
// Invariants, whenever the lock is free:
//   At least one of sendq and recvq is empty, but for a select that waits on one channel both ways.
//   Buffered: qcount > 0 implies that recvq is empty, qcount < dataqsiz implies that sendq is empty.
//   Closed: both queues are empty, for ever.
//
// What may be read without the lock. Every critical section begins with a locked instruction (taking the lock) and ends
// with a plain store (mutex::unlock), so its writes may still sit in the writer's store buffer when its operation has
// already returned; a reader that looks at qcount alone could miss an operation that is over. quiet() closes the gap:
// the locked instruction made `lock.v == 1` visible before the operation returned, and x86 makes stores visible in
// order, so a reader that finds lock.v == 0 sees everything that every completed critical section wrote. A reader that
// finds 1 takes the lock. Reading `quiet` first, then the state, is thus as good as an instant of holding the lock, for
// one word of state.
//
// seq changes before anything that can make a waiting operation possible becomes visible (a value or room in the
// buffer, a waiter, a close). Who reads seq, then quiet, then finds that an operation would block, and later the same
// seq, knows that it would have blocked all that time. select uses it to look at many channels at one instant without
// locks.
//
// Memory. Channels are counted by their handles; an operation touches nothing of its channel after it has let go of the
// lock (sched/lock.h), for the operation that it has made possible may drop the last handle. Elements of the buffer go
// with the last handle, and the hchan's cell is kept for another channel. If somebody still waits in a queue then (on a
// handle that was captured by reference), the channel stays, an orphan; a select that leaves the queue later frees it.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <gort/chan.h>

#include "sched/proc.h"

namespace gort::rt {

// waitq is a FIFO of sudogs. first may be read without the lock to learn whether somebody waits.
struct waitq {
  std::atomic<sudog*> first{nullptr};
  sudog* last = nullptr;

  bool empty() const { return first.load(std::memory_order_acquire) == nullptr; }

  void enqueue(sudog* sg) {
    sg->next = nullptr;
    sg->prev = last;
    if (last == nullptr)
      first.store(sg, std::memory_order_release);
    else
      last->next = sg;
    last = sg;
  }

  // dequeue takes the first waiter that can still be served: one in a select has to be won against the select's other
  // channels.
  sudog* dequeue() {
    for (;;) {
      sudog* sg = first.load(std::memory_order_relaxed);
      if (sg == nullptr) return nullptr;
      sudog* next = sg->next;
      first.store(next, std::memory_order_release);
      if (next == nullptr) {
        last = nullptr;
      } else {
        next->prev = nullptr;
        sg->next = nullptr;  // remove() can tell that it is gone
      }
      uint32_t zero = 0;
      if (sg->isselect && !sg->g->selectdone.compare_exchange_strong(zero, 1, std::memory_order_acq_rel)) continue;
      return sg;
    }
  }

  // remove takes sg out; false if it was not in the queue any more.
  bool remove(sudog* sg) {
    sudog *prev = sg->prev, *next = sg->next;
    if (prev == nullptr && next == nullptr && first.load(std::memory_order_relaxed) != sg) return false;
    if (prev != nullptr)
      prev->next = next;
    else
      first.store(next, std::memory_order_release);
    if (next != nullptr)
      next->prev = prev;
    else
      last = prev;
    sg->prev = sg->next = nullptr;
    return true;
  }
};

enum chan_state : uint8_t { kChanClosed = 1, kChanOrphan = 2 };

// The first cache line is what a send or receive through the buffer writes, the second what it reads at most.
struct alignas(64) hchan {
  hchan_head head;  // references; handles touch it without the lock
  uint16_t elemsize = 0;
  elem_kind kind = elem_kind::empty;
  std::atomic<uint8_t> state{0};  // chan_state bits, written under lock
  mutex lock;  // guards all fields below and the sudogs in the queues. Do not ready a g while holding it.
  std::atomic<uint64_t> qcount{0};  // elements in the buffer
  uint64_t dataqsiz = 0;            // its capacity
  char* sendp = nullptr;            // slot that the next send fills
  char* recvp = nullptr;            // slot that the next receive empties
  std::atomic<uint64_t> seq{0};     // see above
  char* buf = nullptr;

  char* bufend = nullptr;
  waitq recvq;
  waitq sendq;
  const chan_type* type = nullptr;
  alignas(16) char inlinebuf[16];  // the buffer of small channels

  bool closed() const { return (state.load(std::memory_order_acquire) & kChanClosed) != 0; }
  bool quiet() const { return lock.v.load(std::memory_order_acquire) == 0; }

  // full and empty: whether a send or receive would wait, were the channel open. Each reads one word of changing state.
  bool full() const { return dataqsiz == 0 ? recvq.empty() : qcount.load(std::memory_order_acquire) == dataqsiz; }
  bool empty() const { return dataqsiz == 0 ? sendq.empty() : qcount.load(std::memory_order_acquire) == 0; }

  void bump() { seq.store(seq.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
};
static_assert(sizeof(hchan) == 128 && offsetof(hchan, head) == 0 && offsetof(hchan, bufend) == 64);

// elem_move moves *src to the raw memory at dst; *src stays an object, with nothing in it. It runs under the lock.
inline void elem_move(const hchan* c, void* dst, void* src) {
  switch (c->kind) {
    case elem_kind::empty:
      return;
    case elem_kind::word1:
      std::memcpy(dst, src, 1);
      return;
    case elem_kind::word2:
      std::memcpy(dst, src, 2);
      return;
    case elem_kind::word4:
      std::memcpy(dst, src, 4);
      return;
    case elem_kind::word8:
      std::memcpy(dst, src, 8);
      return;
    case elem_kind::word16:
      std::memcpy(dst, src, 16);
      return;
    case elem_kind::bytes:
      std::memcpy(dst, src, c->elemsize);
      return;
    case elem_kind::object:
      c->type->move(dst, src);
      return;
  }
}

// elem_take moves *src to dst, or nowhere if dst is null, and ends *src.
inline void elem_take(const hchan* c, void* dst, void* src) {
  if (dst != nullptr) elem_move(c, dst, src);
  if (c->kind == elem_kind::object) c->type->destroy(src);
}

// chan_wake marks sg's operation as done (or ended by a close) and returns the g to be readied once all locks are free.
inline g* chan_wake(sudog* sg, bool success) {
  sg->success = success;
  sg->elem = nullptr;
  sg->g->param = sg;
  return sg->g;
}

// send_locked does what a send on the open channel c can do at once: false if it would have to wait. *wake is the
// receiver to be readied, if there was one.
inline bool send_locked(hchan* c, void* elem, g** wake) {
  if (sudog* sg = c->recvq.dequeue()) {
    if (sg->elem != nullptr) elem_move(c, sg->elem, elem);
    *wake = chan_wake(sg, true);
    return true;
  }
  uint64_t n = c->qcount.load(std::memory_order_relaxed);
  if (n == c->dataqsiz) return false;
  elem_move(c, c->sendp, elem);
  c->sendp += c->elemsize;
  if (c->sendp == c->bufend) c->sendp = c->buf;
  c->bump();
  c->qcount.store(n + 1, std::memory_order_release);
  return true;
}

// recv_locked likewise for a receive; elem null drops the value. A closed channel gives what its buffer still holds.
inline bool recv_locked(hchan* c, void* elem, g** wake) {
  uint64_t n = c->qcount.load(std::memory_order_relaxed);
  if (sudog* sg = c->sendq.dequeue()) {
    if (n == 0) {
      if (elem != nullptr) elem_move(c, elem, sg->elem);
    } else {
      // The buffer is full: its head is ours, the sender's value goes to its tail, which is the same slot.
      elem_take(c, elem, c->recvp);
      elem_move(c, c->recvp, sg->elem);
      c->recvp += c->elemsize;
      if (c->recvp == c->bufend) c->recvp = c->buf;
      c->sendp = c->recvp;
    }
    *wake = chan_wake(sg, true);
    return true;
  }
  if (n == 0) return false;
  elem_take(c, elem, c->recvp);
  c->recvp += c->elemsize;
  if (c->recvp == c->bufend) c->recvp = c->buf;
  c->bump();
  c->qcount.store(n - 1, std::memory_order_release);
  return true;
}

// wait_on puts sg at the end of a queue of c, which is locked.
inline void wait_on(hchan* c, waitq& q, sudog* sg) {
  c->bump();
  q.enqueue(sg);
}

// chan_abandoned tells whether c, from whose queue the caller has just taken a waiter, is an orphan that nobody waits
// on any more: then the caller calls chandestroy after unlocking.
inline bool chan_abandoned(hchan* c) {
  return (c->state.load(std::memory_order_relaxed) & kChanOrphan) != 0 && c->recvq.empty() && c->sendq.empty();
}
void chandestroy(hchan* c) noexcept;

// yield_if_asked ends the time slice of a goroutine whose p is wanted or already gone. Operations that touch no p call
// it, or else a goroutine that does nothing but use buffered channels would run on without a p, beside the one that has
// it now. No lock is held.
inline void yield_if_asked() {
  g* gp = getg_or_null();
  if (__builtin_expect(gp != nullptr && gp->m != nullptr && gp->m->retake.load(std::memory_order_relaxed) != 0, 0))
    unpin(pin());
}

}  // namespace gort::rt
