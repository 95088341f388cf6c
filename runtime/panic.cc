// gopanic, recover, recovery, Goexit. See panic.h.
//
// Ways out of a recovered panic, decided by a walk over the frames between (rows cached by return address, some 3 ns a
// frame):
//   no frame has anything to run    gort_recovery restores the frame's registers (0.2 us at depth 0, half of Go's time)
//   destructors between             _Unwind_ForcedUnwind runs them; its stop function ends in gort_recovery
//   a noexcept function between     a fatal error that names it: C++ would end in std::terminate
//   a fault in a noexcept function  the function is left like one without destructors: see Faulted
#include "runtime/panic.h"

#include <gort/errors.h>
#include <gort/runtime_error.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <new>

#include "runtime/godebug.h"
#include "runtime/lsda.h"
#include "runtime/symtab/symtab.h"
#include "runtime/traceback.h"
#include "runtime/unwind.h"
#include "sched/sanitizer.h"
#include "sched/stack.h"

unsigned char gort_poison_dead_stack = 0;

namespace gort::rt {

bool panics_in_progress() {
  for (size_t i = 0, n = allglen(); i < n; i++) {
    g* gp = allg(i);
    if (gp != getg() && gp->status.load(std::memory_order_relaxed) != _Gdead && gp->panic != nullptr) return true;
  }
  return false;
}

void no_frame(const char* what) {
  char b[120];
  snprintf(b, sizeof b, "gort: %s outside of func: call it inside a func([&]{ ... })\n", what);
  char text[60];
  snprintf(text, sizeof text, "%s without a function frame", what);
  throw_(text, b);
}

// ---- framecold ----

struct chunk {
  chunk* link;
  size_t size;
};

struct local_record {
  local_record* link;
  void* value;
  void (*destroy)(void*);
};

struct framecold {
  chunk* chunks = nullptr;  // newest first; the oldest holds this framecold itself
  char* free = nullptr;     // unused part of the newest chunk
  char* end = nullptr;
  local_record* locals = nullptr;
};

static constexpr size_t kFirstChunk = 1024, kLargestChunk = 64 << 10;

static chunk* newchunk(size_t size) {
  auto* c = static_cast<chunk*>(malloc(size));
  if (c == nullptr) throw_("out of memory (defer)");
  c->size = size;
  return c;
}

// frame_alloc takes memory that lives as long as the frame.
static void* frame_alloc(funcframe* fr, size_t size, size_t align) {
  framecold* k = fr->cold;
  if (k == nullptr) {
    chunk* c = newchunk(kFirstChunk);
    c->link = nullptr;
    k = ::new (static_cast<void*>(c + 1)) framecold();
    k->chunks = c;
    k->free = reinterpret_cast<char*>(k + 1);
    k->end = reinterpret_cast<char*>(c) + kFirstChunk;
    fr->cold = k;
  }
  for (;;) {
    auto at = (reinterpret_cast<uintptr_t>(k->free) + align - 1) & ~(align - 1);
    if (at + size <= reinterpret_cast<uintptr_t>(k->end)) {
      k->free = reinterpret_cast<char*>(at + size);
      return reinterpret_cast<void*>(at);
    }
    size_t want = k->chunks->size * 2 < kLargestChunk ? k->chunks->size * 2 : kLargestChunk;
    if (want < size + align + sizeof(chunk)) want = size + align + sizeof(chunk);
    chunk* c = newchunk(want);
    c->link = k->chunks;
    k->chunks = c;
    k->free = reinterpret_cast<char*>(c + 1);
    k->end = reinterpret_cast<char*>(c) + want;
  }
}

_defer* newdefer_slow(funcframe* fr, size_t size, size_t align) {
  // The closure follows the header, so the header is placed for the closure's alignment.
  size_t a = align < 16 ? 16 : align, head = align < sizeof(_defer) ? sizeof(_defer) : align;
  auto* at = static_cast<char*>(frame_alloc(fr, head + size, a));
  return reinterpret_cast<_defer*>(at + head) - 1;
}

void* newlocal(funcframe* fr, size_t size, size_t align) {
  return frame_alloc(fr, size, align < 16 ? 16 : align);
}

void own_local(funcframe* fr, void* value, void (*destroy)(void*)) {
  auto* l = static_cast<local_record*>(frame_alloc(fr, sizeof(local_record), alignof(local_record)));
  *l = {fr->cold->locals, value, destroy};
  fr->cold->locals = l;
}

static void free_record(_defer* d) {
  if (d->destroy != nullptr) d->destroy(d->closure());
}

extern "C" void gort_defer_done(_defer* d) {
  free_record(d);
}

static void free_cold(funcframe* fr) {
  framecold* k = fr->cold;
  while (local_record* l = k->locals) {
    k->locals = l->link;
    l->destroy(l->value);
  }
  fr->cold = nullptr;
  for (chunk* c = k->chunks; c != nullptr;) {
    chunk* next = c->link;
    free(c);
    c = next;
  }
}

extern "C" void gort_cold_done(funcframe* fr) {
  free_cold(fr);
}

void discard_frame(funcframe* fr) {
  while (_defer* d = fr->running) {
    fr->running = d->link;
    free_record(d);
  }
  while (_defer* d = fr->defers) {
    fr->defers = d->link;
    free_record(d);
  }
  if (fr->cold != nullptr) free_cold(fr);
}

// ---- leaving frames ----

// [[gnu::always_inline]]: the walk starts in the function that calls this.
[[gnu::always_inline]] static inline FrameWalk walk_here(g* gp) {
  uintptr_t pc, sp, bp;
  asm volatile("leaq 0(%%rip), %0\n\tmovq %%rsp, %1\n\tmovq %%rbp, %2" : "=r"(pc), "=r"(sp), "=r"(bp));
  return FrameWalk(pc, sp, bp, stack_bounds(gp, sp), true);
}

// Where functions are inlined into each other, any of them may be the one that is noexcept, but for gort's own.
[[noreturn]] static void panic_through_noexcept(uintptr_t pc) {
  symtab::Hold hold;
  symtab::Location loc[8];
  int n = symtab::locate(pc, false, loc, 8);
  int first = 0;
  while (first + 1 < n && !user_frame(loc[first])) first++;
  char b[400];
  int len = snprintf(b, sizeof b, "panic cannot leave noexcept function %s", n > 0 ? loc[first].function : "?");
  for (int i = first + 1; i < n && len < int(sizeof b); i++)
    len += snprintf(b + len, sizeof b - size_t(len), ", inlined into %s", loc[i].function);
  throw_(b);
}

// Faulted tells which frames may be left though C++ would end in std::terminate there. A fault is where the compiler
// expected no exception: clang++ expects them of calls alone, g++ not in what it has inlined of a noexcept function,
// and neither of a call of a function that cannot throw, as the C library's. There the function's table has no entry.
// So the frame that faulted may be left, and those that called it up to the first that has something to run; nothing of
// them runs. But not a function that is noexcept as a whole.
class Faulted {
 public:
  // may_leave is asked of every frame, innermost first. exact: the frame was interrupted there.
  bool may_leave(uint16_t flags, bool exact) {
    near_ = exact || (near_ && (!(flags & kRowHasLandingPad) || (flags & kRowGap)));
    return near_;
  }
  bool near() const { return near_; }

