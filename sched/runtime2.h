// The nouns of the scheduler: g a goroutine, m an operating-system thread, p the right to run goroutines (GOMAXPROCS of
// them). An m needs a p to run goroutines. sched is what all share.
//
// Who may touch what: fields of a g belong to the m that runs it, or to whoever took it out of a wait queue or run
// queue; fields of a p belong to its m, but for those marked atomic or "any"; sched's fields are under sched.lock
// unless marked.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <pthread.h>
#include <vector>

#include <gort/arch/frame.h>

#include "arch/amd64/switch.h"
#include "sched/lock.h"
#include "sched/tools.h"
#include "sched/waitreason.h"

namespace gort::rt {

struct g;
struct m;
struct p;
struct _panic;
struct syscall_site;
struct signal_stack;
struct sudog;
struct timer;

enum gstatus : uint32_t { _Gidle = 0, _Grunnable = 1, _Grunning = 2, _Gsyscall = 3, _Gwaiting = 4, _Gdead = 6 };
enum pstatus : uint32_t { _Pidle = 0, _Prunning = 1, _Psyscall = 2, _Pgcstop = 3, _Pdead = 4 };

// owned<T> is a value that its owner writes and that sysmon, traces and the end of main read at any time: a goroutine
// that has lost its p runs on while the world is stopped, and writes some fields of its g before it asks for a p again.
template <class T>
class owned {
 public:
  explicit owned(T v = T()) : v_(v) {}
  owned& operator=(T v) {
    v_.store(v, std::memory_order_release);
    return *this;
  }
  operator T() const { return v_.load(std::memory_order_acquire); }
  T operator->() const { return *this; }

 private:
  std::atomic<T> v_;
};
template <class T>
using owner_ptr = owned<T*>;

// gsignal_info describes the fault that became a panic: what the `[signal ...]` line prints.
struct gsignal_info {
  uint32_t sig = 0;
  uintptr_t code0 = 0;  // si_code
  uintptr_t code1 = 0;  // fault address
  uintptr_t pc = 0;
};

// gextra holds what few goroutines need; made on first use, kept with the g.
struct gextra {
  gsignal_info sig;
  void* locals = nullptr;  // goroutine_local values, owned by runtime/goroutine_local.cc
  void (*locals_free)(void*) = nullptr;
  bool paniconfault = false;
  int32_t lockedext = 0;  // nesting of LockOSThread
};

// eh_globals mirrors the two words of __cxa_get_globals: they belong to the goroutine and are swapped at each switch.
struct eh_globals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
  bool empty() const { return caught == nullptr && uncaught == 0; }
};

inline constexpr size_t kClosureInline = 48;

// What else a switch to a goroutine has to do (g.onswitch).
inline constexpr uint8_t kOnSwitchEH = 1;       // eh is not empty
inline constexpr uint8_t kOnSwitchLatency = 2;  // readytsc is set

// g is kept small, for a parked goroutine costs one page of stack and this. It stays where it is for ever: memory of a
// g is reused for another goroutine and never given back, so a stale pointer still points to a g.
//
// The first cache line is all that a switch touches, the second what channels and queues add.
struct alignas(64) g : ghead {
  gobuf sched;                  // where it goes on while it does not run
  owner_ptr<struct m> m;        // the m that runs it
  owner_ptr<struct m> lockedm;  // the m that it is locked to
  std::atomic<uint32_t> status{_Gidle};
  owned<waitReason> waitreason{waitReason::Zero};
  bool thread = false;   // stands for an ordinary thread: parks by sleeping in the kernel
  uint8_t onswitch = 0;  // kOnSwitch... bits: what else the switch to it has to do
  bool system = false;   // belongs to the runtime itself: not counted, hidden from traces

  g* schedlink = nullptr;    // next in a run queue or free list
  sudog* waiting = nullptr;  // what it is queued on, for select and traces
  void* param = nullptr;     // what the waker says
  owner_ptr<_panic> panic;   // innermost panic or Goexit in progress
  eh_globals eh;
  std::atomic<uint32_t> selectdone{0};
  owned<uint32_t> blocking;           // depth of runtime::blocking
  std::atomic<int64_t> waitsince{0};  // nanotime when a look at the goroutines first saw it blocked, see runtime/gc.cc

