// Goroutine stacks cannot move, for C++ programs hold addresses of their locals, so a stack's address space is fixed
// when it is bound. Address space is plenty and memory is touched page by page; what a large slot costs is page tables:
// one 4 KiB page of them per 2 MiB of address space. Hence three classes:
//
//   class 0: 512 MiB, the first 1024 stacks in use. Recursion as deep as Go's, whose limit is 1e9 bytes.
//   class 1: 1 MiB and the guard, the next 3072. 2 KiB of page table each.
//   class 2: 64 KiB and the guard, the rest. 192 bytes of page table each: a parked goroutine stays below 4.4 KiB.
//
// Where the system counts address space (RLIMIT_AS, RLIMIT_DATA, vm.overcommit_memory=2) the first two take a quarter
// of what there is each and no more.
//
// GORT_STACK=n[K|M] makes every stack of one size instead, and the guard comes on top.
//
//   slot   | guard |  free ...                       ... first frames |
//          lo                                                        hi
//
// The guard is made by MADV_GUARD_INSTALL (Linux 6.13), which needs no mapping of its own, else by mprotect, which
// splits the mapping: then vm.max_map_count bounds the number of stacks to some 32,000. Slots are carved from large
// mappings (MAP_NORESERVE, no huge pages) and never unmapped; free ones wait on LIFO lists, first the p's own.
#include "sched/stack.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sched/clock.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif

namespace gort::rt {

size_t stack_class_size[kStackClasses] = {kUnderTool ? size_t(8) << 20 : size_t(512) << 20,
                                          (size_t(1) << 20) + kStackGuard[1],
                                          (kUnderTool ? size_t(256) << 10 : size_t(64) << 10) + kStackGuard[2]};
static size_t class_limit[kStackClasses] = {kUnderTool ? 64u : 1024u, kUnderTool ? 256u : 3072u, 0};
static constexpr size_t kMostStacks = size_t(1) << 26;  // of a class
static constexpr size_t kChunk = size_t(64) << 20;
// Slots that have a mapping each begin at different pages of it. AMD's first-level cache finds its way by a hash of
// address bits 12 to 27, and stacks that are a multiple of 256 MiB apart would throw each other out of it: 147 instead
// of 87 ns for a ping-pong.
static constexpr size_t kSkew = size_t(1) << 20;
static constexpr int kGuardBatch = 16;
static constexpr uint32_t kCacheMax = 32;
static constexpr size_t kPage = 4096;
static constexpr size_t kScavengeBatch = 64;  // stacks given back while the pool's lock is held

std::atomic<size_t> maxstacksize{1000000000};

// pool is the shared part of a class.
struct pool {
  mutex lock;
  char** free = nullptr;  // tops of free slots, LIFO; a table of its own so that pushing does not touch the stack
  std::atomic<size_t> nfree{0};  // changed under lock, looked at without
  size_t nscavenged = 0;         // the oldest nscavenged entries of free have been given back to the system
  size_t untouched = 0;          // the oldest entries that nobody has taken since stack_unused looked
  size_t cold = 0;               // what untouched was at that look: between two looks nobody wanted these
  char** all = nullptr;          // tops of all slots
  std::atomic<size_t> nall{0};
  size_t most = 0;  // that free and all have room for
  char* chunk = nullptr;
  size_t chunkleft = 0;
  char* guarded = nullptr;  // slots of the chunk below this have their guard already
  std::atomic<bool> exhausted{false};

  // With lock held.
  void push(char* hi) {
    size_t n = nfree.load(std::memory_order_relaxed);
    free[n] = hi;
    nfree.store(n + 1, std::memory_order_relaxed);
  }
  char* pop() {
    size_t n = nfree.load(std::memory_order_relaxed) - 1;
    nfree.store(n, std::memory_order_relaxed);
    nscavenged = std::min(nscavenged, n);
    untouched = std::min(untouched, n);
    cold = std::min(cold, n);
    return free[n];
  }
};
static pool pools[kStackClasses];
static std::atomic<bool> have_guard_install{true};

// reserve maps address space whose pages come when they are touched, in a process that has called mlockall too: there
// a mapping that may not be used yet stays empty.
static char* reserve(size_t n) {
  void* a = mmap(nullptr, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (a == MAP_FAILED) return nullptr;
  munlock(a, n);
  if (mprotect(a, n, PROT_READ | PROT_WRITE) != 0) {
    munmap(a, n);
    return nullptr;
  }
  madvise(a, n, MADV_NOHUGEPAGE);
  return static_cast<char*>(a);
}

static size_t parse_size(const char* s) {
  char* end;
  double v = strtod(s, &end);
  if (v <= 0) return 0;
  if (*end == 'K' || *end == 'k') v *= 1 << 10;
  if (*end == 'M' || *end == 'm') v *= 1 << 20;
  if (*end == 'G' || *end == 'g') v *= 1 << 30;
  size_t n = 16 << 10;
  while (double(n) < v && n < (size_t(1) << 40)) n *= 2;
  return n;
}

static size_t effective_limit() {
  size_t n = 16 << 10;
  while (n * 2 <= maxstacksize.load()) n *= 2;
  return n;
}

// proc_number finds the number behind key in a file of /proc.
static bool proc_number(const char* path, const char* key, size_t* n) {
  FILE* f = fopen(path, "re");
  if (f == nullptr) return false;
  char line[128];
  bool found = false;
  while (!found && fgets(line, sizeof line, f) != nullptr)
    found = strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), "%zu", n) == 1;
  fclose(f);
  return found;
}

