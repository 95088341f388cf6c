// Tracebacks. The text is Go's; what differs is how frames are found (libunwind's rows) and named (DWARF).
//
// Physical frames come from the unwinder; each is one or more logical frames (inlining). A func's body appears as the
// function around the func: its arguments are that function's, whose own physical frame, further out, is then left out
// (Location::is_func_body).
#include "runtime/traceback.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "arch/generic/context.h"
#include "runtime/panic.h"
#include "runtime/signal.h"
#include "runtime/symtab/symtab.h"
#include "sched/clock.h"
#include "sched/stack.h"

namespace gort::rt {

// ---- Sink ----

void Sink::write(const char* s, size_t n) {
  total_ += n;
  if (fd_ < 0) {
    if (used_ < cap_) {
      size_t k = n < cap_ - used_ ? n : cap_ - used_;
      memcpy(out_ + used_, s, k);
      used_ += k;
    }
    return;
  }
  while (n > 0) {
    size_t k = n < sizeof buf_ - used_ ? n : sizeof buf_ - used_;
    memcpy(buf_ + used_, s, k);
    used_ += k;
    s += k;
    n -= k;
    if (used_ == sizeof buf_) flush();
  }
}

void Sink::str(const char* s) {
  write(s, strlen(s));
}

void Sink::dec(int64_t v) {
  char b[24];
  char* p = b + sizeof b;
  uint64_t u = v < 0 ? 0 - uint64_t(v) : uint64_t(v);
  do {
    *--p = char('0' + u % 10);
    u /= 10;
  } while (u != 0);
  if (v < 0) *--p = '-';
  write(p, size_t(b + sizeof b - p));
}

void Sink::hex(uint64_t v) {
  char b[20];
  char* p = b + sizeof b;
  do {
    *--p = "0123456789abcdef"[v % 16];
    v /= 16;
  } while (v != 0);
  *--p = 'x';
  *--p = '0';
  write(p, size_t(b + sizeof b - p));
}

void Sink::flush() {
  if (fd_ < 0) return;
  for (size_t at = 0; at < used_;) {
    ssize_t n = ::write(fd_, buf_ + at, used_ - at);
    if (n <= 0) break;
    at += size_t(n);
  }
  used_ = 0;
}

// ---- GOTRACEBACK ----

static std::atomic<uint32_t> mode_bits{1 << 2};  // level << 2 | all << 1 | crash
static uint32_t env_bits = 1 << 2;

static uint32_t parse_level(const char* s) {
  auto is = [s](const char* w) { return strcmp(s, w) == 0; };
  if (is("none")) return 0;
  if (is("single") || is("")) return 1 << 2;
  if (is("all")) return 1 << 2 | 2;
  if (is("system")) return 2 << 2 | 2;
  if (is("crash")) return 2 << 2 | 2 | 1;
  char* end;
  unsigned long n = strtoul(s, &end, 10);
  if (*s >= '0' && *s <= '9' && *end == '\0' && n < (1u << 29)) return uint32_t(n) << 2 | 2;
  return 0;
}

void traceback_env_init() {
  const char* e = getenv("GOTRACEBACK");
  env_bits = parse_level(e != nullptr ? e : "");
  mode_bits.store(env_bits);
}

void set_traceback(const char* level) {
  // The result can only show more than the environment asked for.
  mode_bits.store(parse_level(level) | env_bits);
}

traceback_mode gotraceback() {
  uint32_t b = mode_bits.load(std::memory_order_relaxed);
  return {int(b >> 2), (b & 2) != 0, (b & 1) != 0};
}

// ---- contexts ----

Context context_of_parked(const g* gp) {
  return context_of_saved(gp->ctx, reinterpret_cast<uintptr_t>(gp->ctx));
}

Context context_of_saved(const void* saved, uint64_t address) {
  saved_regs s = read_context(saved);
  Context c{};
  c.regs.set(Regs::kRip, s.rip);
  c.regs.set(Regs::kRsp, address + kContextSize);
  c.regs.set(Regs::kRbp, s.rbp);
  c.regs.set(Regs::kRbx, s.rbx);
  c.regs.set(Regs::kR12, s.r12);
  c.regs.set(Regs::kR13, s.r13);
  c.regs.set(Regs::kR14, s.r14);
  c.regs.set(Regs::kR15, s.r15);
  c.exact = false;
  return c;
}

// ---- this process ----

namespace {

struct SelfSpace final : Space {
  Stack context_of(const g* gp, Context* ctx) override {
    if (gp->status.load(std::memory_order_acquire) == _Grunning)
      return running_context(gp, ctx) ? Stack::kKnown : Stack::kUnavailable;
    if (gp->stackhi == nullptr) return Stack::kNotStarted;
    *ctx = context_of_parked(gp);
    return Stack::kKnown;
  }
  StackBounds bounds_of(const g* gp) override {
    if (gp->stackhi != nullptr)
      return {reinterpret_cast<uintptr_t>(stacklo(gp)), reinterpret_cast<uintptr_t>(gp->stackhi)};
    return {0, UINTPTR_MAX};
  }
  Step step(StackBounds b, Regs& regs, uint64_t* cfa, bool* exact_pc) override {
    return Unwinder(b).step(regs, cfa, exact_pc);
  }
  bool guess_caller(StackBounds b, Regs& regs, uint64_t* cfa) override { return Unwinder(b).guess_caller(regs, cfa); }
  bool recover_bad_pc(StackBounds b, Regs& regs) override { return Unwinder(b).recover_bad_pc(regs); }
  int locate(uintptr_t pc, bool exact, symtab::Location* out, int max) override {
    return symtab::locate(pc, exact, out, max);
  }
  MemReader& memory() override { return symtab::self_reader(); }
  uintptr_t gofunc_ret() override { return reinterpret_cast<uintptr_t>(gort_gofunc_ret); }
  void panic_words(const _panic* p, uint64_t* type, uint64_t* data) override {
    const any& v = const_cast<_panic*>(p)->arg();
    *type = reinterpret_cast<uintptr_t>(v.rt_type());
    *data = reinterpret_cast<uintptr_t>(v.rt_data());
  }
  uint64_t address(const g* gp) override { return reinterpret_cast<uintptr_t>(gp); }
  uint64_t address(const m* mp) override { return reinterpret_cast<uintptr_t>(mp); }
  int64_t now() override { return nanotime(); }
};

}  // namespace

Space& self_space() {
  static constinit SelfSpace self;
  return self;
}

// ---- which frames are shown ----

static bool starts_with(const char* s, const char* prefix) {
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

// gort's own functions print as runtime.x with a lower-case x, gort::runtime's as runtime.X.
static bool is_internal(const char* name) {
  if (starts_with(name, "runtime.")) {
    const char* base = name + strlen("runtime.");
    return !(base[0] >= 'A' && base[0] <= 'Z');
  }
  return strchr(name, '.') == nullptr;
}

// What std::function and std::invoke put between a caller and the function called: Go's func values have no such
// frames.
bool is_call_glue(const char* name) {
  if (!starts_with(name, "std.")) return false;
  for (const char* part : {".function[...].", "_Function_handler", ".__invoke", ".invoke"})
    if (strstr(name, part) != nullptr) return true;
  return false;
}

static bool show(const symtab::Location& l, int level, bool first) {
  if (level > 1) return true;
  if (strcmp(l.function, "panic") == 0) return !first && !l.inlined;
  if (l.is_wrapper || is_call_glue(l.function)) return false;
  const char* base = strrchr(l.function, '.');
  if (base != nullptr && (starts_with(base, ".__cxa_") || starts_with(base, "._Unwind_")))
    return false;  // how a throw works
  return !is_internal(l.function);
}

// ---- one stack ----

static constexpr int kInner = 50, kOuter = 50;  // Go's: innermost and outermost frames of a deep stack

// Shown is what is needed to print a logical frame, perhaps later.
struct Shown {
  uintptr_t pc;
  bool exact;
  int index;  // of the logical frame within its pc
  uint64_t sp, fp;
  const _panic* panic;  // for a panic(...) frame
  uintptr_t
      argpc;  // pc, registers and CFA of the frame that holds the arguments: for a func's body the function around it
  bool argexact;
  Regs regs;
  Regs caller;
  uint64_t cfa;
};

struct Printer {
  Sink& w;
  Space& space;
  g* gp;
  int level;
  int shown = 0;
  Shown ring[kOuter];
  const _panic* panic;

  Printer(Sink& sink, Space& s, g* g, int lvl) : w(sink), space(s), gp(g), level(lvl), panic(g->panic) {}
};

static void print_args(Printer& p, const Shown& s, const symtab::Location& loc) {
  if (strcmp(loc.function, "panic") == 0) {
    uint64_t type = 0, data = 0;
    if (s.panic != nullptr) p.space.panic_words(s.panic, &type, &data);
    p.w.str("{");
    p.w.hex(type);
    p.w.str("?, ");
    p.w.hex(data);
    p.w.str("?}");
    return;
  }
  symtab::FrameRegs regs{}, caller{};
  auto fill = [](symtab::FrameRegs& to, const Regs& from) {
    memcpy(to.reg, from.r, sizeof to.reg);
    to.valid = from.valid;
  };
  fill(regs, s.regs);
  fill(caller, s.caller);
  regs.cfa = s.cfa;
  regs.exact = s.argexact;
  regs.caller = &caller;
  symtab::Location around[32];
  const symtab::Location* from = &loc;
  if (s.argpc != s.pc) {
    int n = p.space.locate(s.argpc, s.argexact, around, 32);
    if (n > 0) from = &around[n - 1];
  }
  char buf[512];
  int n = symtab::format_args(*from, regs, p.space.memory(), buf, sizeof buf);
  p.w.write(buf, size_t(n));
}

static void print_frame(Printer& p, const Shown& s) {
  symtab::Location loc[32];
  int n = p.space.locate(s.pc, s.exact, loc, 32);
  if (s.index >= n) return;
  const symtab::Location& l = loc[s.index];
  p.w.str(l.function);
  p.w.str("(");
  if (l.inlined && !l.is_func_body)
    p.w.str("...");
  else
    print_args(p, s, l);
  p.w.str(")\n\t");
  p.w.str(l.file);
  p.w.str(":");
  p.w.dec(l.line);
  if (!l.inlined || l.is_func_body) {
    uintptr_t pc = s.pc;
    if (l.entry != 0 && pc > l.entry) {
      p.w.str(" +");
      p.w.hex(pc - l.entry);
    }
  }
  if (p.level > 1 && !l.inlined) {
    p.w.str(" fp=");
    p.w.hex(s.fp);
    p.w.str(" sp=");
    p.w.hex(s.sp);
    p.w.str(" pc=");
    p.w.hex(s.pc);
  }
  p.w.str("\n");
}

static void emit(Printer& p, const Shown& s) {
  if (p.shown < kInner)
    print_frame(p, s);
  else
    p.ring[(p.shown - kInner) % kOuter] = s;
  p.shown++;
}

// Walker steps over physical frames, with what to do where the unwinder knows nothing.
struct Walker {
  Space& space;
  Context at;
  StackBounds bounds;
  Regs next{};
  uint64_t cfa = 0;
  bool next_exact = false;
  bool more = false;
  bool first = true;

  Walker(Space& s, const Context& start, StackBounds b) : space(s), at(start), bounds(b) { look(); }
  uintptr_t pc() const { return at.regs.r[Regs::kRip]; }

  void look() {
    next = at.regs;
    next_exact = at.exact;
    Step st = space.step(bounds, next, &cfa, &next_exact);
    if (st == Step::kNoInfo && at.exact && first) {  // a call to an address that is no code: the caller made it
      Regs popped = at.regs;
      if (space.recover_bad_pc(bounds, popped)) {
        at = {popped, false};
        first = false;
        return look();
      }
    }
    if (st == Step::kNoInfo || st == Step::kError) {
      next = at.regs;
      next_exact = false;
      if (space.guess_caller(bounds, next, &cfa)) st = Step::kOk;
    }
    more = st == Step::kOk;
    first = false;
  }

  bool step() {
    if (!more) return false;
    at = {next, next_exact};
    look();
    return true;
  }
};

static bool is_gofunc(const Walker& k) {
  return k.pc() == k.space.gofunc_ret();
}

static bool all_internal(const Walker& k) {
  symtab::Location loc[32];
  int n = k.space.locate(k.pc(), k.at.exact, loc, 32);
  return n == 0 || is_internal(loc[n - 1].function);
}

static Shown shown_at(const Walker& k, int index) {
  return {k.pc(),    k.at.exact, index, k.at.regs.r[Regs::kRsp], k.cfa, nullptr, k.pc(), k.at.exact,
          k.at.regs, k.next,     k.cfa};
}

// The arguments of a func's body are those of the function around the func: its frame is the first one beyond gofunc
// that is not gort's own.
static void args_from_owner(Shown& s, Walker k) {
  while (!is_gofunc(k))
    if (!k.step()) return;
  do {
    if (!k.step()) return;
  } while (all_internal(k));
  s.argpc = k.pc();
  s.argexact = k.at.exact;
  s.regs = k.at.regs;
  s.caller = k.next;
  s.cfa = k.cfa;
}

bool user_frame(const symtab::Location& l) {
  return strcmp(l.function, "panic") == 0 ? !l.inlined : show(l, 1, false);
}

static void walk(Printer& p, const Context& start, int skip) {
  // The physical frame of the function around a func whose body has been shown is left out.
  enum { none, body, gofunc } owner = none;
  Walker k(p.space, start, p.space.bounds_of(p.gp));
  for (; skip > 0; skip--) k.step();
  do {
    symtab::Location loc[32];
    int n = k.space.locate(k.pc(), k.at.exact, loc, 32);
    if (owner == body && is_gofunc(k)) {
      owner = gofunc;
    } else if (owner == gofunc && n > 0 && !is_internal(loc[n - 1].function)) {
      owner = none;
      if (p.level <= 1) continue;
    }
    for (int i = 0; i < n; i++) {
      Shown s = shown_at(k, i);
      if (strcmp(loc[i].function, "panic") == 0 && !loc[i].inlined) {
        while (p.panic != nullptr && p.panic->goexit) p.panic = p.panic->link;
        s.panic = p.panic;
        if (p.panic != nullptr) p.panic = p.panic->link;
      }
      if (!show(loc[i], p.level, p.shown == 0)) continue;
      if (loc[i].is_func_body) {
        // g++ splits functions and inlines the first part into the whole: one body, two entries.
        if (i > 0 && loc[i].function_id != 0 && loc[i].function_id == loc[i - 1].function_id) continue;
        args_from_owner(s, k);
        if (owner == none) owner = body;
      }
      emit(p, s);
    }
  } while (k.step());
}

static void print_stack(Sink& w, Space& space, g* gp, const Context& ctx, int level, int skip) {
  Printer p(w, space, gp, level);
  walk(p, ctx, skip);
  if (p.shown == 0 && level <= 1) {  // the filter left nothing: show everything
    p.level = 2;
    p.panic = gp->panic;
    walk(p, ctx, skip);
  }
  int rest = p.shown - kInner;
  if (rest <= 0) return;
  int kept = rest < kOuter ? rest : kOuter;
  if (rest > kOuter) {
    w.str("...");
    w.dec(rest - kOuter);
    w.str(" frames elided...\n");
  }
  for (int i = rest - kept; i < rest; i++) print_frame(p, p.ring[i % kOuter]);
}

static void print_created_by(Sink& w, Space& space, g* gp, int level) {
  if (gp->gopc == 0 || gp->goid == 1 || gp->thread) return;
  symtab::Location loc[32];
  int n = space.locate(gp->gopc, true, loc, 32);
  for (int i = 0; i < n; i++) {
    if (is_internal(loc[i].function) && level <= 1) continue;
    w.str("created by ");
    w.str(loc[i].function);
    if (gp->parentgoid != 0) {
      w.str(" in goroutine ");
      w.dec(int64_t(gp->parentgoid));
    }
    w.str("\n\t");
    w.str(loc[i].file);
    w.str(":");
    w.dec(loc[i].line);
    if (loc[n - 1].entry != 0 && gp->gopc > loc[n - 1].entry) {
      w.str(" +");
      w.hex(gp->gopc - loc[n - 1].entry);
    }
    w.str("\n");
    return;
  }
}

static void traceback_in(Space& space, Sink& w, g* gp, const Context& ctx, int level, int skip) {
  print_stack(w, space, gp, ctx, level, skip);
  print_created_by(w, space, gp, level);
}

void traceback(Sink& w, g* gp, const Context& ctx, int level, int skip) {
  traceback_in(self_space(), w, gp, ctx, level, skip);
}

// ---- headers ----

static const char* status_string(const g* gp) {
  uint32_t s = gp->status.load(std::memory_order_relaxed);
  if (s == _Gwaiting && gp->waitreason != waitReason::Zero) return waitReasonString(gp->waitreason);
  switch (s) {
    case _Gidle:
      return "idle";
    case _Grunnable:
      return "runnable";
    case _Grunning:
      return gp->blocking != 0 ? "syscall" : "running";
    case _Gsyscall:
      return "syscall";
    case _Gwaiting:
      return "waiting";
    case _Gdead:
      return "dead";
    default:
      return "???";
  }
}

void goroutineheader(Sink& w, g* gp, bool system, Space& space) {
  w.str("goroutine ");
  w.dec(int64_t(gp->goid));
  if (system) {
    w.str(" gp=");
    w.hex(space.address(gp));
    m* mp = gp->m;
    if (mp != nullptr) {
      w.str(" m=");
      w.dec(mp->id);
      w.str(" mp=");
      w.hex(space.address(mp));
    } else {
      w.str(" m=nil");
    }
  }
  w.str(" [");
  w.str(status_string(gp));
  uint32_t s = gp->status.load(std::memory_order_relaxed);
  int64_t since = gp->waitsince.load(std::memory_order_relaxed);
  if ((s == _Gwaiting || s == _Gsyscall || gp->blocking != 0) && since != 0) {
    int64_t minutes = (space.now() - since) / 60000000000;
    if (minutes >= 1) {
      w.str(", ");
      w.dec(minutes);
      w.str(" minutes");
    }
  }
  if (gp->lockedm != nullptr) w.str(", locked to thread");
  w.str("]:\n");
}

// A goroutine that has not run yet has one frame: the function that it will run.
static void print_start(Sink& w, Space& space, g* gp) {
  symtab::Location loc[8];
  int n = space.locate(gp->startpc, true, loc, 8);
  if (n == 0) return;
  w.str(loc[n - 1].function);
  w.str("()\n\t");
  w.str(loc[n - 1].file);
  w.str(":");
  w.dec(loc[n - 1].line);
  w.str("\n");
}

void traceback_g(Sink& w, g* gp, int level, Space& space) {
  goroutineheader(w, gp, level > 1, space);
  Context ctx;
  switch (space.context_of(gp, &ctx)) {
    case Space::Stack::kKnown:
      return traceback_in(space, w, gp, ctx, level, 0);
    case Space::Stack::kUnavailable:
      w.str("\tgoroutine running on other thread; stack unavailable\n");
      break;
    case Space::Stack::kNotStarted:
      print_start(w, space, gp);
      break;
  }
  print_created_by(w, space, gp, level);
}

void tracebackothers(Sink& w, g* me, int level) {
  for (size_t i = 0, n = allglen(); i < n; i++) {
    g* gp = allg(i);
    uint32_t s = gp->status.load(std::memory_order_acquire);
    if (gp == me || s == _Gdead || s == _Gidle || gp->thread) continue;
    w.str("\n");
    traceback_g(w, gp, level);
  }
}

}  // namespace gort::rt
