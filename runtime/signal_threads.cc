// The report of a program that called gort::traceback::install: every thread, in the words that Go has for goroutines.
// See gort/traceback.h for the promise, signal.h for who calls this.
//
// A thread is printed as a goroutine that is locked to its thread, numbered by its kernel id. The thread that the
// report is about comes first and is plainly `[running]`: that is the block that crash reporters look for. Other
// threads are `[syscall]` where they stand in a system call and `[running]` elsewhere, with the thread's name in
// parentheses, since a comma would end the state for Go's parsers.
//
// Threads of the scheduler are not listed; their goroutines are, after the threads.
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/signal.h"
#include "runtime/signal_tasks.h"
#include "runtime/traceback.h"
#include "sched/proc.h"
#include "sched/stack.h"

namespace gort::rt {

namespace {

// This thread's exception has been reported: the abort that follows is not news.
__thread bool exception_reported __attribute__((tls_model("initial-exec")));

// ---- names and states ----

// name_of reads a thread's name; empty where it is the program's own, which every thread begins with.
void name_of(pid_t tid, char* out, size_t size) {
  auto read_name = [](pid_t t, char* to, size_t n) {
    char path[64] = "/proc/self/task/";
    char digits[16];
    size_t at = strlen(path), d = sizeof digits;
    do digits[--d] = char('0' + t % 10);
    while ((t /= 10) != 0);
    memcpy(path + at, digits + d, sizeof digits - d);
    memcpy(path + at + sizeof digits - d, "/comm", 6);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, to, n - 1) : 0;
    if (fd >= 0) close(fd);
    if (got > 0 && to[got - 1] == '\n') got--;
    to[got > 0 ? got : 0] = '\0';
  };
  char program[32];
  read_name(getpid(), program, sizeof program);
  read_name(tid, out, size);
  if (strcmp(out, program) == 0) out[0] = '\0';
  for (char* p = out; *p != '\0'; p++)
    if (*p < ' ' || *p == ',' || *p == '[' || *p == ']' || *p == 0x7f) *p = '_';
}

// in_syscall: the instruction before is a system call that the signal has interrupted, or the one at pc is, set up to
// be made again.
bool in_syscall(const Context& ctx) {
  constexpr uint16_t kSyscall = 0x050f;
  constexpr int64_t kInterrupted = -4, kRestart = -512;
  uint64_t pc = ctx.regs.r[Regs::kRip];
  uint16_t at = 0, before = 0;
  own_memory().read(pc, &at, sizeof at);
  own_memory().read(pc - 2, &before, sizeof before);
  auto rax = int64_t(ctx.regs.r[Regs::kRax]);
  if (at == kSyscall) return rax >= 0 && rax < 1024;
  return before == kSyscall && (rax == kInterrupted || (rax <= kRestart && rax > kRestart - 8));
}

// ---- blocks ----

struct reporter {
  Sink& w;
  int level;

  void header(pid_t tid, const char* state, const char* name, bool first) {
    w.str("goroutine ");
    w.dec(tid);
    w.str(" [");
    w.str(state);
    if (!first && *name != '\0') {
      w.str(" (");
      w.str(name);
      w.str(")");
    }
    w.str(first ? "]:\n" : ", locked to thread]:\n");
  }

  void goroutine(g* gp, const Context& ctx) {
    goroutineheader(w, gp, level > 1);
    w.flush();
    bool own = on_own_stack(gp, ctx.regs.r[Regs::kRsp]);
    traceback(w, own ? gp : stack_without_g(nullptr), ctx, level);
  }