// address_space is how much of it may be mapped for writing. Where all that gort would ever want is granted, nobody
// counts.
static size_t address_space() {
  constexpr size_t kPlenty = size_t(1) << 40;
  if (char* a = reserve(kPlenty)) {
    munmap(a, kPlenty);
    return SIZE_MAX;
  }
  size_t space = SIZE_MAX, n;
  for (auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit r;
    if (getrlimit(resource, &r) == 0 && r.rlim_cur != RLIM_INFINITY) space = std::min(space, size_t(r.rlim_cur));
  }
  constexpr size_t kNever = 2;  // the kernel promises no more memory than there is
  if (proc_number("/proc/sys/vm/overcommit_memory", "", &n) && n == kNever &&
      proc_number("/proc/meminfo", "CommitLimit:", &n))
    space = std::min(space, n << 10);
  return space;
}

void stackinit() {
  const char* e = getenv("GORT_STACK");
  size_t n = e != nullptr ? parse_size(e) : 0;
  if (n != 0) {
    stack_class_size[2] = n + kStackGuard[2];
    class_limit[0] = class_limit[1] = 0;
  } else if (e != nullptr) {
    static const char msg[] = "gort: GORT_STACK wants a size such as 256K or 8M; ignored\n";
    if (write(2, msg, sizeof msg - 1) < 0) _exit(2);
  }
  const size_t space = address_space();
  for (int cls = 0; cls < kStackClasses; cls++) {
    pool& pl = pools[cls];
    pl.most = std::min(space / stack_class_size[cls] + 1, kMostStacks);
    pl.free = reinterpret_cast<char**>(reserve(sizeof(char*) * pl.most));
    pl.all = reinterpret_cast<char**>(reserve(sizeof(char*) * pl.most));
    if (pl.free == nullptr || pl.all == nullptr) throw_("runtime: cannot reserve address space for stacks");
    class_limit[cls] =
        cls == kStackClasses - 1 ? pl.most : std::min(class_limit[cls], space / 4 / stack_class_size[cls]);
  }
}

static bool install_guard(char* at, size_t n) {
  if (have_guard_install) {
    if (madvise(at, n, MADV_GUARD_INSTALL) == 0) return true;
    if (errno != EINVAL) return false;
    have_guard_install = false;
  }
  return mprotect(at, n, PROT_NONE) == 0;
}

// install_guards makes the guards of the n slots from lo on in one call, a fifth off the cost of a new goroutine
// (Linux 6.15); false where that does not work.
static bool install_guards(char* lo, size_t size, size_t guard, int n) {
  static bool works = true;
  if (!works || !have_guard_install) return false;
  iovec ranges[kGuardBatch];
  for (int i = 0; i < n; i++) ranges[i] = {lo + size_t(i) * size, guard};
  constexpr int kSelf = -10001;  // PIDFD_SELF_THREAD_GROUP
  works = syscall(SYS_process_madvise, kSelf, ranges, n, MADV_GUARD_INSTALL, 0) == ssize_t(guard) * n;
  return works;
}

// A lower limit of the stack size is a second guard inside the slot.
static void install_limit(char* hi, size_t size, size_t limit) {
  if (limit + kStackGuard[0] < size) install_guard(hi - limit - kStackGuard[0], kStackGuard[0]);
}

[[noreturn]] static void out_of_stacks(int cls, const char* what) {
  char b[400];
  snprintf(b, sizeof b,
           "runtime: out of memory: cannot allocate %zu-byte stack: %s failed, errno=%d (%zu stacks in use)\n%s",
           stack_class_size[cls] - kStackGuard[cls], what, errno, pools[0].nall + pools[1].nall + pools[2].nall,
           errno == ENOMEM && !have_guard_install
               ? "runtime: guard pages take two mappings per stack here: raise vm.max_map_count\n"
               : "");
  throw_("out of memory (stack)", b);
}