 private:
  bool near_ = false;
};

// scan_with_faults is scan_to for stacks on which frames have faulted.
static bool scan_with_faults(const _panic* p, g* gp, uintptr_t stop_rsp, uint16_t* flags, uintptr_t* terminate) {
  Faulted faulted;
  FrameWalk w(p->pc, p->sp, p->bp, stack_bounds(gp, p->sp));
  *flags = 0;
  while (w.rsp() < stop_rsp) {
    RowView row;
    if (!w.row(&row)) return false;
    bool may_leave = faulted.may_leave(row.flags, w.exact_pc());
    if ((row.flags & kRowMustTerminate) && may_leave) row.flags = 0;
    if ((row.flags & kRowMustTerminate) && !(*flags & kRowMustTerminate)) *terminate = w.return_pc();
    *flags |= row.flags & ~kRowKindMask;
    if (!w.next() || w.guessed()) return false;
  }
  return w.rsp() == stop_rsp;
}

// must_unwind tells whether anything has to run on the way from the frame that panicked (or called Goexit) to the frame
// whose rsp is stop_rsp.
static bool must_unwind(const _panic* p, g* gp, uintptr_t stop_rsp) {
  uint16_t flags = 0;
  uintptr_t terminate = 0;
  if (p->pc == 0) return true;
  if (!scan_to(p->pc, p->sp, p->bp, stack_bounds(gp, p->sp), stop_rsp, &flags, &terminate) &&
      !scan_with_faults(p, gp, stop_rsp, &flags, &terminate))
    return true;
  if (flags & kRowMustTerminate) panic_through_noexcept(terminate);
  return (flags & (kRowCleanup | kRowCatchAll | kRowPersonalityOther)) != 0;  // catch (T) lets a panic pass
}

constexpr _Unwind_Exception_Class kPanicClass = 0x474f525450414e00;  // GORTPAN

// A forced unwind in progress. It lives outside of the stack that is being unwound.
struct leaving {
  _Unwind_Exception header;
  funcframe* target;  // null: the whole stack (Goexit)
  _panic* resume;     // Goexit to go on with, at its frame
  uintptr_t pc;       // of the frame that has been entered or left last
  unsigned uncaught;  // std::uncaught_exceptions() before it began. It counts as one more, so that destructors can tell
                      // that they run for a failure; a catch (...) that rethrows adds another
  Faulted faulted;
};

static void finish_leaving(leaving* l, g* gp);

// Not only the two return addresses: a fault in the call of a nil function has gofunc itself as its frame.
static bool in_gofunc(uintptr_t pc) {
  return pc >= reinterpret_cast<uintptr_t>(gort_gofunc) && pc < reinterpret_cast<uintptr_t>(gort_gofunc_end);
}

static bool arrived(const leaving* l, uintptr_t ip, uintptr_t rbp) {
  if (l->resume != nullptr) return ip == reinterpret_cast<uintptr_t>(gort_setpoint_ret) && rbp == l->resume->savesp;
  if (l->target != nullptr) return in_gofunc(ip) && rbp == reinterpret_cast<uintptr_t>(l->target) + kFrameToRBP;
  return ip == reinterpret_cast<uintptr_t>(gort_goexit_ret);
}

static Regs regs_of(_Unwind_Context* ctx, uintptr_t ip) {
  Regs regs{};
  for (int r : {Regs::kRbx, Regs::kRbp, Regs::kR12, Regs::kR13, Regs::kR14, Regs::kR15})
    regs.set(r, _Unwind_GetGR(ctx, r));
  regs.set(Regs::kRsp, _Unwind_GetCFA(ctx));
  regs.set(Regs::kRip, ip);
  return regs;
}

// pass_over goes on in the next frame that has something to run, if it is worth it: libgcc takes 200 ns for a frame,
// and as long to begin again. Returns where libgcc is to go on from ctx.
static void pass_over(leaving* l, _Unwind_Context* ctx, uintptr_t ip) {
  constexpr uint16_t kSomething = kRowHasLandingPad | kRowPersonalityOwn;
  g* gp = getg();
  const uintptr_t sp = _Unwind_GetCFA(ctx);
  FrameWalk w(ip, sp, _Unwind_GetGR(ctx, Regs::kRbp), stack_bounds(gp, sp));
  int frames = 0;
  for (RowView row; w.row(&row) && !(row.flags & kSomething); frames++) {
    if (!w.next() || w.guessed() || w.exact_pc()) return;
    if (arrived(l, w.pc(), w.rbp())) finish_leaving(l, gp);
  }
  if (frames < 3) return;
  Regs regs = regs_of(ctx, ip);
  Unwinder unwinder(stack_bounds(gp, sp));
  for (uint64_t cfa; frames > 0; frames--) {
    bool exact = false;
    if (unwinder.step(regs, &cfa, &exact) != Step::kOk || exact || unwinder.guessed()) return;
  }
  san_abandon(__builtin_frame_address(0), regs.r[Regs::kRsp]);
  gort_unwind_from(regs.r, l);
}

// leave_by_hand goes on in the caller of ctx's frame, so that the C++ library does not see that frame.
[[noreturn]] static void leave_by_hand(leaving* l, _Unwind_Context* ctx, uintptr_t ip, bool exact) {
  Regs regs = regs_of(ctx, ip);
  uint64_t cfa;
  if (Unwinder(stack_bounds(getg(), regs.r[Regs::kRsp])).step(regs, &cfa, &exact) != Step::kOk || exact)
    throw_("recovery failed");
  san_abandon(__builtin_frame_address(0), regs.r[Regs::kRsp]);
  gort_unwind_from(regs.r, l);
}

static _Unwind_Reason_Code stop(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*,
                                _Unwind_Context* ctx, void* arg) {
  auto* l = static_cast<leaving*>(arg);
  int exact = 0;
  uintptr_t ip = _Unwind_GetIPInfo(ctx, &exact);
  san_abandon(__builtin_frame_address(0), _Unwind_GetCFA(ctx));
  if ((actions & _UA_END_OF_STACK) || arrived(l, ip, _Unwind_GetGR(ctx, Regs::kRbp))) finish_leaving(l, getg());
  l->pc = ip + (exact != 0);
  if (exact != 0 || l->faulted.near()) {
    RowView row;
    bool known = exact != 0 ? row_for_exact(ip, &row) : row_for(ip, &row);
    if (known && l->faulted.may_leave(row.flags, exact != 0) && (row.flags & kRowMustTerminate))
      leave_by_hand(l, ctx, ip, exact != 0);
  } else {
    pass_over(l, ctx, ip);
  }
  return _URC_NO_REASON;
}

extern "C" [[noreturn]] void gort_unwind_on(void* arg) {
  auto* l = static_cast<leaving*>(arg);
  _Unwind_ForcedUnwind(&l->header, stop, l);
  throw_("recovery failed");
}

// A catch (...) between the panic and the recovering frame is entered as if it were a cleanup, as glibc's thread
// cancellation does it. If it ends without rethrowing, the C++ library "deletes" our exception: that is where the
// unwinding goes on.
static void exception_deleted(_Unwind_Reason_Code, _Unwind_Exception* e) {
  gort_unwind_on(e);
}

// Never inlined, and never kept: the goroutine may be on another thread each time.
[[gnu::noinline]] static eh_globals* thread_eh() {
  return reinterpret_cast<eh_globals*>(abi::__cxa_get_globals());
}

constexpr int kUnwindHeader = 80;  // offset in libstdc++'s __cxa_exception, which the list of caught ones links

// end_handlers ends the exceptions whose catch blocks are in frames that have been left: those below limit, all if it
// is 0. The blocks do so themselves, but not where the compiler expected no exception, as clang++ in a block that
// faults. libgcc notes in an exception which frame catches it.
static void end_handlers(uintptr_t limit) {
  constexpr _Unwind_Exception_Class kCxx = 0x474e5543432b2b00;  // GNUCC++, and one more for std::rethrow_exception's
  while (auto* caught = static_cast<char*>(thread_eh()->caught)) {
    auto* header = reinterpret_cast<_Unwind_Exception*>(caught + kUnwindHeader);
    if ((header->exception_class & ~_Unwind_Exception_Class{1}) != kCxx || (limit != 0 && header->private_2 >= limit))
      return;
    abi::__cxa_end_catch();
  }
}

static void goexit_loop(void* p);

[[noreturn]] static void land(funcframe* target, _panic* resume, g* gp) {
  const uintptr_t limit = resume != nullptr   ? resume->savesp
                          : target != nullptr ? reinterpret_cast<uintptr_t>(target)
                                              : 0;
  san_abandon(__builtin_frame_address(0), limit);
  end_handlers(limit);
  funcframe* fr = gp->frame;
  while (fr != target && (target != nullptr || fr != nullptr)) {
    if (resume != nullptr && reinterpret_cast<uintptr_t>(fr) > resume->savesp) break;
    gp->frame = fr->link;
    discard_frame(fr);
    fr = gp->frame;
  }
  if (resume != nullptr) gort_resumepoint(&resume->savesp, goexit_loop, resume);
  if (target != nullptr) {
    while (_defer* d = target->running) {
      target->running = d->link;
      free_record(d);
    }
    gort_recovery(target, gp);
  }
  gort_goexit0();
}

static void finish_leaving(leaving* l, g* gp) {
  funcframe* target = l->target;
  _panic* resume = l->resume;
  thread_eh()->uncaught = l->uncaught;
  free(l);
  land(target, resume, gp);
}

// leave_frames leaves every frame that is newer than target (a function frame), or than the Goexit resume, or all of
// them. p: what began it. Inlined, like recovery: a forced unwind passes each frame of gort's own at the price of one
// of the program's.
[[noreturn, gnu::always_inline]] static inline void leave_frames(const _panic* p, funcframe* target, _panic* resume) {
  g* gp = getg();
  // The rsp of the frame to reach. The outermost one, gort_gostart's, has its stack top where the goroutine's context
  // was made.
  uintptr_t stop_rsp = resume != nullptr   ? resume->savesp - kSetpointRoom
                       : target != nullptr ? reinterpret_cast<uintptr_t>(target)
                                           : goroutine_base(gp);
  if (!must_unwind(p, gp, stop_rsp)) land(target, resume, gp);
  auto* l = static_cast<leaving*>(calloc(1, sizeof(leaving)));
  if (l == nullptr) throw_("out of memory (recovery)");
  l->header.exception_class = kPanicClass;
  l->header.exception_cleanup = exception_deleted;
  l->target = target;
  l->resume = resume;
  l->uncaught = thread_eh()->uncaught++;
  gort_unwind_on(l);
}

// What clang++ has for a noexcept function with destructors is a catch (...) until it comes to std::terminate.
static std::terminate_handler terminate_before;

static void name_noexcept_function() {
  auto* caught = static_cast<char*>(thread_eh()->caught);
  g* gp = getg_or_null();
  if (caught == nullptr || gp == nullptr) return;
  auto* l = reinterpret_cast<leaving*>(caught + kUnwindHeader);
  if (l->header.exception_class != kPanicClass) return;
  FrameWalk w = walk_here(gp);
  for (int i = 0; i < 8 && w.next(); i++)
    if (returns_to_clang_call_terminate(w.return_pc())) panic_through_noexcept(l->pc);
}

[[noreturn]] static void terminated() {
  name_noexcept_function();
  terminate_before();
  abort();
}

// gofunc frames that a forced unwind or a C++ exception passes: their records end here, before older destructors run.
static void pass_frame(g* gp, funcframe* fr) {
  while (gp->frame != nullptr && reinterpret_cast<uintptr_t>(gp->frame) <= reinterpret_cast<uintptr_t>(fr)) {
    funcframe* f = gp->frame;
    gp->frame = f->link;
    discard_frame(f);
  }
}

// ---- panic ----

// nextdefer takes the newest pending record of the newest frame that has one. Frames newer than *at have none, but for
// the newest of all, which is the current one of a deferred call that opens no frame of its own: what it defers goes
// there.
static _defer* nextdefer(g* gp, funcframe** at, funcframe** owner) {
  funcframe* fr = gp->frame;
  if (fr == nullptr || fr->defers == nullptr) {
    fr = *at;
    while (fr != nullptr && fr->defers == nullptr) fr = fr->link;
    *at = fr;
    if (fr == nullptr) return nullptr;
  }
  _defer* d = fr->defers;
  fr->defers = d->link;
  d->link = fr->running;
  fr->running = d;
  *owner = fr;
  return d;
}

static void drop_panic(_panic* p) {
  p->arg().~any();
  if (p->exception != nullptr) {
    abi::__cxa_begin_catch(p->exception);
    abi::__cxa_end_catch();
  }
}

// recovery: p has been recovered by a deferred call of fr, which has returned. Older panics that began in frames newer
// than fr are gone, as in Go; a Goexit among them goes on instead of fr.
[[noreturn, gnu::always_inline]] static inline void recovery(_panic* p, funcframe* fr, g* gp) {
  _panic* resume = nullptr;
  _panic* q = p;
  while (q != nullptr && reinterpret_cast<uintptr_t>(q) < reinterpret_cast<uintptr_t>(fr)) {
    if (q->goexit) {
      resume = q;
      break;
    }
    _panic* older = q->link;
    drop_panic(q);
    q = older;
  }
  gp->panic = q;
  if (q == nullptr && gp->extra != nullptr) gp->extra->sig = {};
  leave_frames(p, resume != nullptr ? nullptr : fr, resume);
}

// rundefers runs the pending deferred calls for p up to the one that recovers, and returns that one's frame, or null.
static funcframe* rundefers(_panic* p, g* gp) {
  funcframe *fr, *at = gp->frame;
  while (_defer* d = nextdefer(gp, &at, &fr)) {
    p->record = d;
    gort_calldefer(d->closure(), d->fn, &p->callsp);
    p->record = nullptr;
    fr->running = d->link;
    free_record(d);
    if (p->recovered) return fr;
  }
  return nullptr;
}

// Never inlined: traces show this frame as panic(...). Nothing in it needs a destructor.
[[gnu::noinline]] void gopanic(any_words v) {
  g* gp = getg();
  _panic p;
  if (reinterpret_cast<any*>(v.bytes)->rt_type() == nullptr && godebug.panicnil == 0)
    ::new (static_cast<void*>(p.argbytes)) any(error(runtime::PanicNilError{}));
  else
    memcpy(p.argbytes, v.bytes, sizeof p.argbytes);
  if (gp->m != nullptr && gp == gp->m->g0) throw_("panic on system stack");
  auto* frame = static_cast<uintptr_t*>(__builtin_frame_address(0));
  p.pc = frame[1];
  p.sp = reinterpret_cast<uintptr_t>(frame + 2);
  p.bp = frame[0];
  p.link = gp->panic;
  gp->panic = &p;
  if (funcframe* fr = rundefers(&p, gp)) recovery(&p, fr, gp);
  fatalpanic(&p);
}

void panic_any(any v) {
  gopanic(release_any(std::move(v)));
}

// ---- recover ----

// The function whose frame w stands on has called recover. Was it called directly by p's deferred call? Frames of
// gort's own are looked through: the wrapper of defer(f, args...), gofunc with its thunk where the function is the body
// of a func that stands directly in the deferred function, and the trampoline of a select's case. skip_call_glue moves
// on from the frames of a std::function or its like, if the deferred function is one, to the frame that called them.
static bool skip_call_glue(const _panic* p, FrameWalk& w) {
  if (!p->record->stdcallable) return true;
  for (;;) {
    symtab::Hold hold;
    symtab::Spare spare;
    const symtab::Kept& at = *symtab::lookup(w.return_pc(), false, &spare);
    if (!(at.physical().role & symtab::kRoleGlue)) return true;
    // What std::function calls may be inlined in it: then that is the function that stands here. (It does not call
    // recover itself, or it would not be inlined.)
    for (uint32_t i = 0; i + 1 < at.n; i++)
      if (user_frame(at.at[i]) && strncmp(at.at[i].function, "std.", 4) != 0) return true;
    if (!w.next()) return false;
  }
}

static bool called_by_panic(const _panic* p, FrameWalk w) {
  auto at = [&](const char* label) { return w.return_pc() == reinterpret_cast<uintptr_t>(label); };
  if (p->record == nullptr) return false;
  for (int hops = 0; hops < 64; hops++) {
    if (!w.next() || !skip_call_glue(p, w)) return false;
    if (at(gort_calldefer_ret)) return w.rsp() == p->callsp && !p->record->wrapper;
    // A body: what counts is the function around the func or the select.
    if (at(gort_gofunc_ret) || is_marked(w.return_pc(), kCaseBodyMark)) {
      if (!w.next()) return false;
      continue;
    }
    if (!w.next()) return false;
    if (is_marked(w.return_pc(), kCaseThunkMark)) {
      if (!w.next()) return false;
      continue;
    }
    if (at(gort_calldefer_ret)) return w.rsp() == p->callsp && p->record->wrapper;
    if (at(gort_gofunc_ret) && reinterpret_cast<funcframe*>(w.rsp())->thunk) {
      if (!w.next() || !w.next()) return false;  // gofunc's caller is func<R>, its caller the function that counts
      continue;
    }
    return false;
  }
  return false;
}

static _panic* recoverable(g* gp) {
  if (gp == nullptr) return nullptr;
  _panic* p = gp->panic;
  return p != nullptr && !p->goexit && !p->recovered ? p : nullptr;
}

// gort_recover1 is recover after its entry stub has noted the caller's registers.
extern "C" any* gort_recover1(any* result, uintptr_t ra, uintptr_t sp, uintptr_t bp) {
  g* gp = getg_or_null();
  _panic* p = recoverable(gp);
  if (p == nullptr || !called_by_panic(p, FrameWalk(ra, sp, bp, stack_bounds(gp, sp)))) return ::new (result) any();
  p->recovered = true;
  return ::new (result) any(p->arg());
}

// `defer(recover)`: Go takes the function whose deferred call this is for recover's caller. So it recovers if that
// function is one that the panic called, and does nothing where the panicking function itself defers it.
[[gnu::noinline]] void deferred_recover(void*) {
  g* gp = getg_or_null();
  _panic* p = recoverable(gp);
  if (p == nullptr) return;
  FrameWalk w = walk_here(gp);
  if (!w.next() || w.return_pc() != reinterpret_cast<uintptr_t>(gort_deferreturn_ret)) return;
  bool thunk = reinterpret_cast<funcframe*>(w.rsp())->thunk;
  if (!w.next() || (thunk && !w.next())) return;
  if (called_by_panic(p, w)) p->recovered = true;
}

// ---- Goexit ----

static void goexit_loop(void* arg) {
  auto* p = static_cast<_panic*>(arg);
  g* gp = getg();
  rundefers(p, gp);  // to the last: nothing recovers a Goexit
  for (_panic* q = gp->panic; q != nullptr;) {
    _panic* older = q->link;
    drop_panic(q);
    q = older;
  }
  gp->panic = nullptr;
  p->sp = p->savesp + 16;  // of the function that called gort_setpoint
  p->bp = reinterpret_cast<uintptr_t*>(p->savesp)[0];
  p->pc = reinterpret_cast<uintptr_t*>(p->savesp)[1];
  leave_frames(p, nullptr, nullptr);
}

[[noreturn]] void goexit() {
  g* gp = getg();
  if (gp->thread) throw_("runtime.Goexit called on a thread that is not a goroutine");
  _panic p;
  ::new (static_cast<void*>(p.argbytes)) any();
  p.goexit = true;
  p.link = gp->panic;
  gp->panic = &p;
  gort_setpoint(&p.savesp, goexit_loop, &p);
  throw_("goexit failed");
}

// ---- C++ exceptions ----
//
// A C++ exception that looks for its handler (search phase: nothing is unwound yet) and comes to a function frame runs
// that frame's deferred calls there and then, as a panic would: on top of the stack of the throw. If one recovers, the
// exception ends there. If not, the search goes on outwards; a handler further out gets the exception as usual, and
// where there is none, the outermost frame of the goroutine reports a panic whose trace shows the throw.

static funcframe* frame_of(_Unwind_Context* ctx) {
  return reinterpret_cast<funcframe*>(_Unwind_GetGR(ctx, 6) - kFrameToRBP);
}

static bool is_cxx(_Unwind_Exception_Class c) {
  return (c & ~_Unwind_Exception_Class(0xff)) == 0x474e5543432b2b00;
}  // GNUCC++

static std::exception_ptr pointer_to(_Unwind_Exception* e) {
  // An exception_ptr is the address of the thrown object, which follows the header; a rethrown exception_ptr has a
  // header of its own that points to it (libstdc++'s __cxa_dependent_exception, whose first word is 80 bytes before the
  // unwind header).
  void* object = e + 1;
  if ((e->exception_class & 0xff) == 1) memcpy(&object, reinterpret_cast<char*>(e) - 80, sizeof object);
  std::exception_ptr borrowed;
  static_assert(sizeof borrowed == sizeof object);
  memcpy(static_cast<void*>(&borrowed), &object, sizeof object);
  std::exception_ptr owned = borrowed;
  memset(static_cast<void*>(&borrowed), 0, sizeof borrowed);
  return owned;
}

any exception_value(_Unwind_Exception* e) {
  if (!is_cxx(e->exception_class)) return errors::New("foreign exception");
  return errors::FromException(pointer_to(e));
}

std::exception_ptr thrown_exception() {
  const _panic* p = recoverable(getg_or_null());
  return p != nullptr && p->exception != nullptr && is_cxx(p->exception->exception_class) ? pointer_to(p->exception)
                                                                                          : nullptr;
}

static void begin_exception_panic(_panic* p, _Unwind_Exception* e, g* gp) {
  try {
    ::new (static_cast<void*>(p->argbytes)) any(exception_value(e));
  } catch (const std::bad_alloc&) {
    throw_("out of memory (exception)");  // left alone, it would come back here
  }
  p->exception = e;
  p->link = gp->panic;
  gp->panic = p;
}

[[gnu::noinline]] static void exception_meets_frame(_Unwind_Exception* e, funcframe* fr) {
  g* gp = getg();
  if (fr->defers == nullptr) return;
  _panic p;
  begin_exception_panic(&p, e, gp);
  while (_defer* d = fr->defers) {
    fr->defers = d->link;
    d->link = fr->running;
    fr->running = d;
    p.record = d;
    gort_calldefer(d->closure(), d->fn, &p.callsp);
    p.record = nullptr;
    fr->running = d->link;
    free_record(d);
    if (p.recovered) recovery(&p, fr, gp);
  }
  gp->panic = p.link;
  p.exception = nullptr;
  drop_panic(&p);
}

extern "C" _Unwind_Reason_Code gort_func_personality(int, _Unwind_Action actions, _Unwind_Exception_Class,
                                                     _Unwind_Exception* e, _Unwind_Context* ctx) {
  if (actions & _UA_SEARCH_PHASE)
    exception_meets_frame(e, frame_of(ctx));
  else
    pass_frame(getg(), frame_of(ctx));
  return _URC_CONTINUE_UNWIND;
}

// A deferred call that a panic runs is left for good: by an exception with a handler further out, or by the recovery of
// a newer panic.
extern "C" _Unwind_Reason_Code gort_calldefer_personality(int, _Unwind_Action actions, _Unwind_Exception_Class,
                                                          _Unwind_Exception*, _Unwind_Context* ctx) {
  if (actions & _UA_SEARCH_PHASE) return _URC_CONTINUE_UNWIND;
  g* gp = getg();
  uintptr_t sp = _Unwind_GetGR(ctx, 6) - kCalldeferRoom;
  _panic* p = gp->panic;
  while (p != nullptr && p->callsp != sp) p = p->link;
  if (p == nullptr) return _URC_CONTINUE_UNWIND;
  for (bool last = false; !last;) {
    _panic* top = gp->panic;
    last = top == p;
    gp->panic = top->link;
    drop_panic(top);
  }
  return _URC_CONTINUE_UNWIND;
}

[[gnu::noinline]] static void uncaught_exception(_Unwind_Exception* e) {
  g* gp = getg();
  _panic p;
  begin_exception_panic(&p, e, gp);
  fatalpanic(&p);
}

extern "C" _Unwind_Reason_Code gort_goroutine_personality(int, _Unwind_Action actions, _Unwind_Exception_Class,
                                                          _Unwind_Exception* e, _Unwind_Context*) {
  if (actions & _UA_SEARCH_PHASE) uncaught_exception(e);
  return _URC_CONTINUE_UNWIND;
}

void panic_init() {
  unwind_init();
  terminate_before = std::set_terminate(terminated);
  register_personality(reinterpret_cast<void (*)()>(gort_func_personality));
  register_personality(reinterpret_cast<void (*)()>(gort_calldefer_personality));
  register_personality(reinterpret_cast<void (*)()>(gort_goroutine_personality));
}

}  // namespace gort::rt