  uint64_t readytsc = 0;    // when it was made ready, if its latency is sampled (sched/latency.h)
  char* stackhi = nullptr;  // top of the stack; null before the first run
  uint32_t stackclass = 0;  // which pool the stack came from (sched/stack.h)
  uint32_t stackwant = 0;   // KiB asked for with go_stack until the stack is there, 0: default
  owned<uint64_t> goid;
  uint64_t parentgoid = 0;
  uintptr_t gopc = 0;        // return address of the go statement
  owned<uintptr_t> startpc;  // what it runs; 0 when that is over
  gextra* extra = nullptr;
  void (*destroyclosure)(void*) = nullptr;
  void* closurebox = nullptr;
#if defined(GORT_ASAN) || defined(GORT_TSAN)
  void* san = nullptr;  // the tool's handle of this stack
#endif
  alignas(8) char closure[kClosureInline];
};
static_assert(sizeof(ghead) + sizeof(gobuf) + 2 * sizeof(m*) + 8 == 64);
#if !defined(GORT_ASAN) && !defined(GORT_TSAN)
static_assert(sizeof(g) == 256);
#endif

inline char* stacklo(const g* gp);  // sched/stack.h

// sudog is a g on a wait queue. It lives on the waiting goroutine's stack, which does not move.
struct sudog {
  struct g* g = nullptr;
  sudog* next = nullptr;
  sudog* prev = nullptr;
  void* elem = nullptr;       // data element
  void* c = nullptr;          // the hchan
  sudog* waitlink = nullptr;  // g.waiting list, in lock order
  uint32_t ticket = 0;
  bool isselect = false;  // takes part in a select: the g must win selectdone to be woken
  bool success = false;   // woken by a value rather than a close
};

// gQueue is a FIFO of g's linked through schedlink; gList a LIFO.
struct gQueue {
  g* head = nullptr;
  g* tail = nullptr;
  bool empty() const { return head == nullptr; }
  void push(g* gp) {
    gp->schedlink = head;
    head = gp;
    if (tail == nullptr) tail = gp;
  }
  void pushBack(g* gp) {
    gp->schedlink = nullptr;
    if (tail != nullptr)
      tail->schedlink = gp;
    else
      head = gp;
    tail = gp;
  }
  void pushBackAll(gQueue q) {
    if (q.empty()) return;
    if (tail != nullptr)
      tail->schedlink = q.head;
    else
      head = q.head;
    tail = q.tail;
  }
  g* pop() {
    g* gp = head;
    if (gp != nullptr) {
      head = gp->schedlink;
      if (head == nullptr) tail = nullptr;
    }
    return gp;
  }
};

struct gList {
  g* head = nullptr;
  int32_t n = 0;
  bool empty() const { return head == nullptr; }
  void push(g* gp) {
    gp->schedlink = head;
    head = gp;
    count(n + 1);
  }
  g* pop() {
    g* gp = head;
    if (gp != nullptr) {
      head = gp->schedlink;
      count(n - 1);
    }
    return gp;
  }

 private:
  void count(int32_t now) { std::atomic_ref(n).store(now, std::memory_order_relaxed); }  // schedtrace reads a p's
};

// m is a thread. locks is the key to taking a p away (sched/HACKING.md, "The P is taken, not the goroutine"): it is
// non-zero whenever the thread is inside the runtime, and only its own thread writes it.
struct m {
  g* g0 = nullptr;            // stands for the scheduler running on the thread's own stack
  owner_ptr<g> curg;          // goroutine that runs now
  owner_ptr<struct p> p;      // attached p, null while it runs none or has lost it
  struct p* nextp = nullptr;  // handed over by whoever wakes it
  struct p* oldp = nullptr;   // p before a system call, unless it was handed over then, at calltsc
  syscall_site* callsite = nullptr;
  const void* callpc = nullptr;  // where that call was entered; curg.sched says more, unless it has parked since
  uint64_t calltsc = 0;
  std::atomic<int32_t> locks{0};
  std::atomic<uint32_t> retake{0};      // sysmon wants or has taken p: look before using it
  void (*parkfn)(g*, void*) = nullptr;  // runs on arrival at the next context, with prev
  void* parkarg = nullptr;
  g* prev = nullptr;         // the goroutine that has just been switched away from
  g* nextg = nullptr;        // a new goroutine that g0 is to start, set by who switches to g0
  eh_globals* eh = nullptr;  // this thread's __cxa_get_globals()
  owned<bool> spinning;
  owned<bool> blocked;  // sleeps in park
  bool exiting = false;
  std::atomic<bool> insyscall{false};
  note park;
  m* schedlink = nullptr;
  m* alllink = nullptr;
  owner_ptr<g> lockedg;  // goroutine locked to this thread
  int64_t id = 0;
  owned<pid_t> tid;
  pthread_t thread{};
  uint64_t fastrand = 0;
  owner_ptr<signal_stack> gsignal;  // alternate signal stack
  void (*mstartfn)() = nullptr;
  uint64_t timertsc = 0;  // when the switch last looked at the timers
  g* hogg = nullptr;      // sysmon's: the goroutine that its p was taken from, and since when it had run
  int64_t hogsince = 0;
  char* stacklo = nullptr;  // bounds of the thread's own stack
  char* stackhi = nullptr;
};

