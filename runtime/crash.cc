// The end of the process: uncaught panics, fatal errors, throws, deadlock. What is printed is Go's, byte for byte.
#include "runtime/crash.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

#include <gort/print.h>

#include "runtime/panic.h"
#include "runtime/signal.h"
#include "runtime/traceback.h"

namespace gort::rt {

std::atomic<int> report_signal{0};

[[noreturn]] void crash_exit(int code) {
  if (int sig = report_signal.load()) dieFromSignal(sig);
  if (gotraceback().crash) {
    signal(SIGABRT, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGABRT);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    raise(SIGABRT);
  }
  // Not _exit: sanitizers look through their own records there, find this thread in the middle of its report, and end
  // the process with a status of theirs.
  for (;;) syscall(SYS_exit_group, code);
}

// What the program has printed through stdio and std::cout is not lost, as it is not in Go. Not where a lock might be
// held by a stopped thread or where the heap may be broken: only ends that begin in ordinary code call this.
static void flush_stdio() {
  if (ftrylockfile(stdout) != 0) return;
  fflush(stdout);
  funlockfile(stdout);
}

static Sink* panic_sink;
static void to_sink(const char* s, size_t n) {
  panic_sink->write(s, n);
}

static void printpanics(Sink& w, _panic* p) {
  if (p->link != nullptr) {
    printpanics(w, p->link);
    if (!p->link->goexit) w.str("\t");
  }
  if (p->goexit) return;
  w.str("panic: ");
  panic_sink = &w;
  if (p->printed)
    w.write(p->arg().as<std::string>()->data(), p->arg().as<std::string>()->size());
  else
    printpanicval(p->arg(), to_sink);
  if (p->recovered) w.str(" [recovered]");
  w.str("\n");
}

void print_signal_line(Sink& w, const gsignal_info& s) {
  if (s.sig == 0) return;
  w.str("[signal ");
  w.str(signal_name(int(s.sig)));
  w.str(" code=");
  w.hex(s.code0);
  w.str(" addr=");
  w.hex(s.code1);
  w.str(" pc=");
  w.hex(s.pc);
  w.str("]\n");
}

// Error and String methods run before anything is printed; one that panics is fatal.
static void preprintpanics(_panic* p) {
  for (; p != nullptr; p = p->link) {
    if (p->goexit) continue;
    const type_desc* t = p->arg().rt_type();
    if (t == nullptr || (t->error == nullptr && t->stringer == nullptr)) continue;
    any text;
    func([&] {
      defer([] {
        any e = recover();
        if (!e) return;
        static char msg[1024];
        if (e.is<std::string>())
          snprintf(msg, sizeof msg, "panic while printing panic value: %s", e.as<std::string>()->c_str());
        else
          snprintf(msg, sizeof msg, "panic while printing panic value: type %.*s", int(e.type_name().size()),
                   e.type_name().data());
        throw_(msg);
      });
      text = preprintpanic(p->arg());
    });
    p->arg() = std::move(text);
    p->printed = true;
  }
}

// The traces after the message: the dying goroutine and, as GOTRACEBACK says, the others.
static void print_traces(Sink& w, g* gp, const Context* ctx, int level, bool all) {
  if (level > 0) {
    if (ctx != nullptr && gp != nullptr) {
      w.str("\n");
      goroutineheader(w, gp, level > 1);
      traceback(w, gp, *ctx, level);
    }
    if (all) tracebackothers(w, gp, level);
  }
  w.flush();
}

void fatalpanic(_panic* p) {
  Context ctx = context_here();
  g* gp = getg();
  preprintpanics(p);
  startpanic();
  flush_stdio();
  Sink w(2);
  dying_output(&w);
  printpanics(w, p);
  if (gp->extra != nullptr) print_signal_line(w, gp->extra->sig);
  w.flush();
  traceback_mode mode = gotraceback();
  print_traces(w, gp, &ctx, mode.level, mode.all);
  finishpanic();
}

static bool on_system_stack(const g* gp) {
  return gp->m != nullptr && gp == gp->m->g0;
}

// print_system_traces is print_traces for what happened on the stack of the scheduler, or of a thread.
static void print_system_traces(Sink& w, g* gp, const Context& ctx, int level) {
  if (level > 1) {
    w.str("\nruntime stack:\n");
    static g nobody;
    traceback(w, gp != nullptr ? gp : &nobody, ctx, level);
  }
  print_traces(w, nullptr, nullptr, level, true);
}

static void message(Sink& w, const char* msg) {
  w.str("fatal error: ");
  w.str(msg);
  w.str("\n");
  w.flush();
}

void fatal(const char* msg) {
  Context ctx = context_here();
  g* gp = getg();
  startpanic();
  flush_stdio();
  Sink w(2);
  dying_output(&w);
  message(w, msg);
  // A user's error: every goroutine, whatever the level, but only the user's frames, of which the scheduler's own stack
  // has none; GOTRACEBACK=none is honoured.
  const int level = gotraceback().level;
  if (!on_system_stack(gp))
    print_traces(w, gp, &ctx, level, true);
  else
    print_system_traces(w, gp, ctx, level);
  finishpanic();
}

void deadlock(const char* msg) {
  startpanic();
  flush_stdio();
  Sink w(2);
  dying_output(&w);
  message(w, msg);
  print_traces(w, nullptr, nullptr, gotraceback().level, true);
  finishpanic();
}

void throw_at(const char* msg, const char* lines, const Context& ctx) {
  startpanic();
  Sink w(2);
  dying_output(&w);
  w.str(lines);
  message(w, msg);
  g* gp = getg_or_null();
  if (gp != nullptr && gp->extra != nullptr) print_signal_line(w, gp->extra->sig);
  int level = gotraceback().level > 2 ? gotraceback().level : 2;
  if (gp != nullptr && !gp->thread && !on_system_stack(gp))
    print_traces(w, gp, &ctx, level, true);
  else
    print_system_traces(w, gp, ctx, level);
  finishpanic();
}

void throw_(const char* msg) {
  throw_at(msg, "", context_here());
}

void throw_(const char* msg, const char* lines) {
  throw_at(msg, lines, context_here());
}

}  // namespace gort::rt
