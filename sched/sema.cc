// The table of semaphores: 251 roots chosen by a hash of the address, each with its own lock. A root holds one node for
// every address that has waiters, in a treap ordered by address with random priorities: operations cost the logarithm
// of the number of distinct addresses. Waiters on one address hang off its node as a queue, so that they cost nothing
// to others.
//
// The node of an address is its first waiter's sudog, which lives on that waiter's stack. Fields while queued:
//   elem      the address
//   prev, next  children in the treap (of the node only)
//   ticket    priority (of the node only); a parent's is not larger than its children's
//   waitlink  next waiter on the same address
//   c         the last waiter on the address (of the node only; itself if it is alone)
// success is set before the wake-up if the count has been handed over.
//
// A waiter announces itself in nwait before it looks at the counter for the last time; a releaser increments the
// counter before it looks at nwait. Both are sequentially consistent, so one of them sees the other and no wake-up is
// lost.
#include "sched/sema.h"

#include <unistd.h>

#include "sched/proc.h"
#include "sched/runq.h"

namespace gort::rt {
namespace {

struct alignas(64) semaRoot {
  mutex lock;
  sudog* treap = nullptr;
  std::atomic<uint32_t> nwait{0};

  void queue(void* addr, sudog* s, bool lifo);
  sudog* dequeue(void* addr);

