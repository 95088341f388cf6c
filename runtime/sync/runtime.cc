// The calls of package sync into the runtime. Each is a function of its own that nothing is inlined into or out of, for
// its frame is a line in Go's traces; the empty asm keeps the call before it from becoming a jump.
#include <cstddef>

#include <gort/sync/cond.h>

#include "runtime/sync/sync.h"
#include "sched/proc.h"
#include "sched/sema.h"

namespace gort::sync {

static_assert(sizeof(notifyList) == sizeof(rt::notifyList) && alignof(notifyList) == alignof(rt::notifyList));
static_assert(offsetof(notifyList, notify) == offsetof(rt::notifyList, notify));
static_assert(offsetof(notifyList, head) == offsetof(rt::notifyList, head));
static_assert(offsetof(notifyList, tail) == offsetof(rt::notifyList, tail));

static rt::notifyList* list(notifyList* l) {
  return reinterpret_cast<rt::notifyList*>(l);
}

[[gnu::noinline]] void runtime_Semacquire(std::atomic<uint32_t>* s) {
  rt::semacquire(s, false, rt::waitReason::Semacquire);
  asm volatile("");
}

[[gnu::noinline]] void runtime_SemacquireMutex(std::atomic<uint32_t>* s, bool lifo, int64_t) {
  rt::semacquire(s, lifo, rt::waitReason::SyncMutexLock);
  asm volatile("");
}

[[gnu::noinline]] void runtime_SemacquireRWMutexR(std::atomic<uint32_t>* s, bool lifo, int64_t) {
  rt::semacquire(s, lifo, rt::waitReason::SyncRWMutexRLock);
  asm volatile("");
}

[[gnu::noinline]] void runtime_SemacquireRWMutex(std::atomic<uint32_t>* s, bool lifo, int64_t) {
  rt::semacquire(s, lifo, rt::waitReason::SyncRWMutexLock);
  asm volatile("");
}

[[gnu::noinline]] void runtime_Semrelease(std::atomic<uint32_t>* s, bool handoff, int64_t) {
  rt::semrelease(s, handoff);
  asm volatile("");
}

uint32_t runtime_notifyListAdd(notifyList* l) {
  return rt::notifyListAdd(list(l));
}

[[gnu::noinline]] void runtime_notifyListWait(notifyList* l, uint32_t t) {
  rt::notifyListWait(list(l), t);
  asm volatile("");
}

void runtime_notifyListNotifyAll(notifyList* l) {
  rt::notifyListNotifyAll(list(l));
}
void runtime_notifyListNotifyOne(notifyList* l) {
  rt::notifyListNotifyOne(list(l));
}

[[gnu::noinline]] void fatal(std::string_view s) {
  rt::fatal(s.data());
}
[[gnu::noinline]] void throw_(std::string_view s) {
  rt::throw_(s.data());
}

}  // namespace gort::sync
