// Tracebacks. The text is Go's; what differs is how frames are found (libunwind's rows) and named (DWARF).
//
// Physical frames come from the unwinder; each is one or more logical frames (inlining). A func's body appears as the
// function around the func: its arguments are that function's, whose own physical frame, further out, is then left out.
// The body of a select's case is a place in the function around the select (symtab::Body).
#include "runtime/traceback.h"

#include <climits>
#include <cstring>
#include <unistd.h>

#include "runtime/panic.h"
#include "runtime/signal.h"
#include "runtime/symtab/symtab.h"
#include "sched/clock.h"
#include "sched/stack.h"
#include "sched/switch.h"

namespace gort::rt {

// ---- contexts ----

Context context_of_parked(const g* gp) {
  return context_of_saved(gp->sched);
}

Context context_of_saved(const gobuf& saved) {
  Context c{};
  c.regs.set(Regs::kRip, reinterpret_cast<uintptr_t>(saved.pc));
  c.regs.set(Regs::kRsp, reinterpret_cast<uintptr_t>(saved.sp));
  c.regs.set(Regs::kRbp, reinterpret_cast<uintptr_t>(saved.bp));
  c.exact = false;
  return c;
}

// ---- this process ----

StackBounds stack_bounds(const g* gp, uintptr_t sp) {
  if (!on_own_stack(gp, sp)) return {0, UINTPTR_MAX};
  return {reinterpret_cast<uintptr_t>(stacklo(gp)), reinterpret_cast<uintptr_t>(gp->stackhi)};
}

namespace {

// Where no bounds are known the stack is read with care.
Unwinder unwinder(StackBounds b) {
  return b.hi == UINTPTR_MAX ? Unwinder(own_memory()) : Unwinder(b);
}

// in_call tells whether gp.sched is where gp entered the system call that it is in.
bool in_call(const g* gp) {
  const m* mp = gp->m;
  return gp->blocking != 0 && mp != nullptr && mp->callpc == gp->sched.pc;
}

struct SelfSpace final : Space {
  Stack context_of(const g* gp, Context* ctx) override {
    if (gp->status.load(std::memory_order_acquire) == _Grunning) {
      if (running_context(gp, ctx)) return Stack::kKnown;
      if (!in_call(gp)) return Stack::kUnavailable;
    }
    if (gp->stackhi == nullptr || gp->sched.sp == nullptr ||
        gp->sched.pc == reinterpret_cast<const void*>(gort_gostart))
      return Stack::kNotStarted;
    *ctx = context_of_parked(gp);
    return Stack::kKnown;
  }
  StackBounds bounds_of(const g* gp, uintptr_t sp) override { return stack_bounds(gp, sp); }
  Step step(StackBounds b, Regs& regs, uint64_t* cfa, bool* exact_pc) override {
    return unwinder(b).step(regs, cfa, exact_pc);
  }
  bool guess_caller(StackBounds b, Regs& regs, uint64_t* cfa) override { return unwinder(b).guess_caller(regs, cfa); }
  bool recover_bad_pc(StackBounds b, Regs& regs) override { return unwinder(b).recover_bad_pc(regs); }
  const symtab::Kept* lookup(uintptr_t pc, bool exact, symtab::Spare* spare) override {
    return symtab::lookup(pc, exact, spare);
  }
  MemReader& memory() override { return symtab::self_reader(); }
  bool is_self() override { return true; }
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

static bool show(const symtab::Location& l, bool first) {
  if (l.role & symtab::kRolePanic) return !first && !l.inlined;
  return !l.is_wrapper && (l.role & (symtab::kRoleGlue | symtab::kRoleThrow | symtab::kRoleInternal)) == 0;
}

// of_compiler: from the C++ library or a header of the compiler's own (instructions as functions).
static bool of_compiler(const symtab::Location& l) {
  return strncmp(l.function, "std.", 4) == 0 || strstr(l.file, "/lib/gcc/") != nullptr ||
         strstr(l.file, "/lib/clang/") != nullptr;
}

// for_gort: code of the compiler's that stands inlined in a function of gort's own.
static bool for_gort(const symtab::Kept& at, uint32_t index) {
  uint32_t i = index;
  while (i < at.n && of_compiler(at.at[i])) i++;
  return i > index && i < at.n && (at.at[i].role & symtab::kRoleInternal) != 0;
}

// ---- one stack ----

// starts_threads: code of the system that calls main or a thread's function, when it is outermost.
static bool starts_threads(const symtab::Location& l) {
  auto below = [&l](const char* dir) { return strncmp(l.module_path, dir, strlen(dir)) == 0; };
  return below("/lib") || below("/usr/lib") || strcmp(l.function, "main._start") == 0;
}

static constexpr size_t kMaxName = 512;
static constexpr int kInner = 50, kOuter = 50;  // Go's: innermost and outermost frames of a deep stack

// Words of the stack are read as they are, everything else by way of the kernel, which does not mind bad addresses.
struct StackReader final : MemReader {
  StackReader(Space& space, const g* gp)
      : bounds(space.bounds_of(gp, reinterpret_cast<uintptr_t>(gp->stackhi) - 8)), other(space.memory()) {
    if (!space.is_self()) bounds.lo = 0;
  }
  bool read(uint64_t addr, void* out, size_t n) override {
    if (bounds.lo == 0 || addr < bounds.lo || addr > bounds.hi - n) return other.read(addr, out, n);
    memcpy(out, reinterpret_cast<const void*>(addr), n);
    return true;
  }
  StackBounds bounds;
  MemReader& other;
};

// Walker stands on a physical frame and steps to its callers, with what to do where the unwinder knows nothing. It
// looks ahead as far as asked: arguments may hang on what a caller's registers are.
class Walker {
 public:
  Walker(Space& space, const Context& start, StackBounds b) : space_(space), bounds_(b) {
    at(0).begin(start.regs, start.exact);
    if (start.exact) extend(true);
  }
  Walker(const Walker& o) : Walker(o.space_, o.context(), o.bounds_) {}
  Walker& operator=(const Walker&) = delete;