  void thread(const task& t) {
    if (task_gone(t)) return;
    char name[32];
    name_of(t.tid, name, sizeof name);
    Context ctx{};
    bool known = task_context(t, &ctx);
    w.str("\n");
    header(t.tid, known && !in_syscall(ctx) ? "running" : "syscall", name, false);
    w.flush();
    if (known)
      traceback(w, stack_without_g(nullptr), ctx, level);
    else
      w.str("\tgoroutine running on other thread; stack unavailable\n");
    w.flush();
  }
};

bool runs_goroutines(pid_t tid) {
  for (const m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink)
    if (mp->tid == tid) return true;
  return false;
}

g* goroutine_here() {
  g* gp = getg_or_null();
  return gp != nullptr && !gp->thread && gp->m != nullptr && gp != gp->m->g0 ? gp : nullptr;
}

// traces prints the calling thread, where ctx says that it was, and, unless GOTRACEBACK=single, the others.
void traces(Sink& w, const Context& ctx) {
  traceback_mode mode = gotraceback_threads();
  int n = hold_tasks();
  if (mode.level > 0) {
    reporter r{w, mode.level};
    g* gp = goroutine_here();
    if (gp != nullptr) {
      r.goroutine(gp, ctx);
    } else {
      r.header(gettid(), "running", "", true);
      w.flush();
      traceback(w, stack_without_g(nullptr), ctx, mode.level);
    }
    w.flush();
    for (int i = 0; mode.all && i < n; i++)
      if (mode.level > 1 || !runs_goroutines(held_task(i).tid)) r.thread(held_task(i));
    if (mode.all && sched_started()) tracebackothers(w, gp, mode.level);
  }
  w.flush();
}

// The name of the thread is worth a line of its own: its block's header has no room for it.
void print_thread_name(Sink& w) {
  char name[32];
  name_of(gettid(), name, sizeof name);
  if (name[0] == '\0') return;
  w.str("[thread ");
  w.dec(gettid());
  w.str(" (");
  w.str(name);
  w.str(")]\n");
}

// ---- stack overflow ----

// The mapping that begins next above (or at) addr, from /proc/self/maps.
bool mapping_above(uintptr_t addr, uintptr_t* lo, uintptr_t* hi) {
  int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char buf[1024];
  uintptr_t range[2] = {0, 0};
  int part = 0;  // 0 and 1: within the addresses, 2: within the permissions, 3: in the rest of the line
  int perm = 0;
  bool writable = false, found = false;
  for (ssize_t n; !found && (n = read(fd, buf, sizeof buf)) > 0;) {
    for (ssize_t i = 0; i < n && !found; i++) {
      char c = buf[i];
      if (c == '\n') {
        range[0] = range[1] = 0;
        part = perm = 0;
      } else if (part < 2) {
        if (c == '-' || c == ' ')
          part++;
        else
          range[part] = range[part] << 4 | uintptr_t(c <= '9' ? c - '0' : c - 'a' + 10);
      } else if (part == 2) {
        if (perm++ == 1) {
          writable = c == 'w';
          part = 3;
          found = writable && range[1] > addr;
        }
      }
    }
  }
  close(fd);
  *lo = range[0];
  *hi = range[1];
  return found;
}

// A thread's stack is used up when it touches what is just below the memory that its stack pointer is in or next to.
bool overflowed(const sigctxt& c, uintptr_t* lo, uintptr_t* hi) {
  constexpr uintptr_t kFrame = 64 << 10, kGap = 1 << 20;
  if (c.sig != SIGSEGV || c.info->si_code == SI_KERNEL) return false;
  uintptr_t at = c.addr(), sp = c.sp();
  if (at + kFrame < sp || at > sp + kFrame || !mapping_above(at, lo, hi)) return false;
  return at < *lo && *lo - at <= kGap && sp < *hi && sp + kGap >= *lo;
}

void print_overflow(Sink& w, const sigctxt& c, uintptr_t lo, uintptr_t hi) {
  w.str("runtime: goroutine stack exceeds ");
  w.dec(int64_t(hi - lo));
  w.str("-byte limit\nruntime: sp=");
  w.hex(c.sp());
  w.str(" stack=[");
  w.hex(lo);
  w.str(", ");
  w.hex(hi);
  w.str("]\nfatal error: stack overflow\n");
}

// What Go says of a fault.
void print_fault(Sink& w, const sigctxt& c) {
  uintptr_t lo, hi;
  if (overflowed(c, &lo, &hi)) {
    print_overflow(w, c, lo, hi);
  } else if (const char* text = fault_text(c)) {
    w.str("panic: runtime error: ");
    w.str(text);
    w.str("\n");
  } else {
    w.str("unexpected fault address ");
    w.hex(c.addr());
    w.str("\nfatal error: fault\n");
  }
  print_signal_line(w, c.signal_info());
}

void print_report(const void* arg) {
  const sigctxt& c = *static_cast<const sigctxt*>(arg);
  bool fault = !c.from_user() && (c.sig == SIGSEGV || c.sig == SIGBUS || c.sig == SIGFPE);
  Sink w(2);
  dying_output(&w);
  if (fault) {
    print_fault(w, c);
    print_thread_name(w);
    w.str("\n");
  } else {
    print_signal_head(w, c, gettid());
  }
  w.flush();
  traces(w, c.context());
  if (!fault || gotraceback_threads().level > 1) {
    w.str("\n");
    dumpregs(w, c);
  }
  w.flush();
  dying_output(nullptr);
  forget_broken_pipe();
}

}  // namespace

bool report_signal_threads(const sigctxt& c) {
  if (c.sig == SIGABRT && exception_reported) return false;
  begin_report(c.sig);
  run_on_large_stack(print_report, &c);
  return true;
}

void release_report() {
  release_tasks();
  end_report();
}

void report_exception(const char* text, const Context& thrown) {
  begin_report(SIGABRT);
  exception_reported = true;
  Sink w(2);
  dying_output(&w);
  w.str("panic: ");
  w.str(text);
  w.str("\n");
  print_thread_name(w);
  w.str("\n");
  w.flush();
  traces(w, thrown);
  w.flush();
  dying_output(nullptr);
  forget_broken_pipe();
}

}  // namespace gort::rt
