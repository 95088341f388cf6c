// What fatal signals print. The texts, their order and the register block are Go's. See signal.h.
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/signal.h"
#include "runtime/traceback.h"
#include "sched/proc.h"
#include "sched/stack.h"

namespace gort::rt {

const char* signal_name(int sig) {
  switch (sig) {
    case SIGHUP:
      return "SIGHUP: terminal line hangup";
    case SIGINT:
      return "SIGINT: interrupt";
    case SIGQUIT:
      return "SIGQUIT: quit";
    case SIGILL:
      return "SIGILL: illegal instruction";
    case SIGTRAP:
      return "SIGTRAP: trace trap";
    case SIGABRT:
      return "SIGABRT: abort";
    case SIGBUS:
      return "SIGBUS: bus error";
    case SIGFPE:
      return "SIGFPE: floating-point exception";
    case SIGKILL:
      return "SIGKILL: kill";
    case SIGUSR1:
      return "SIGUSR1: user-defined signal 1";
    case SIGSEGV:
      return "SIGSEGV: segmentation violation";
    case SIGUSR2:
      return "SIGUSR2: user-defined signal 2";
    case SIGPIPE:
      return "SIGPIPE: write to broken pipe";
    case SIGALRM:
      return "SIGALRM: alarm clock";
    case SIGTERM:
      return "SIGTERM: termination";
    case SIGSTKFLT:
      return "SIGSTKFLT: stack fault";
    case SIGSYS:
      return "SIGSYS: bad system call";
    default:
      return "unknown signal";
  }
}

g* stack_without_g(char* hi) {
  static g nobody;
  nobody.stackclass = 0;
  nobody.stackhi = hi;
  return &nobody;
}

namespace {

int system_level() {
  int level = gotraceback().level;
  return level > 2 ? level : 2;
}

bool on_goroutine(const g* gp) {
  return gp != nullptr && !gp->thread && gp->m != nullptr && gp != gp->m->g0;
}

// The header and frames of what the signal has interrupted. A thread without a goroutine prints as Go's g0 does.
void print_interrupted(Sink& w, const sigctxt& c, g* gp) {
  if (on_goroutine(gp)) {
    goroutineheader(w, gp, true);
    w.flush();
    // A handler of the program's may have interrupted the goroutine: the walk then goes from the handler's stack to the
    // goroutine's, unbounded.
    return traceback(w, on_own_stack(gp, c.sp()) ? gp : stack_without_g(nullptr), c.context(), system_level());
  }
  m* mp = m_of(gp);  // null on a thread that is not gort's
  w.str("goroutine 0 gp=");
  w.hex(reinterpret_cast<uintptr_t>(gp != nullptr ? gp : stack_without_g(nullptr)));
  w.str(" m=");
  w.dec(mp != nullptr ? mp->id : 0);
  w.str(" mp=");
  w.hex(reinterpret_cast<uintptr_t>(mp));
  w.str(" [idle]:\n");
  traceback(w, stack_without_g(mp != nullptr ? mp->stackhi : nullptr), c.context(), system_level());
}

void print_fatal_error(Sink& w, const sigctxt& c, const char* msg) {
  w.str("fatal error: ");
  w.str(msg);
  w.str("\n");
  print_signal_line(w, c.signal_info());
}

void dumpreg(Sink& w, const char* name, uint64_t value) {
  w.str(name);
  for (size_t n = strlen(name); n < 7; n++) w.str(" ");
  w.hex(value);
  w.str("\n");
}

// At most 16 bytes, and none of the next page, which may not be there.
void print_instruction(Sink& w, uintptr_t pc) {
  uint8_t bytes[16];
  size_t n = 4096 - pc % 4096;
  if (n > sizeof bytes) n = sizeof bytes;
  w.str("instruction bytes:");
  if (symtab::self_reader().read(pc, bytes, n)) {
    for (size_t i = 0; i < n; i++) {
      w.str(" ");
      w.hex(bytes[i]);
    }
  }
  w.str("\n");
}

// sigcode prints unsigned, as in Go: what raise() sends has 18446744073709551610.
void print_code(Sink& w, int si_code) {
  char digits[24];
  size_t n = sizeof digits;
  digits[--n] = '\0';
  auto code = uint64_t(int64_t(si_code));
  do {
    digits[--n] = char('0' + code % 10);
    code /= 10;
  } while (code != 0);
  w.str(digits + n);
}

}  // namespace

void print_signal_head(Sink& w, const sigctxt& c, int64_t m) {
  w.str(signal_name(c.sig));
  w.str("\nPC=");
  w.hex(c.pc());
  w.str(" m=");
  w.dec(m);
  w.str(" sigcode=");
  print_code(w, c.info->si_code);
  if (c.sig == SIGSEGV || c.sig == SIGBUS) {
    w.str(" addr=");
    w.hex(c.addr());
  }
  w.str("\n");
  if (c.sig == SIGILL || c.sig == SIGFPE) print_instruction(w, c.pc());
  w.str("\n");
}

void dumpregs(Sink& w, const sigctxt& c) {
  static constexpr struct {
    const char* name;
    int reg;
  } kRegs[] = {{"rax", REG_RAX}, {"rbx", REG_RBX}, {"rcx", REG_RCX},   {"rdx", REG_RDX}, {"rdi", REG_RDI},
               {"rsi", REG_RSI}, {"rbp", REG_RBP}, {"rsp", REG_RSP},   {"r8", REG_R8},   {"r9", REG_R9},
               {"r10", REG_R10}, {"r11", REG_R11}, {"r12", REG_R12},   {"r13", REG_R13}, {"r14", REG_R14},
               {"r15", REG_R15}, {"rip", REG_RIP}, {"rflags", REG_EFL}};
  for (const auto& r : kRegs) dumpreg(w, r.name, uint64_t(c.reg(r.reg)));
  auto segments = uint64_t(c.reg(REG_CSGSFS));  // cs, gs, fs: 16 bits each
  dumpreg(w, "cs", segments & 0xffff);
  dumpreg(w, "fs", segments >> 32 & 0xffff);
  dumpreg(w, "gs", segments >> 16 & 0xffff);
}

namespace {

// ---- GOTRACEBACK=crash: every thread dumps itself, one after the other, then the process aborts ----

std::atomic<bool> crashing{false};  // the thread that got the signal has printed its part
std::atomic<int> dumped{0};         // others that have

constexpr int kAnswerMS = 250;  // for a thread that does not answer (it blocks the signal)
constexpr int kRelayMS = 1500;

void relay(Sink& w) {
  crashing.store(true);
  pid_t me = gettid();
  int spent = 0;
  for (const m* mp = allm.load(); mp != nullptr && spent < kRelayMS; mp = mp->alllink) {
    if (mp->tid == 0 || mp->tid == me) continue;
    w.str("\n-----\n\n");
    w.flush();
    int before = dumped.load();
    if (syscall(SYS_tgkill, getpid(), pid_t(mp->tid), SIGQUIT) != 0) continue;
    for (int i = 0; i < kAnswerMS && dumped.load() == before; i++, spent++) usleep(1000);
  }
}

}  // namespace

void print_stack_overflow(const sigctxt& c, g* gp) {
  startpanic();
  Sink w(2);
  dying_output(&w);
  size_t size = stack_class_size[gp->stackclass] - kStackGuard[gp->stackclass];
  w.str("runtime: goroutine stack exceeds ");
  w.dec(int64_t(gp->stackclass == 0 ? maxstacksize.load() : size));
  w.str("-byte limit\nruntime: sp=");
  w.hex(c.sp());
  w.str(" stack=[");
  w.hex(reinterpret_cast<uintptr_t>(stacklo(gp)));
  w.str(", ");
  w.hex(reinterpret_cast<uintptr_t>(gp->stackhi));
  w.str("]\nfatal error: stack overflow\n\nruntime stack:\n");
  w.flush();
  // The signal stack up to, and without, the context that was interrupted.
  traceback(w, stack_without_g(reinterpret_cast<char*>(c.uc)), context_here(), system_level());
  w.str("\n");
  goroutineheader(w, gp, true);
  w.flush();
  traceback(w, gp, c.context(), system_level());
  tracebackothers(w, gp, system_level());
  w.flush();
  finishpanic();
}

void unexpected_signal(const sigctxt& c, g* gp) {
  startpanic();
  Sink w(2);
  dying_output(&w);
  print_fatal_error(w, c, "unexpected signal during runtime execution");
  w.flush();
  if (on_goroutine(gp)) {
    w.str("\n");
    print_interrupted(w, c, gp);
  } else {
    w.str("\nruntime stack:\n");
    w.flush();
    traceback(w, stack_without_g(gp->m->stackhi), c.context(), system_level());
  }
  tracebackothers(w, on_goroutine(gp) ? gp : nullptr, system_level());
  w.flush();
  finishpanic();
}

void fatal_signal(const sigctxt& received) {
  sigctxt c = received;
  g* gp = getg_or_null();
  const m* mp = m_of(gp);
  bool relayed_to = crashing.load();
  if (!relayed_to) startpanic();
  // A thread that has been stopped shows where it was stopped, not the handler in which it waits.
  auto* ss = mp != nullptr ? static_cast<signal_stack*>(mp->gsignal) : nullptr;
  if (relayed_to && ss != nullptr && ss->stopped.load() != nullptr) c.uc = ss->stopped.load();
  Sink w(2);
  if (!relayed_to) dying_output(&w);
  print_signal_head(w, c, mp != nullptr ? mp->id : 0);
  w.flush();
  print_interrupted(w, c, gp);
  if (!relayed_to) {
    tracebackothers(w, on_goroutine(gp) ? gp : nullptr, system_level());
    w.str("\n");
  }
  dumpregs(w, c);
  w.flush();
  if (relayed_to) {
    dumped.fetch_add(1);
    for (;;) pause();
  }
  if (gotraceback().crash) relay(w);
  finishpanic();
}

void failed_while_dying(const sigctxt& c) {
  startpanic();
  Sink w(2);
  dying_output(&w);
  print_signal_line(w, c.signal_info());
  w.str("\n");
  g* gp = getg_or_null();
  bool own_stack = on_goroutine(gp) && on_own_stack(gp, c.sp());
  if (own_stack)
    goroutineheader(w, gp, true);
  else
    w.str("runtime stack:\n");
  w.flush();
  traceback(w, own_stack ? gp : stack_without_g(nullptr), c.context(), system_level());
  w.flush();
  finishpanic();
}

}  // namespace gort::rt