  const Regs& regs() const { return at(0).regs; }
  bool exact() const { return at(0).exact; }
  uintptr_t pc() const { return regs().r[Regs::kRip]; }
  bool is_gofunc() const { return pc() == space_.gofunc_ret(); }
  Context context() const { return {regs(), exact()}; }
  const symtab::Kept* lookup(symtab::Spare* spare) {
    Frame& f = at(0);
    if (f.notes.kept != nullptr) return f.notes.kept;
    const symtab::Kept* k = space_.lookup(pc(), exact(), spare);
    if (k->pool != nullptr) f.notes.kept = k;
    return k;
  }

  bool step() {
    if (!reach(1)) return false;
    base_ = (base_ + 1) % kAhead;
    have_--;
    return true;
  }

  // The CFA of this frame; 0 where it is not known.
  uint64_t cfa() {
    reach(1);
    return at(0).view.cfa;
  }

  // This frame, for its arguments: with the callers that they may hang on.
  const symtab::FrameView& view() {
    reach(kAhead - 1);
    return at(0).view;
  }

 private:
  static constexpr int kAhead = 16;
  struct Frame {
    Regs regs;
    bool exact, outermost;
    symtab::FrameView view;
    symtab::FrameNotes notes;

    void begin(const Regs& r, bool is_exact) {
      regs = r;
      begin(is_exact);
    }
    void begin(bool is_exact) {
      exact = is_exact;
      outermost = false;
      view = {regs.r, regs.valid, 0, nullptr, &notes};
      notes.kept = nullptr;
      notes.known = notes.certain = notes.failed = 0;
    }
  };
  Space& space_;
  StackBounds bounds_;
  Frame f_[kAhead];
  int base_ = 0, have_ = 1;

  Frame& at(int i) { return f_[(base_ + i) % kAhead]; }
  const Frame& at(int i) const { return f_[(base_ + i) % kAhead]; }

  bool reach(int i) {
    while (have_ <= i)
      if (!extend(false)) return false;
    return true;
  }

