// Packages runtime and runtime/debug: thin faces over the scheduler, the unwinder and the symbolizer.
#include <gort/runtime.h>

#include <climits>
#include <unistd.h>

#include <gort/debug.h>

#include "runtime/panic.h"
#include "runtime/symtab/symtab.h"
#include "runtime/traceback.h"
#include "runtime/unwind.h"
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

[[gnu::noinline]] size_t Stack(std::span<char> buf, bool all) {
  rt::Context ctx = rt::context_here();
  rt::g* gp = rt::getg();
  rt::Sink w(buf.data(), buf.size());
  bool stop = all && gp->m != nullptr;
  if (stop) rt::stopTheWorld(rt::waitReason::StoppingTheWorld);
  rt::goroutineheader(w, gp, false);
  rt::traceback(w, gp, ctx, 1, 1);
  if (all) rt::tracebackothers(w, gp, 1);
  if (stop) rt::startTheWorld();
  return w.size() < buf.size() ? w.size() : buf.size();
}

// ---- callers ----

static bool gort_assembly(uintptr_t pc) {
  return pc == reinterpret_cast<uintptr_t>(rt::gort_gofunc_ret) ||
         pc == reinterpret_cast<uintptr_t>(rt::gort_deferreturn_ret) ||
         pc == reinterpret_cast<uintptr_t>(rt::gort_calldefer_ret);
}

int Callers(int skip, std::span<uintptr_t> pcs) {
  rt::g* gp = rt::getg_or_null();
  rt::StackBounds b{0, UINTPTR_MAX};
  if (gp != nullptr && gp->stackhi != nullptr)
    b = {reinterpret_cast<uintptr_t>(rt::stacklo(gp)), reinterpret_cast<uintptr_t>(gp->stackhi)};
  int max = int(pcs.size() < INT_MAX ? pcs.size() : INT_MAX);
  return rt::callers(pcs.data(), max, skip > 0 ? skip : 0, b);
}

static Frame frame_of(const rt::symtab::Location& l, uintptr_t pc) {
  return {pc, l.function, l.file, l.line, l.entry};
}

Frames::Frames(std::span<const uintptr_t> pcs) {
  rt::symtab::Location loc[32];
  for (uintptr_t pc : pcs) {
    if (gort_assembly(pc)) continue;
    int n = rt::symtab::locate(pc, false, loc, 32);
    for (int i = 0; i < n; i++) {
      Frame f = frame_of(loc[i], pc);
      if (f.Function == "panic") f.Function = "runtime.gopanic";
      frames_.push_back(std::move(f));
    }
  }
}

std::pair<Frame, bool> Frames::Next() {
  if (next_ >= frames_.size()) return {Frame{}, false};
  Frame f = frames_[next_++];
  return {std::move(f), next_ < frames_.size()};
}

Func FuncForPC(uintptr_t pc) {
  Func f;
  rt::symtab::Location loc[32];
  // As in Go: the innermost function that is inlined there, with the entry of the outermost. A pc is mostly a return
  // address; only at the entry of a function it cannot be one.
  int n = rt::symtab::locate(pc, true, loc, 32);
  if (n > 0 && loc[n - 1].entry != pc) n = rt::symtab::locate(pc, false, loc, 32);
  if (n == 0 || loc[n - 1].entry == 0) return f;
  int i = 0;
  while (i < n - 1 && !rt::user_frame(loc[i])) i++;
  f.name_ = loc[i].function;
  f.entry_ = loc[n - 1].entry;
  return f;
}

std::pair<std::string, int> Func::FileLine(uintptr_t pc) const {
  rt::symtab::Location loc[32];
  int n = rt::symtab::locate(pc, true, loc, 32);
  if (n == 0) return {"", 0};
  return {loc[0].file, loc[0].line};
}

CallerInfo Caller(int skip) {
  uintptr_t pcs[64];
  rt::symtab::Location loc[32];
  int left = skip;
  for (int from = 1;; from += 64) {
    int n = Callers(from + 1, pcs);
    for (int i = 0; i < n; i++) {
      int k = rt::symtab::locate(pcs[i], false, loc, 32);
      for (int j = 0; j < k; j++) {
        if (!rt::user_frame(loc[j])) continue;
        if (left-- == 0) return {pcs[i], loc[j].file, loc[j].line, true};
      }
    }
    if (n < 64) return {0, "", 0, false};
  }
}

}  // namespace runtime

namespace debug {

std::string Stack() {
  std::string buf(1024, '\0');
  for (;;) {
    size_t n = runtime::Stack(buf, false);
    if (n < buf.size()) {
      buf.resize(n);
      return buf;
    }
    buf.resize(2 * buf.size());
  }
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
  int old = rt::sched.maxmcount;
  rt::set_maxmcount(threads);
  return old;
}

bool SetPanicOnFault(bool enabled) {
  rt::gextra* x = rt::extra_of(rt::getg());
  bool old = x->paniconfault;
  x->paniconfault = enabled;
  return old;
}

}  // namespace debug
}  // namespace gort
