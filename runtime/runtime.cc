// Packages runtime and runtime/debug: thin faces over the scheduler, the unwinder and the symbolizer.
#include <gort/runtime.h>

#include <climits>
#include <cstring>
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

// ---- callers ----

// A return address is one or more logical frames, by inlining; a machine address can name only the innermost. For the
// others, its upper 16 bits, which are zero in every address, hold 1 + the index of the frame.
static constexpr int kFrameShift = 48;
static uintptr_t address_of(uintptr_t pc) {
  return pc & ((uintptr_t{1} << kFrameShift) - 1);
}
static uint32_t innermost_user(const rt::symtab::Kept& k) {
  uint32_t i = 0;
  while (i < k.n - 1 && !rt::user_frame(k.at[i])) i++;
  return i;
}
static uint32_t frame_index(uintptr_t pc, const rt::symtab::Kept& k) {
  uint32_t named = uint32_t(pc >> kFrameShift);
  return named != 0 && named <= k.n ? named - 1 : innermost_user(k);
}
static uintptr_t name_frame(uintptr_t pc, const rt::symtab::Kept& k, uint32_t i) {
  return i == innermost_user(k) ? pc : pc | uintptr_t(i + 1) << kFrameShift;
}

// go_name is the name under which Go shows a frame to Callers; null: there is no such frame in Go. Of the runtime's own
// functions these are the ones that a program may count on to stand between a panic's cause and a deferred function.
static const char* go_name(const rt::symtab::Location& l) {
  static constexpr const char* kGo[][2] = {
      {"runtime.sigpanic", "runtime.sigpanic"},
      {"runtime.panicmem", "runtime.panicmem"},
      {"runtime.panicmemAddr", "runtime.panicmemAddr"},
      {"runtime.panicdivide", "runtime.panicdivide"},
      {"runtime.panicoverflow", "runtime.panicoverflow"},
      {"runtime.panicfloat", "runtime.panicfloat"},
      {"runtime.panicIndex", "runtime.goPanicIndex"},
      {"runtime.panicIndexU", "runtime.goPanicIndexU"},
      {"runtime.panicSliceAlen", "runtime.goPanicSliceAlen"},
      {"runtime.panicSliceAcap", "runtime.goPanicSliceAcap"},
      {"runtime.panicSliceB", "runtime.goPanicSliceB"},
      {"runtime.panicdottypeE", "runtime.panicdottypeE"},
      {"runtime.panicdottypeI", "runtime.panicdottypeI"},
      {"runtime.makechan", "runtime.makechan"},
      {"runtime.chansend", "runtime.chansend"},
      {"runtime.closechan", "runtime.closechan"},
      {"runtime.main_goroutine", "runtime.main"},
      {"runtime.gostart", "runtime.goexit"},
  };
  if (rt::user_frame(l)) return l.role & rt::symtab::kRolePanic ? "runtime.gopanic" : l.function;
  if (!(l.role & rt::symtab::kRoleInternal) || l.inlined) return nullptr;
  for (const auto& [ours, go] : kGo)
    if (strcmp(l.function, ours) == 0) return go;
  return nullptr;
}
// shown is the first frame from i on that Callers shows; end if there is none.
static uint32_t shown(const rt::symtab::Kept& k, uint32_t i, uint32_t end) {
  while (i < end && go_name(k.at[i]) == nullptr) i++;
  return i;
}

// logical tells which frames of a physical one Go would have, Go's and others; frames come innermost first. Between the
// body of a func and the function around it there are none, and that function's own frame is the body's. The body of a
// select's case is none, but a place in the function around the select.
Frames::Logical Frames::logical(uintptr_t pc, const rt::symtab::Kept& k) {
  auto internal = [](const rt::symtab::Location& l) { return (l.role & rt::symtab::kRoleInternal) != 0; };
  bool own = owner_ == kNone;
  if (owner_ == kBody && pc == reinterpret_cast<uintptr_t>(rt::gort_gofunc_ret)) {
    owner_ = kGofunc;
  } else if (owner_ == kGofunc && !internal(k.physical())) {
    owner_ = kNone;
  }
  if (!own || pc == reinterpret_cast<uintptr_t>(rt::gort_gofunc_ret) ||
      pc == reinterpret_cast<uintptr_t>(rt::gort_deferreturn_ret) ||
      pc == reinterpret_cast<uintptr_t>(rt::gort_calldefer_ret))
    return {0, 0, 0};
  for (uint32_t i = 0; i < k.n; i++)
    if (k.at[i].body == rt::symtab::Body::kFunc && !internal(k.at[i])) owner_ = kBody;
  const bool part = k.physical().body == rt::symtab::Body::kCase;
  Logical r = {0, k.n - part, 0};
  while (part_ != 0 && r.first < r.last && internal(k.at[r.first])) r.first++;
  if (r.first < r.last) r.place = std::exchange(part_, 0);
  if (part && part_ == 0) part_ = pc;
  return r;
}

static rt::StackBounds own_bounds() {
  rt::g* gp = rt::getg_or_null();
  if (gp == nullptr || gp->stackhi == nullptr) return {0, UINTPTR_MAX};
  return {reinterpret_cast<uintptr_t>(rt::stacklo(gp)), reinterpret_cast<uintptr_t>(gp->stackhi)};
}