  // Looks one frame further.
  bool extend(bool first) {
    Frame& from = at(have_ - 1);
    if (from.outermost) return false;
    Frame& to = at(have_);
    to.regs = from.regs;
    bool exact = from.exact;
    Step st = space_.step(bounds_, to.regs, &from.view.cfa, &exact);
    if (st == Step::kNoInfo && first && space_.recover_bad_pc(bounds_, to.regs)) {
      from.begin(to.regs, false);  // a call to an address that is no code: the caller made it
      return extend(false);
    }
    if (st == Step::kNoInfo || st == Step::kError) {
      exact = false;
      to.regs = from.regs;
      if (space_.guess_caller(bounds_, to.regs, &from.view.cfa)) st = Step::kOk;
    }
    from.outermost = st != Step::kOk;
    if (st != Step::kOk) return false;
    to.begin(exact);
    from.view.caller = &to.view;
    have_++;
    return true;
  }
};

// Mark is a state of a walk, at a physical frame, from which it may be walked again.
struct Mark {
  Context at;
  const _panic* panic;  // the next one that a frame of panic is for
  int shown;            // logical frames so far
  // The physical frame of the function around a func whose body has been shown is left out.
  enum Owner : uint8_t { kNone, kBody, kGofunc } owner;
  bool panicked;                 // the frame before is panic's or a fault's, or the walk begins here
  const symtab::Location* part;  // the body of a case that the next frame is in; null: none
};

// The innermost frames of a stack are printed as they come. Which ones are the outermost is known at its end: the walk
// then goes back to the mark before them.
struct Printer {
  Sink& w;
  Space& space;
  g* gp;
  int level;
  bool everything;               // no frame is hidden
  int first = 0, last = kInner;  // of the logical frames, those in [first, last) are printed
  Mark now;
  Mark marks[2];  // the walk's start, then every kOuter frames
  StackReader mem;
  int limit = INT_MAX;  // of the frames to show
  int user = 0;  // of a thread without a goroutine: the shown frames up to the last that does not merely start it

  Printer(Sink& sink, Space& s, g* g, int lvl) : w(sink), space(s), gp(g), level(lvl), everything(lvl > 1), mem(s, g) {}
  // Go prints the frames beyond the first kInner in a second pass, which begins as at the top of a stack: a panic that
  // is its first is neither shown nor counted.
  bool shows(const symtab::Location& l) const { return everything || show(l, now.shown == 0 || now.shown == kInner); }