// carve makes a new slot; pl.lock held. Null where the class is used up, unless the slot was asked for by its size
// (sized), or where the system refuses a large one.
static char* carve(int cls, bool sized) {
  pool& pl = pools[cls];
  size_t size = stack_class_size[cls];
  if (pl.nall.load() >= (sized ? pl.most : class_limit[cls])) {
    if (!sized) pl.exhausted.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  bool last = cls == kStackClasses - 1;
  if (pl.chunkleft < size) {
    size_t n = size > kChunk ? size + kSkew : kChunk;
    pl.chunk = reserve(n);
    if (pl.chunk == nullptr && n == kChunk) pl.chunk = reserve(n = std::max(size, kChunk / 16));
    if (pl.chunk != nullptr && size > kChunk) {
      pl.chunk += pl.nall.load() * 37 * 4096 % kSkew;
      n = size;
    }
    if (pl.chunk == nullptr) {
      if (last) out_of_stacks(cls, "mmap");
      class_limit[cls] = 0;
      pl.exhausted.store(true, std::memory_order_relaxed);
      return nullptr;
    }
    pl.chunkleft = n;
  }
  char* lo = pl.chunk;
  pl.chunk += size;
  pl.chunkleft -= size;
  bool guarded = lo < pl.guarded && lo >= pl.guarded - kGuardBatch * size;
  if (!guarded && last && pl.chunkleft >= (kGuardBatch - 1) * size &&
      install_guards(lo, size, kStackGuard[cls], kGuardBatch)) {
    pl.guarded = lo + kGuardBatch * size;
    guarded = true;
  }
  if (!guarded && !install_guard(lo, kStackGuard[cls])) {
    if (last) out_of_stacks(cls, "guard page");
    return nullptr;
  }
  if (cls == 0) install_limit(lo + size, size, effective_limit());
  san_slot(lo, lo + size);
  size_t i = pl.nall.load();
  pl.all[i] = lo + size;
  pl.nall.store(i + 1);
  return lo + size;
}

static char* take(p* pp, int cls, bool sized = false) {
  if (pp != nullptr && pp->stackcachen[cls] > 0) return pp->stackcache[cls][--pp->stackcachen[cls]];
  pool& pl = pools[cls];
  if (!sized && pl.exhausted.load(std::memory_order_relaxed) && pl.nfree.load(std::memory_order_relaxed) == 0)
    return nullptr;
  lock_guard l(pl.lock);
  if (pl.nfree > 0) {
    char* hi = pl.pop();
    // A few more for the p, so that a burst of goroutines takes the lock once per batch.
    if (pp != nullptr)
      while (pl.nfree > 0 && pp->stackcachen[cls] < kCacheMax / 2)
        pp->stackcache[cls][pp->stackcachen[cls]++] = pl.pop();
    return hi;
  }
  return carve(cls, sized);
}

// stackalloc_sized takes a slot of the smallest class that has room for what the goroutine asked for, how many of them
// there may be already. A page is left for gort's own first frames.
[[gnu::noinline, gnu::cold]] static void stackalloc_sized(p* pp, g* gp) {
  const size_t want = size_t(gp->stackwant) << 10;
  gp->stackwant = 0;
  int cls = kStackClasses - 1;
  while (cls > 0 && stack_class_size[cls] - kStackGuard[cls] - kPage < want) cls--;
  char* hi = take(pp, cls, true);
  if (hi == nullptr) out_of_stacks(cls, "mmap");
  gp->stackhi = hi;
  gp->stackclass = uint32_t(cls);
}

void stackalloc(p* pp, g* gp) {
  if (__builtin_expect(gp->stackwant != 0, 0)) return stackalloc_sized(pp, gp);
  for (int cls = 0; cls < kStackClasses; cls++) {
    char* hi = take(pp, cls);
    if (hi == nullptr) continue;
    gp->stackhi = hi;
    gp->stackclass = uint32_t(cls);
    return;
  }
  out_of_stacks(kStackClasses - 1, "every class");
}

void stackfree(p* pp, g* gp) {
  if (gp->stackhi == nullptr) return;
  int cls = int(gp->stackclass);
  char* hi = gp->stackhi;
  gp->stackhi = nullptr;
  if (pp != nullptr) {
    if (pp->stackcachen[cls] < kCacheMax) {
      pp->stackcache[cls][pp->stackcachen[cls]++] = hi;
      return;
    }
    lock_guard l(pools[cls].lock);
    pools[cls].push(hi);
    while (pp->stackcachen[cls] > kCacheMax / 2) pools[cls].push(pp->stackcache[cls][--pp->stackcachen[cls]]);
    return;
  }
  lock_guard l(pools[cls].lock);
  pools[cls].push(hi);
}

void stack_p_flush(p* pp) {
  for (int cls = 0; cls < kStackClasses; cls++) {
    lock_guard l(pools[cls].lock);
    while (pp->stackcachen[cls] > 0) pools[cls].push(pp->stackcache[cls][--pp->stackcachen[cls]]);
  }
}

// resident_bytes is how much of a stack is in memory. A stack is used from its top on: what lies below 256 KiB of
// which nothing is there, is not there either.
static size_t resident_bytes(int cls, const char* hi) {
  unsigned char pages[64];
  size_t left = stack_class_size[cls] - kStackGuard[cls], bytes = 0;
  while (left > 0) {
    size_t n = std::min(left, sizeof pages * kPage), found = 0;
    if (mincore(const_cast<char*>(hi) - n, n, pages) != 0) break;
    for (size_t i = 0; i < n / kPage; i++) found += pages[i] & 1;
    if (found == 0) break;
    bytes += found * kPage;
    hi -= n;
    left -= n;
  }
  return bytes;
}

size_t stack_unused() {
  size_t n = 0;
  for (pool& pl : pools) {
    lock_guard l(pl.lock);
    pl.cold = pl.untouched;
    pl.untouched = pl.nfree;
    n += pl.cold - std::min(pl.cold, pl.nscavenged);
  }
  return n;
}

// Gives back what a batch of free stacks holds; false when there is nothing left to do. pl.lock held.
static bool scavenge_batch(int cls, int32_t percent, size_t* released) {
  pool& pl = pools[cls];
  size_t end = pl.nfree;
  if (percent >= 0) {
    size_t keep = (pl.nall.load() - pl.nfree) * size_t(percent) / 100;
    end = pl.nfree > keep ? std::min(pl.cold, pl.nfree - keep) : 0;
  }
  end = std::min(end, pl.nscavenged + kScavengeBatch);
  if (pl.nscavenged >= end) return false;
  for (; pl.nscavenged < end; pl.nscavenged++) {
    char* hi = pl.free[pl.nscavenged];
    size_t n = resident_bytes(cls, hi);
    if (n == 0) continue;
    char* lo = hi - stack_class_size[cls] + kStackGuard[cls];
    madvise(lo, size_t(hi - lo), MADV_DONTNEED);
    *released += n;
  }
  return true;
}

size_t stack_scavenge(int32_t percent) {
  size_t released = 0;
  for (int cls = kStackClasses - 1; cls >= 0; cls--) {
    for (bool more = true; more;) {
      lock_guard l(pools[cls].lock);
      more = scavenge_batch(cls, percent, &released);
    }
  }
  return released;
}

// The sum of resident_bytes of n tops, from at most 128 of them.
static size_t sample_resident(int cls, char* const* tops, size_t n) {
  constexpr size_t kSample = 128;
  size_t taken = std::min(n, kSample), sum = 0;
  for (size_t i = 0; i < taken; i++) sum += resident_bytes(cls, tops[i * n / taken]);
  return taken == 0 ? 0 : size_t(double(sum) * double(n) / double(taken));
}

stack_usage stack_measure() {
  stack_usage u;
  for (int cls = 0; cls < kStackClasses; cls++) {
    pool& pl = pools[cls];
    lock_guard l(pl.lock);
    size_t n = pl.nall.load();
    size_t all = sample_resident(cls, pl.all, n);
    size_t idle = sample_resident(cls, pl.free + pl.nscavenged, pl.nfree - pl.nscavenged);
    u.idle += idle;
    u.inuse += all > idle ? all - idle : 0;
    u.mapped += n * stack_class_size[cls];
    u.count += n - pl.nfree;
  }
  return u;
}

void stack_set_max(size_t bytes) {
  lock_guard l(pools[0].lock);
  size_t before = effective_limit();
  maxstacksize.store(bytes);
  size_t now = effective_limit(), size = stack_class_size[0];
  if (now == before) return;
  for (size_t i = 0, n = pools[0].nall.load(); i < n; i++) {
    char* hi = pools[0].all[i];
    if (before + kStackGuard[0] < size && have_guard_install)
      madvise(hi - before - kStackGuard[0], kStackGuard[0], MADV_GUARD_REMOVE);
    install_limit(hi, size, now);
  }
}

bool stack_guard_hit(const g* gp, uintptr_t addr) {
  if (gp->stackhi == nullptr) return false;
  auto hi = reinterpret_cast<uintptr_t>(gp->stackhi);
  size_t size = stack_class_size[gp->stackclass];
  uintptr_t lo = hi - size;
  if (addr >= lo && addr < lo + kStackGuard[gp->stackclass]) return true;
  size_t limit = effective_limit();
  return gp->stackclass == 0 && limit + kStackGuard[0] < size && addr < hi - limit &&
         addr >= hi - limit - kStackGuard[0];
}

}  // namespace gort::rt
