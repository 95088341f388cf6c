// Semaphores for package sync: sleep and wake-up keyed by the address of a counter.
//
// A semaphore is a uint32 in the user's object. semacquire waits until it is positive and takes one; semrelease adds
// one and wakes one waiter. Think of them as a way to sleep, not as counting semaphores: every sleep has its wake-up,
// even when the wake-up comes first. Goroutines and ordinary threads may both wait. The object that holds the counter
// may be freed as soon as nobody waits on it: semrelease uses the address as a key only, once it has added one.
//
// notifyList is the ticket list under sync.Cond: waiters take a ticket, are notified in ticket order, and a
// notification that comes between the ticket and the wait is not lost.
#pragma once
#include <atomic>
#include <cstdint>

#include "sched/lock.h"
#include "sched/waitreason.h"

namespace gort::rt {

struct sudog;

// semacquire waits until *addr > 0 and decrements it. lifo queues the caller before the others that wait on addr.
void semacquire(std::atomic<uint32_t>* addr, bool lifo, waitReason reason);
// semrelease increments *addr and wakes the first waiter. handoff gives the count to that waiter directly and yields,
// so that it runs at once in the caller's time slice.
void semrelease(std::atomic<uint32_t>* addr, bool handoff);

struct notifyList {
  std::atomic<uint32_t> wait{0};    // ticket of the next waiter
  std::atomic<uint32_t> notify{0};  // ticket of the next waiter to be notified; written with lock held
  mutex lock;
  sudog* head = nullptr;  // parked waiters
  sudog* tail = nullptr;
};

// notifyListAdd takes a ticket. The caller must then call notifyListWait with it.
uint32_t notifyListAdd(notifyList* l);
// notifyListWait parks until ticket t is notified; returns at once if it has been.
void notifyListWait(notifyList* l, uint32_t t);
void notifyListNotifyAll(notifyList* l);
void notifyListNotifyOne(notifyList* l);

// sync_canSpin tells whether spinning for a mutex makes sense for the i-th time: several processors, another p at work
// that may release it, and nothing else to run here.
bool sync_canSpin(int i);
// sync_doSpin spins for a moment, for longer each time.
void sync_doSpin(int i);

}  // namespace gort::rt