int Callers(int skip, std::span<uintptr_t> pcs) {
  int max = int(pcs.size() < INT_MAX ? pcs.size() : INT_MAX);
  if (skip < 2) return rt::callers(pcs.data(), max, skip > 0 ? skip : 0, own_bounds());
  // Logical frames are skipped: how many physical ones those are, the symbols tell.
  rt::symtab::Hold hold;
  Frames f({});
  int part = 0;  // the frame of a case's body that the next one is in
  for (int at = 1, left = skip - 1;; at += 32) {
    uintptr_t some[32];
    int n = rt::callers(some, 32, at, own_bounds());
    for (int i = 0; i < n; i++) {
      rt::symtab::Spare spare;
      const rt::symtab::Kept& k = *rt::symtab::lookup(some[i], false, &spare);
      if (f.part_ == 0) part = at + i;
      Frames::Logical here = f.logical(some[i], k);
      const uint32_t first = shown(k, here.first, here.last);
      uint32_t j = first;
      for (; j < here.last && left > 0; left--) j = shown(k, j + 1, here.last);
      if (j >= here.last) continue;
      n = rt::callers(pcs.data(), max, here.place != 0 && j == first ? part : at + i, own_bounds());
      if (n > 0 && j != first) pcs[0] |= uintptr_t(j + 1) << kFrameShift;
      return n;
    }
    if (n < 32) return 0;
  }
}

Frames::Frames(std::span<const uintptr_t> pcs) : pcs_(pcs.begin(), pcs.end()) {
  settle();
}

// Stands on the next visible frame, if there is one.
void Frames::settle() {
  rt::symtab::Hold hold;
  for (; next_ < pcs_.size(); next_++) {
    rt::symtab::Spare spare;
    uintptr_t pc = address_of(pcs_[next_]);
    const rt::symtab::Kept& k = *rt::symtab::lookup(pc, false, &spare);
    now_ = logical(pc, k);
    if (pc != pcs_[next_]) now_.first = frame_index(pcs_[next_], k);
    now_.first = shown(k, now_.first, now_.last);
    if (now_.first < now_.last) return;
  }
}

std::pair<Frame, bool> Frames::Next() {
  if (next_ >= pcs_.size()) return {Frame{}, false};
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  uintptr_t pc = address_of(pcs_[next_]);
  const rt::symtab::Kept& k = *rt::symtab::lookup(pc, false, &spare);
  const rt::symtab::Location& l = k.at[now_.first];
  std::pair<Frame, bool> r;
  r.first.PC = name_frame(pc - 1, k, now_.first);
  r.first.Function = go_name(l);
  rt::symtab::Spare spare_place;
  const rt::symtab::Location& at =
      now_.place != 0 ? rt::symtab::lookup(now_.place, false, &spare_place)->physical() : l;
  r.first.File = at.file;
  r.first.Line = at.line;
  r.first.Entry = l.entry;
  now_.place = 0;
  now_.first = shown(k, now_.first + 1, now_.last);
  if (now_.first >= now_.last) {
    next_++;
    settle();
  }
  r.second = next_ < pcs_.size();
  return r;
}

// The Kept of a pc that a program has: mostly a return address, or one less; only at the entry of a function it cannot
// be one.
static const rt::symtab::Kept& kept_of(uintptr_t pc, rt::symtab::Spare* spare) {
  pc = address_of(pc);
  const rt::symtab::Kept* k = rt::symtab::lookup(pc, true, spare);
  return k->physical().entry == pc ? *k : *rt::symtab::lookup(pc, false, spare);
}

Func FuncForPC(uintptr_t pc) {
  Func f;
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  const rt::symtab::Kept& k = kept_of(pc, &spare);
  if (k.physical().entry == 0) return f;
  const rt::symtab::Location& l = k.at[frame_index(pc, k)];
  const char* name = go_name(l);
  f.name_ = name != nullptr ? name : l.function;
  f.entry_ = k.physical().entry;
  return f;
}

std::pair<std::string, int> Func::FileLine(uintptr_t pc) const {
  rt::symtab::Hold hold;
  rt::symtab::Spare spare;
  const rt::symtab::Kept& k = *rt::symtab::lookup(address_of(pc), true, &spare);
  const rt::symtab::Location& l = k.at[address_of(pc) != pc ? frame_index(pc, k) : 0];
  return {l.file, l.line};
}

CallerInfo Caller(int skip) {
  rt::symtab::Hold hold;
  Frames f({});
  int left = skip;
  for (int at = 1;; at += 16) {
    uintptr_t pcs[16];
    int n = rt::callers(pcs, 16, at, own_bounds());
    for (int i = 0; i < n; i++) {
      rt::symtab::Spare spare;
      const rt::symtab::Kept& k = *rt::symtab::lookup(pcs[i], false, &spare);
      Frames::Logical here = f.logical(pcs[i], k);
      const uint32_t first = shown(k, here.first, here.last);
      for (uint32_t j = first; j < here.last; j = shown(k, j + 1, here.last)) {
        if (left-- != 0) continue;
        rt::symtab::Spare spare_place;
        const rt::symtab::Location& l =
            here.place != 0 && j == first ? rt::symtab::lookup(here.place, false, &spare_place)->physical() : k.at[j];
        return {name_frame(pcs[i], k, j), l.file, l.line, true};
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