// m_of is the m that runs a g, null for none and for no g.
inline m* m_of(const g* gp) {
  return gp != nullptr ? static_cast<m*>(gp->m) : nullptr;
}

// p_of is the p of an m, null for none and for no m.
inline p* p_of(const m* mp) {
  return mp != nullptr ? static_cast<p*>(mp->p) : nullptr;
}

inline constexpr uint32_t kRunqSize = 256;
inline constexpr uint32_t kLatencyBuckets = 128;

struct sysmontick {
  uint32_t schedtick = 0, syscalltick = 0;
  int64_t schedwhen = 0, syscallwhen = 0;
  bool warned = false;
};

// timer_entry is a timer in a heap.
struct timer_entry {
  int64_t when;  // the timer's
  timer* t;
};

// p holds what a thread needs to run goroutines.
struct alignas(64) p {
  int32_t id = 0;
  std::atomic<uint32_t> status{_Pgcstop};
  p* link = nullptr;  // in sched.pidle
  owner_ptr<struct m> m;
  std::atomic<uint32_t> schedtick{0};    // incremented on every scheduler call
  std::atomic<uint32_t> syscalltick{0};  // incremented on every system call
  struct sysmontick pd;                  // what sysmon saw last
  uint64_t rand = 0;

  // Run queue: the owner puts at tail, everybody takes at head (sched/runq.h).
  alignas(64) std::atomic<uint32_t> runqhead{0};
  std::atomic<uint32_t> runqtail{0};
  std::atomic<g*> runnext{nullptr};
  mutex yieldlock;
  std::atomic<int32_t> nyielded{0};
  gQueue yielded;
  std::atomic<g*> runq[kRunqSize]{};

  gList gfree;                // dead g's
  char* stackcache[3][32]{};  // free stacks by class (sched/stack.cc)
  uint32_t stackcachen[3]{};
  uint64_t goidcache = 0, goidcacheend = 0;

  // Timers (sched/timer.cc): timerslock guards the heap, timer0when is read by anyone.
  alignas(64) mutex timerslock;
  std::vector<timer_entry> timers;
  std::atomic<int64_t> timer0when{0};
  std::atomic<uint32_t> numtimers{0};

  // Counters, written by the owner, summed by readers (runtime/metrics.cc).
  std::atomic<uint64_t> nsteals{0}, nparks{0}, nspawns{0}, nexits{0}, nhandoffs{0};
  std::atomic<int64_t> idlesince{0};
  std::atomic<uint64_t> latency[kLatencyBuckets]{};  // sched/latency.h
};

struct schedt {
  std::atomic<uint64_t> goidgen{1};
  std::atomic<int64_t> lastpoll{0};   // time of the last network poll, 0 while one blocks in it
  std::atomic<int64_t> polluntil{0};  // time until which that poll sleeps

  mutex lock;
  m* midle = nullptr;
  int32_t nmidle = 0;
  int32_t nmidlelocked = 0;
  std::atomic<int64_t> mnext{0};
  int32_t maxmcount = 10000;
  int32_t nmsys = 0;
  std::atomic<int64_t> nmfreed{0};
  std::atomic<int32_t> ngsys{0};                // the runtime's own goroutines
  std::atomic<uint64_t> nspawns{0}, nexits{0};  // by threads without a p

  p* pidle = nullptr;
  std::atomic<int32_t> npidle{0};
  std::atomic<int32_t> nmspinning{0};
  std::atomic<uint32_t> needspinning{0};

  gQueue runq;  // global queue
  std::atomic<int32_t> runqsize{0};

  mutex gflock;  // free g's
  gList gfree;
  std::atomic<int32_t> ngfree{0};  // its length, for who looks without the lock

  std::atomic<bool> gcwaiting{false};  // the world is being stopped
  int32_t stopwait = 0;
  note stopnote;
  std::atomic<bool> sysmonwait{false};
  note sysmonnote;

  mutex retakelock;  // taking p's away and finding out whether one was taken
  int64_t procresizetime = 0;
  int64_t starttime = 0;
};

extern schedt sched;
extern p* allp[];                   // Ps ever made; the first gomaxprocs are in use
extern std::atomic<int32_t> allpn;  // both change while the world is stopped; sysmon and threads without a p read on
extern std::atomic<int32_t> gomaxprocs;
extern int32_t ncpu;
extern std::atomic<m*> allm;
extern std::atomic<int32_t> panicking;  // threads that are dying

// allgs: every g ever made, in order of creation. Appending takes allglock; readers see a prefix.
extern mutex allglock;
size_t allglen();
g* allg(size_t i);

uint32_t fastrandn(m* mp, uint32_t n);

}  // namespace gort::rt
