// Packages runtime and runtime/debug: thin faces over the scheduler, the unwinder and the symbolizer.
#include <gort/runtime.h>

#include <memory>
#include <unistd.h>

#include <gort/debug.h>

#include "runtime/panic.h"
#include "runtime/symtab/symtab.h"
#include "runtime/traceback.h"
#include "sched/proc.h"
#include "sched/stack.h"
#include "sched/sysmon.h"

namespace gort {
namespace runtime {

void Gosched() {
  rt::Gosched();
}
void Goexit() {
  rt::goexit();
}
int NumGoroutine() {
  return rt::gcount();
}
int GOMAXPROCS(int n) {
  rt::schedinit();
  return rt::gomaxprocs_set(n);
}
int NumCPU() {
  rt::schedinit();
  return rt::ncpu;
}
void LockOSThread() {
  rt::lockOSThread();
}
void UnlockOSThread() {
  rt::unlockOSThread();
}
std::string_view Version() {
  return "go1.22";
}

// ---- Stack ----

// The size of the trace that begins `skip` frames further out than here; as much of it as fits is in buf.
[[gnu::noinline]] static size_t write_stack(std::span<char> buf, bool all, int skip) {
  rt::Context ctx = rt::context_here();
  rt::g* gp = rt::getg();
  rt::Sink w(buf.data(), buf.size());
  rt::goroutineheader(w, gp, false);
  rt::traceback(w, gp, ctx, 1, skip);
  if (!all) return w.size();
  if (gp->m == nullptr) {
    rt::tracebackothers(w, gp, 1);
    return w.size();
  }
  rt::outside_syscall here;
  rt::stopTheWorld(rt::waitReason::StoppingTheWorld);
  // Reading debug information may take long: not while everybody waits. When nothing had to be read since the last
  // time, a few stacks tell whether that has changed.
  static std::atomic<uint64_t> read_before{0};
  rt::unknown_pc unknown[512];
  size_t most = rt::symtab::lookups() == read_before.load() ? 128 : SIZE_MAX;
  if (int n = rt::unknown_pcs(gp, unknown, 512, most)) {
    rt::startTheWorld();
    rt::learn_pcs(unknown, n);
    rt::stopTheWorld(rt::waitReason::StoppingTheWorld);
  }
  rt::tracebackothers(w, gp, 1);
  read_before = rt::symtab::lookups();
  rt::startTheWorld();
  return w.size();
}

size_t Stack(std::span<char> buf, bool all) {
  size_t n = write_stack(buf, all, 2);
  return n < buf.size() ? n : buf.size();
}

}  // namespace runtime

namespace debug {

std::string Stack() {
  // Most traces fit; for the others the first attempt tells the size.
  constexpr size_t kMost = 16 << 10;
  std::unique_ptr<char[]> buf(new char[kMost]);
  size_t n = runtime::write_stack({buf.get(), kMost}, false, 1);
  if (n <= kMost) return {buf.get(), n};
  std::string all(n, '\0');
  n = runtime::write_stack(all, false, 1);
  if (n < all.size()) all.resize(n);
  return all;
}

void PrintStack() {
  std::string s = Stack();
  for (size_t at = 0; at < s.size();) {
    ssize_t n = ::write(2, s.data() + at, s.size() - at);
    if (n <= 0) break;
    at += size_t(n);
  }
}

void SetTraceback(std::string_view level) {
  rt::set_traceback(std::string(level).c_str());
}

int SetMaxStack(int bytes) {
  rt::schedinit();
  int old = int(rt::maxstacksize.load());
  rt::stack_set_max(size_t(bytes < 0 ? 0 : bytes));
  return old;
}

int SetMaxThreads(int threads) {
  rt::schedinit();
  return rt::set_maxmcount(threads);
}

bool SetPanicOnFault(bool enabled) {
  rt::gextra* x = rt::extra_of(rt::getg());
  bool old = x->paniconfault;
  x->paniconfault = enabled;
  return old;
}

}  // namespace debug
}  // namespace gort
