// Packages runtime and runtime/debug: thin faces over the scheduler, the unwinder and the symbolizer.
#include <gort/runtime.h>

#include <climits>
#include <memory>
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
  uintptr_t unknown[512];
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

Frames::Frames(std::span<const uintptr_t> pcs) : pcs_(pcs.begin(), pcs.end()) {
  skip_assembly();
}

void Frames::skip_assembly() {
  while (next_ < pcs_.size() && gort_assembly(pcs_[next_])) next_++;
}

std::pair<Frame, bool> Frames::Next() {
  if (next_ >= pcs_.size()) return {Frame{}, false};
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  const rt::symtab::Kept* at = rt::symtab::lookup(pcs_[next_], false, &spare);
  const rt::symtab::Location& l = at->at[logical_ < at->n ? logical_ : at->n - 1];
  std::pair<Frame, bool> r;
  r.first.PC = pcs_[next_];
  if (l.role & rt::symtab::kRolePanic)
    r.first.Function = "runtime.gopanic";
  else
    r.first.Function.assign(l.function, l.function_len);
  r.first.File = l.file;
  r.first.Line = l.line;
  r.first.Entry = l.entry;
  if (++logical_ >= at->n) {
    logical_ = 0;
    next_++;
    skip_assembly();
  }
  r.second = next_ < pcs_.size();
  return r;
}

Func FuncForPC(uintptr_t pc) {
  Func f;
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  // As in Go: the innermost function that is inlined there, with the entry of the outermost. A pc is mostly a return
  // address; only at the entry of a function it cannot be one.
  const rt::symtab::Kept* at = rt::symtab::lookup(pc, true, &spare);
  if (at->physical().entry != pc) at = rt::symtab::lookup(pc, false, &spare);
  if (at->physical().entry == 0) return f;
  uint32_t i = 0;
  while (i < at->n - 1 && !rt::user_frame(at->at[i])) i++;
  f.name_ = at->at[i].function;
  f.entry_ = at->physical().entry;
  return f;
}

std::pair<std::string, int> Func::FileLine(uintptr_t pc) const {
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  const rt::symtab::Location& l = rt::symtab::lookup(pc, true, &spare)->at[0];
  return {l.file, l.line};
}

CallerInfo Caller(int skip) {
  uintptr_t pcs[16];
  rt::symtab::Hold hold;
  int left = skip;
  for (int from = 1;; from += 16) {
    int n = Callers(from + 1, pcs);
    for (int i = 0; i < n; i++) {
      rt::symtab::Spare spare;
      const rt::symtab::Kept* at = rt::symtab::lookup(pcs[i], false, &spare);
      for (uint32_t j = 0; j < at->n; j++) {
        if (!rt::user_frame(at->at[j])) continue;
        if (left-- == 0) return {pcs[i], at->at[j].file, at->at[j].line, true};
      }
    }
    if (n < 16) return {0, "", 0, false};
  }
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