 private:
  sudog** find(void* addr) {
    sudog** link = &treap;
    while (*link != nullptr && (*link)->elem != addr) link = addr < (*link)->elem ? &(*link)->prev : &(*link)->next;
    return link;
  }
  void insert(sudog* s);
  static void remove(sudog** link);
  uint32_t seed_ = 0;
};

constexpr size_t kSemTabSize = 251;  // prime, so that address strides of users do not meet in few roots
semaRoot semtable[kSemTabSize];

semaRoot& rootFor(void* addr) {
  return semtable[(reinterpret_cast<uintptr_t>(addr) >> 3) % kSemTabSize];
}

// become puts s into the place that node has in the treap.
void become(sudog* s, const sudog* node) {
  s->ticket = node->ticket;
  s->prev = node->prev;
  s->next = node->next;
}

void semaRoot::queue(void* addr, sudog* s, bool lifo) {
  s->elem = addr;
  s->waitlink = nullptr;
  s->c = s;
  sudog** link = find(addr);
  sudog* first = *link;
  if (first == nullptr) {
    insert(s);
  } else if (lifo) {
    become(s, first);
    s->waitlink = first;
    s->c = first->c;
    *link = s;
  } else {
    static_cast<sudog*>(first->c)->waitlink = s;
    first->c = s;
  }
}

sudog* semaRoot::dequeue(void* addr) {
  sudog** link = find(addr);
  sudog* s = *link;
  if (s == nullptr) return nullptr;
  if (sudog* second = s->waitlink) {
    become(second, s);
    second->c = s->c;
    *link = second;
  } else {
    remove(link);
  }
  return s;
}

// insert goes down to where s's priority belongs and splits the subtree found there by s's address.
void semaRoot::insert(sudog* s) {
  seed_ = seed_ * 1664525u + 1013904223u;
  s->ticket = (seed_ >> 8) | 1;
  sudog** link = &treap;
  while (*link != nullptr && (*link)->ticket <= s->ticket)
    link = s->elem < (*link)->elem ? &(*link)->prev : &(*link)->next;
  sudog* rest = *link;
  *link = s;
  sudog **less = &s->prev, **greater = &s->next;
  while (rest != nullptr) {
    if (rest->elem < s->elem) {
      *less = rest;
      less = &rest->next;
      rest = *less;
    } else {
      *greater = rest;
      greater = &rest->prev;
      rest = *greater;
    }
  }
  *less = nullptr;
  *greater = nullptr;
}

// remove replaces the node at link by its two subtrees, merged by priority.
void semaRoot::remove(sudog** link) {
  sudog *a = (*link)->prev, *b = (*link)->next;
  while (a != nullptr && b != nullptr) {
    if (a->ticket <= b->ticket) {
      *link = a;
      link = &a->next;
      a = *link;
    } else {
      *link = b;
      link = &b->prev;
      b = *link;
    }
  }
  *link = a != nullptr ? a : b;
}

bool cansemacquire(std::atomic<uint32_t>* addr) {
  uint32_t v = addr->load(std::memory_order_seq_cst);
  while (v != 0)
    if (addr->compare_exchange_weak(v, v - 1, std::memory_order_seq_cst)) return true;
  return false;
}

}  // namespace

void semacquire(std::atomic<uint32_t>* addr, bool lifo, waitReason reason) {
  if (cansemacquire(addr)) return;
  semaRoot& root = rootFor(addr);
  sudog s;
  s.g = getg();
  for (;;) {
    root.lock.lock();
    root.nwait.fetch_add(1, std::memory_order_seq_cst);
    if (cansemacquire(addr)) {
      root.nwait.fetch_sub(1, std::memory_order_relaxed);
      root.lock.unlock();
      return;
    }
    root.queue(addr, &s, lifo);
    goparkunlock(&root.lock, reason);
    if (s.success || cansemacquire(addr)) return;
  }
}

void semrelease(std::atomic<uint32_t>* addr, bool handoff) {
  semaRoot& root = rootFor(addr);
  addr->fetch_add(1, std::memory_order_seq_cst);
  if (root.nwait.load(std::memory_order_seq_cst) == 0) return;
  root.lock.lock();
  sudog* s = root.nwait.load(std::memory_order_relaxed) != 0 ? root.dequeue(addr) : nullptr;
  if (s != nullptr) root.nwait.fetch_sub(1, std::memory_order_relaxed);
  root.lock.unlock();
  if (s == nullptr) return;
  g* gp = s->g;
  bool given = handoff && cansemacquire(addr);
  s->success = given;
  goready(gp);  // s is gone from here on
  if (!given) return;
  // The waiter is this p's runnext now. It owns the lock already, so letting it run at once keeps the lock's owner on a
  // processor; from code that has its m pinned that is not possible.
  m* mp = getg()->m;
  if (mp != nullptr && mp->locks.load(std::memory_order_relaxed) == 0) goyield();
}

// ---- notifyList ----

// before compares tickets, which wrap around; fewer than 2^31 goroutines wait on one list.
static bool before(uint32_t a, uint32_t b) {
  return static_cast<int32_t>(a - b) < 0;
}

uint32_t notifyListAdd(notifyList* l) {
  return l->wait.fetch_add(1, std::memory_order_seq_cst);
}

void notifyListWait(notifyList* l, uint32_t t) {
  l->lock.lock();
  if (before(t, l->notify.load(std::memory_order_relaxed))) {
    l->lock.unlock();
    return;
  }
  sudog s;
  s.g = getg();
  s.ticket = t;
  if (l->tail == nullptr)
    l->head = &s;
  else
    l->tail->next = &s;
  l->tail = &s;
  goparkunlock(&l->lock, waitReason::SyncCondWait);
}

void notifyListNotifyAll(notifyList* l) {
  if (l->wait.load(std::memory_order_seq_cst) == l->notify.load(std::memory_order_seq_cst)) return;
  l->lock.lock();
  sudog* s = l->head;
  l->head = l->tail = nullptr;
  // Who holds an older ticket is in the list, or will see that it has been notified when it comes to wait.
  l->notify.store(l->wait.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
  l->lock.unlock();
  while (s != nullptr) {
    sudog* next = s->next;
    goready(s->g);
    s = next;
  }
}

void notifyListNotifyOne(notifyList* l) {
  if (l->wait.load(std::memory_order_seq_cst) == l->notify.load(std::memory_order_seq_cst)) return;
  l->lock.lock();
  uint32_t t = l->notify.load(std::memory_order_relaxed);
  if (t == l->wait.load(std::memory_order_seq_cst)) {
    l->lock.unlock();
    return;
  }
  l->notify.store(t + 1, std::memory_order_seq_cst);
  // Goroutines queue apart from taking tickets, so the one sought is near the front: before it stand only those that
  // overtook it on the way here. If it is not in the list yet, it will see the new notify and not park.
  sudog *prev = nullptr, *s = l->head;
  while (s != nullptr && s->ticket != t) {
    prev = s;
    s = s->next;
  }
  if (s != nullptr) {
    (prev != nullptr ? prev->next : l->head) = s->next;
    if (s->next == nullptr) l->tail = prev;
  }
  l->lock.unlock();
  if (s != nullptr) goready(s->g);
}

// ---- spinning ----

static constexpr int kActiveSpin = 4;

bool sync_canSpin(int i) {
  // sync.Mutex is cooperative: spin only a few times, and only where the owner runs on another processor.
  if (i >= kActiveSpin) return false;
  m* mp = pin();  // Ps come and go while the world is stopped: not while this one is held
  if (mp == nullptr) {
    static const bool several = sysconf(_SC_NPROCESSORS_ONLN) > 1;
    return several;
  }
  int32_t idle = sched.npidle.load(std::memory_order_relaxed) + sched.nmspinning.load(std::memory_order_relaxed);
  p* pp = mp->p;
  bool spin = ncpu > 1 && gomaxprocs > idle + 1 && (pp == nullptr || runqempty(pp));
  unpin(mp);
  return spin;
}

void sync_doSpin(int i) {
  backoff(60 << i);
}

}  // namespace gort::rt