  void mark(const Walker& k) {
    if (now.shown - marks[1].shown < kOuter) return;
    now.at = k.context();
    marks[0] = marks[1];
    marks[1] = now;
  }
};

static bool is_internal(const symtab::Location& l) {
  return l.role & symtab::kRoleInternal;
}
static bool is_panic(const symtab::Location& l) {
  return l.role & symtab::kRolePanic;
}

// Line is one frame's text while it is put together, in the sink itself where that has room.
class Line {
 public:
  explicit Line(Sink& w) : w_(w), start_(w.room(kMost)), p_(start_ != nullptr ? start_ : own_) {}
  ~Line() {
    if (start_ != nullptr)
      w_.advance(size_t(p_ - start_));
    else
      w_.write(own_, size_t(p_ - own_));
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void put(const char* s, size_t n) {
    memcpy(p_, s, n);
    p_ += n;
  }
  template <size_t N>
  void put(const char (&s)[N]) {
    put(s, N - 1);
  }
  void hex(uint64_t v) { p_ += put_hex(p_, v); }
  char* end() { return p_; }
  void advance(size_t n) { p_ += n; }

 private:
  // A function's name and place are at most 600 bytes each, its arguments kMaxArgs.
  static constexpr size_t kMost = 2048;
  Sink& w_;
  char* start_;
  char* p_;
  char own_[kMost];
};

static void print_panic_args(Line& line, Printer& p, const _panic* panic) {
  uint64_t type = 0, data = 0;
  if (panic != nullptr) p.space.panic_words(panic, &type, &data);
  line.put("{");
  line.hex(type);
  line.put("?, ");
  line.hex(data);
  line.put("?}");
}

static void print_args(Line& line, Printer& p, Walker& k, const symtab::Kept& at) {
  line.advance(symtab::format_args(at, k.view(), p.mem, line.end()));
}

// The arguments of a func's body are those of the function around the func: its frame is the first one beyond gofunc
// that is not gort's own.
static void print_owners_args(Line& line, Printer& p, Walker& body, const symtab::Kept& at) {
  Walker k = body;
  symtab::Spare spare;
  while (!k.is_gofunc())
    if (!k.step()) break;
  while (k.step()) {
    const symtab::Kept* owner = k.lookup(&spare);
    if (!is_internal(owner->physical())) return print_args(line, p, k, *owner);
  }
  print_args(line, p, body, at);
}

// Where a frame is; without the offset, which follows a blank, for an inlined function.
static void print_where(Line& line, const symtab::Location& l, bool inlined) {
  size_t n = l.where_len;
  if (inlined && !l.inlined) {
    auto* cut = static_cast<const char*>(memrchr(l.where, ' ', n));
    if (cut != nullptr && cut[1] == '+') n = size_t(cut - l.where);
  }
  line.put(l.where, n);
}

static void print_registers(Line& line, Walker& k) {
  line.put(" fp=");
  line.hex(k.cfa());
  line.put(" sp=");
  line.hex(k.regs().r[Regs::kRsp]);
  line.put(" pc=");
  line.hex(k.pc());
}

// part: the frame is in this body of a case.
static void print_frame(Printer& p, Walker& k, const symtab::Kept& at, uint32_t index, const _panic* panic,
                        const symtab::Location* part) {
  const symtab::Location& l = at.at[index];
  const bool inlined = l.inlined && l.body != symtab::Body::kFunc;
  Line line(p.w);
  line.put(l.function, l.function_len);
  line.put("(");
  if (inlined)
    line.put("...");
  else if (is_panic(l))
    print_panic_args(line, p, panic);
  else if (l.body == symtab::Body::kFunc)
    print_owners_args(line, p, k, at);
  else
    print_args(line, p, k, at);
  line.put(")");
  print_where(line, part != nullptr ? *part : l, inlined);
  if (p.level > 1 && !l.inlined) print_registers(line, k);
  line.put("\n");
}

bool user_frame(const symtab::Location& l) {
  return is_panic(l) ? !l.inlined : show(l, false);
}

// The record of the deferred call whose frame `call` stands on; 0: it is not one.
static uint64_t record_of(Printer& p, const Walker& call) {
  Walker k = call;
  symtab::Spare spare;
  if (!k.step()) return 0;
  const char* caller = k.lookup(&spare)->physical().function;
  const Regs& r = k.regs();
  uint64_t closure = 0;
  if (strcmp(caller, "runtime.gofunc") == 0 && r.has(Regs::kRbx)) return r.r[Regs::kRbx];
  if (strcmp(caller, "runtime.calldefer") != 0 || !r.has(Regs::kRbp)) return 0;
  return p.mem.read(r.r[Regs::kRbp] - kCalldeferClosure, &closure, 8) ? closure - sizeof(_defer) : 0;
}

// A wrapper's own frame is shown, as Go's, where it is the one that panics, defer(panic, v), and where every frame is.
// Nothing is known of it but which statement it is made of.
static bool emit_wrapper(Printer& p, Walker& k, const symtab::Location& l) {
  uintptr_t statement = p.gp->gopc;
  if (uint64_t record = record_of(p, k)) {
    _defer d;
    if (!p.mem.read(record, &d, sizeof d)) return false;
    statement = reinterpret_cast<uintptr_t>(d.fn) + uintptr_t(intptr_t(d.statement));
  }
  char name[kMaxName];
  symtab::Spare spare;
  const symtab::Location* where = symtab::wrapper_name(*p.space.lookup(statement, true, &spare), name, sizeof name);
  if (where == nullptr) return false;
  if (p.now.shown >= p.first && p.now.shown < p.last) {
    Line line(p.w);
    line.put(name, strlen(name));
    line.put("()");
    print_where(line, *where, true);
    if (k.pc() > l.entry) {
      line.put(" +");
      line.hex(k.pc() - l.entry);
    }
    if (p.level > 1) print_registers(line, k);
    line.put("\n");
  }
  p.user = ++p.now.shown;
  return true;
}

static void emit_part(Printer& p, const symtab::Location& part) {
  if (p.now.shown >= p.first && p.now.shown < p.last) {
    Line line(p.w);
    line.put(part.function, part.function_len);
    line.put("(...)");
    line.put(part.where, part.where_len);
    line.put("\n");
  }
  p.user = ++p.now.shown;
}

static void emit(Printer& p, Walker& k, const symtab::Kept& at, uint32_t index) {
  const symtab::Location& l = at.at[index];
  const _panic* panic = nullptr;
  if (is_panic(l) && !l.inlined) {
    while (p.now.panic != nullptr && p.now.panic->goexit) p.now.panic = p.now.panic->link;
    panic = p.now.panic;
    if (panic != nullptr) p.now.panic = panic->link;
  }
  if (l.body == symtab::Body::kCase && !p.everything) {
    if (p.now.part == nullptr) p.now.part = &l;  // else a select in the body of another
    return;
  }
  if (!p.shows(l) || p.now.shown >= p.limit || (for_gort(at, index) && !p.everything)) return;
  const symtab::Location* part = p.now.part;
  p.now.part = nullptr;
  if (part != nullptr && strcmp(part->function, l.function) != 0) {  // the body went to a select elsewhere
    emit_part(p, *part);
    part = nullptr;
  }
  if (p.now.shown >= p.first && p.now.shown < p.last) print_frame(p, k, at, index, panic, part);
  p.now.shown++;
  if (p.gp->goid == 0 && !starts_threads(l)) p.user = p.now.shown;
}

// walk goes from a mark to the end of the stack.
static void walk(Printer& p, const Mark& from, int skip) {
  p.now = from;
  p.marks[0] = p.marks[1] = from;
  Walker k(p.space, p.now.at, p.space.bounds_of(p.gp, p.now.at.regs.r[Regs::kRsp]));
  for (; skip > 0; skip--) k.step();
  do {
    p.mark(k);
    symtab::Spare spare;
    const symtab::Kept* at = k.lookup(&spare);
    if (p.now.owner == Mark::kBody && k.is_gofunc()) {
      p.now.owner = Mark::kGofunc;
    } else if (p.now.owner == Mark::kGofunc && !is_internal(at->physical())) {
      p.now.owner = Mark::kNone;
      continue;
    }
    const int before = p.now.shown;
    const bool wrapper = at->physical().role & symtab::kRoleBound;
    const bool shows_wrapper = wrapper && (p.everything || p.now.panicked) && emit_wrapper(p, k, at->physical());
    for (uint32_t i = shows_wrapper ? at->n : 0; i < at->n; i++) {
      const symtab::Location& l = at->at[i];
      if (l.body == symtab::Body::kFunc && !is_internal(l) && p.shows(l)) {
        if (p.now.owner == Mark::kNone) p.now.owner = Mark::kBody;
      }
      emit(p, k, *at, i);
    }
    const auto role = at->physical().role;
    p.now.panicked = role & (symtab::kRolePanic | symtab::kRoleFault);
    // The second pass has forgotten what the first one has seen.
    if (p.now.shown == kInner && !((role & symtab::kRolePanic) && before == kInner)) p.now.panicked = p.everything;
  } while (k.step());
}

static void print_stack(Sink& w, Space& space, g* gp, const Context& ctx, int level, int skip) {
  symtab::Hold hold;
  Printer p(w, space, gp, level);
  Mark start = {ctx, gp->panic, 0, Mark::kNone, ctx.exact, nullptr};
  if (gp->goid == 0 && level <= 1) {
    // The stack of a thread without a goroutine ends in code that nobody asked for.
    p.last = 0;
    walk(p, start, skip);
    if (p.user != 0) p.limit = p.user;
    p.last = kInner;
  }
  walk(p, start, skip);
  if (p.now.shown == 0 && level <= 1) {  // the filter left nothing: show everything
    p.everything = true;
    walk(p, start, skip);
  }
  int all = p.now.shown, rest = all - kInner;
  if (rest <= 0) return;
  if (rest > kOuter) {
    w.str("...");
    w.dec(rest - kOuter);
    w.str(" frames elided...\n");
  }
  p.first = rest > kOuter ? all - kOuter : kInner;
  p.last = all;
  Mark from = p.marks[p.first >= p.marks[1].shown];
  walk(p, from, from.shown == 0 ? skip : 0);
}

// A pc that is where something begins: the go statement's, a goroutine's function.
static void print_place(Sink& w, const symtab::Location& l, uintptr_t pc, uintptr_t entry) {
  w.str("\n\t");
  w.str(l.file);
  w.str(":");
  w.dec(l.line);
  if (entry != 0 && pc > entry) {
    w.str(" +");
    w.hex(pc - entry);
  }
  w.str("\n");
}

static void print_created_by(Sink& w, Space& space, g* gp, int level) {
  if (gp->gopc == 0 || gp->goid == 1 || gp->thread) return;
  symtab::Hold hold;
  symtab::Spare spare;
  const symtab::Kept* at = space.lookup(gp->gopc, true, &spare);
  uint32_t i = 0;
  while (i < at->n && is_internal(at->at[i])) i++;
  if (i == at->n && level <= 1) return;
  const symtab::Location& l = at->at[i < at->n ? i : 0];  // the function with the go statement, if it is not gort's own
  w.str("created by ");
  w.write(l.function, l.function_len);
  if (gp->parentgoid != 0) {
    w.str(" in goroutine ");
    w.dec(int64_t(gp->parentgoid));
  }
  print_place(w, l, gp->gopc, at->physical().entry);
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
  uint32_t s = gp->status.load(std::memory_order_relaxed);
  if (system) {
    w.str(" gp=");
    w.hex(space.address(gp));
    m* mp = gp->m;
    if (mp != nullptr && (s == _Grunning || s == _Gsyscall)) {  // what waits keeps its last m
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
  symtab::Hold hold;
  symtab::Spare spare;
  const symtab::Location& l = space.lookup(gp->startpc, true, &spare)->physical();
  if (l.role & symtab::kRoleBound) {
    char name[kMaxName];
    const symtab::Location* where = symtab::wrapper_name(*space.lookup(gp->gopc, true, &spare), name, sizeof name);
    if (where != nullptr) {
      w.str(name);
      w.str("()");
      print_place(w, *where, 0, 0);
      // Go hides wrappers unless nothing else is left to show; then it shows everything.
      if (!space.is_self()) return;
      const auto pc = reinterpret_cast<uintptr_t>(gort_goexit_ret);
      const symtab::Location& goexit = space.lookup(pc, false, &spare)->physical();
      w.str("runtime.goexit({})");
      return print_place(w, goexit, goexit.entry + 1, goexit.entry);
    }
  }
  w.write(l.function, l.function_len);
  w.str("()");
  print_place(w, l, 0, 0);
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

// Stacks of parked goroutines are seldom in a cache, and what a trace reads of one is mostly its last few hundred
// bytes: they are fetched while the ones before are printed.
static void prefetch_stacks(size_t i, size_t n) {
  constexpr size_t kFar = 8, kNear = 4, kLine = 64, kLines = 8;
  if (i + kFar < n) {
    auto* far = reinterpret_cast<const char*>(allg(i + kFar));
    for (size_t at = 0; at < sizeof(g); at += kLine) __builtin_prefetch(far + at);
  }
  if (i + kNear < n)
    for (size_t k = 0; k < kLines; k++)
      __builtin_prefetch(reinterpret_cast<const char*>(allg(i + kNear)->sched.sp) + k * kLine);
}

void tracebackothers(Sink& w, g* me, int level) {
  for (size_t i = 0, n = allglen(); i < n; i++) {
    prefetch_stacks(i, n);
    g* gp = allg(i);
    uint32_t s = gp->status.load(std::memory_order_acquire);
    if (gp == me || s == _Gdead || s == _Gidle || gp->thread || gp->startpc == 0) continue;
    w.str("\n");
    traceback_g(w, gp, level);
  }
}

int unknown_pcs(const g* me, unknown_pc* pcs, int max, size_t most) {
  symtab::Hold hold;
  struct Kind {
    uintptr_t start, at;
  } seen[256] = {};
  int n = 0;
  size_t all = allglen(), stride = all / most + 1;
  for (size_t i = 0; i < all && n < max; i += stride) {
    const g* gp = allg(i);
    if (gp == me || (gp->status.load() != _Gwaiting && !in_call(gp)) || gp->thread || gp->stackhi == nullptr) continue;
    const auto pc = reinterpret_cast<uintptr_t>(gp->sched.pc), sp = reinterpret_cast<uintptr_t>(gp->sched.sp),
               bp = reinterpret_cast<uintptr_t>(gp->sched.bp);
    StackBounds b = stack_bounds(gp, sp);
    uintptr_t stack[kInner];
    // Where it is parked is in gort; what tells waits apart is a few frames further out.
    int depth = callers_from(pc, sp, bp, b, stack, 4);
    Kind kind = {gp->startpc, depth > 0 ? stack[depth - 1] : 0};
    Kind& slot = seen[(kind.start ^ kind.at ^ kind.at >> 8) % 256];
    if (slot.start == kind.start && slot.at == kind.at) continue;
    slot = kind;
    depth = callers_from(pc, sp, bp, b, stack, kInner);
    for (int j = 0; j < depth && n < max; j++)
      if (!symtab::is_kept(stack[j], false)) pcs[n++] = {stack[j], false};
    if (n < max && gp->gopc != 0 && !symtab::is_kept(gp->gopc, true)) pcs[n++] = {gp->gopc, true};
  }
  return n;
}

void learn_pcs(const unknown_pc* pcs, int n) {
  symtab::Hold hold;
  for (int i = 0; i < n; i++) {
    symtab::Spare spare;
    const symtab::Kept* k = symtab::lookup(pcs[i].pc, pcs[i].exact, &spare);
    if (!pcs[i].exact) symtab::learn_args(*k);
  }
}

}  // namespace gort::rt
