// The last resorts of a dying process: one thread at a time, failures while dying, and a limit in time. See signal.h.
//
// The watchdog is a timer whose signal comes to the dying thread. It ends the process when that thread is stuck: its
// output has not grown for some ticks, and it is asleep (on a lock of a broken heap, say). While it computes, or waits
// for a processor that others use, it gets more time, measured by what it has computed: walking a stack of millions of
// frames prints nothing for a while. A thread that waits in write(2) for a slow reader is not stuck: Go would wait for
// ever.
//
// A process may die because it has no more address space, mappings or descriptors, and names and lines in its trace
// take some of each: they are set aside at the start.
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "runtime/signal.h"
#include "runtime/sink.h"
#include "runtime/symtab/symtab.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"

namespace gort::rt {

namespace {

constexpr long kTickNS = 450 * 1000 * 1000;
constexpr int kTicksAsleep = 4;                  // 1.8 s
constexpr int64_t kMostBusyNS = 18'000'000'000;  // of the processor

__thread int dying __attribute__((tls_model("initial-exec")));  // Go's m.dying: how often this thread has failed
std::atomic<uint32_t> paniclk{0};                               // thread id of the thread that may print
std::atomic<Sink*> output{nullptr};
std::atomic<size_t> seen{0};
std::atomic<int> asleep{0};             // ticks without output
std::atomic<int64_t> cpu_at_output{0};  // what the thread had computed when its output last grew
std::atomic<int64_t> awake_seen{0};

void say(const char* s) {
  gort_write(2, s, strlen(s), SYS_write);
}

// The kernel restarts an interrupted write: the context then stands on the system call instruction with its number in
// rax.
bool blocked_in_write(const ucontext_t* uc) {
  constexpr uint16_t kSyscall = 0x050f;
  uint16_t insn = 0;
  memcpy(&insn, reinterpret_cast<const void*>(uc->uc_mcontext.gregs[REG_RIP]), sizeof insn);
  return insn == kSyscall && uc->uc_mcontext.gregs[REG_RAX] == SYS_write;
}

// What the report that failed had ready is worth more than nothing.
void flush_output() {
  if (Sink* w = output.exchange(nullptr)) w->flush();
}

int64_t thread_cpu_ns() {
  timespec ts;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
  return int64_t(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}

// How long this thread has waited for a processor; 0 where the kernel does not tell.
int64_t thread_delay_ns() {
  int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char text[64];  // time on a processor, time waiting for one, number of turns
  ssize_t n = read(fd, text, sizeof text);
  close(fd);
  ssize_t i = 0;
  while (i < n && text[i] != ' ') i++;
  int64_t ns = 0;
  for (i++; i < n && text[i] >= '0' && text[i] <= '9'; i++) ns = ns * 10 + (text[i] - '0');
  return ns;
}

void tick(int, siginfo_t*, void* uc) {
  int saved_errno = errno;
  Sink* w = output.load();
  size_t size = w != nullptr ? w->size() : 0;
  int64_t cpu = thread_cpu_ns(), awake = cpu + thread_delay_ns();
  bool slept = awake - awake_seen.exchange(awake) <= kTickNS / 4;
  if (seen.exchange(size) != size || blocked_in_write(static_cast<ucontext_t*>(uc))) {
    asleep.store(0);
    cpu_at_output.store(cpu);
  } else if (slept ? asleep.fetch_add(1) + 1 >= kTicksAsleep : cpu - cpu_at_output.load() >= kMostBusyNS) {
    flush_output();
    crash_exit(2);
  }
  errno = saved_errno;
}

constexpr size_t kReserve = size_t(128) << 20;
constexpr size_t kReservedMappings = 32;
std::atomic<char*> reserve{nullptr};

// Mappings are what mprotect makes of one: each second page differs from its neighbours.
void set_aside() {
  constexpr size_t kPage = 4096;
  void* a = mmap(nullptr, kReserve, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (a == MAP_FAILED) return;
  for (size_t i = 0; i < kReservedMappings; i += 2) mprotect(static_cast<char*>(a) + i * kPage, kPage, PROT_READ);
  reserve.store(static_cast<char*>(a));
}

void use_what_is_set_aside() {
  if (char* a = reserve.exchange(nullptr)) munmap(a, kReserve);
}

// For good: only where the process ends.
void allow_more_files() {
  rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

int timer = -1;  // the kernel's kind of timer id
struct sigaction alarm_before;

void start_watchdog() {
  struct sigaction act {};
  act.sa_sigaction = tick;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&act.sa_mask);
  sigaction(SIGALRM, &act, &alarm_before);
  asleep.store(0);
  cpu_at_output.store(thread_cpu_ns());
  awake_seen.store(thread_cpu_ns() + thread_delay_ns());
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  sigevent ev{};
  ev.sigev_notify = SIGEV_THREAD_ID;
  ev.sigev_signo = SIGALRM;
  ev._sigev_un._tid = gettid();
  itimerspec when{{0, kTickNS}, {0, kTickNS}};
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &ev, &timer) == 0 &&
      syscall(SYS_timer_settime, timer, 0, &when, nullptr) == 0)
    return;
  timer = -1;
  itimerval plain{{0, kTickNS / 1000}, {0, kTickNS / 1000}};
  setitimer(ITIMER_REAL, &plain, nullptr);
}

void stop_watchdog() {
  itimerval none{};
  if (timer >= 0)
    syscall(SYS_timer_delete, timer);
  else
    setitimer(ITIMER_REAL, &none, nullptr);
  timer = -1;
  sigaction(SIGALRM, &alarm_before, nullptr);
}

void wait_for_turn() {
  panicking.fetch_add(1);
  uint32_t me = uint32_t(gettid()), holder = 0;
  while (!paniclk.compare_exchange_strong(holder, me)) {
    futexsleep(&paniclk, holder, -1);
    holder = 0;
  }
}

}  // namespace

void dying_init() {
  if (reserve.load() == nullptr) set_aside();
  symtab::map_own_files();
}

bool thread_dying() {
  return dying != 0;
}

void dying_output(Sink* w) {
  output.store(w);
}

bool startpanic() {
  switch (dying) {
    case 0:
      break;
    case 1:
      dying = 2;
      flush_output();
      say("panic during panic\n");
      return false;
    case 2:
      dying = 3;
      say("stack trace unavailable\n");
      _exit(4);
    default:
      _exit(5);
  }
  dying = 1;
  san_dying();
  wait_for_turn();
  use_what_is_set_aside();
  allow_more_files();
  start_watchdog();
  if (getg_or_null() != nullptr && sched_started()) freezetheworld();
  stop_threads();
  return true;
}

void finishpanic() {
  output.store(nullptr);
  if (panicking.fetch_sub(1) > 1) {
    // Another thread has a report of its own and ends the process when it has printed it.
    paniclk.store(0);
    futexwakeup(&paniclk, 1);
    timespec ts{2, 0};
    nanosleep(&ts, nullptr);
  }
  crash_exit(2);
}

void begin_report(int sig) {
  dying = 1;
  wait_for_turn();
  use_what_is_set_aside();
  report_signal.store(sig);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  start_watchdog();
}

// Standard error may be a pipe that nobody reads any more: the SIGPIPE that waits is not what the process dies of.
void forget_broken_pipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  timespec now{0, 0};
  sigtimedwait(&set, nullptr, &now);
}

void end_report() {
  output.store(nullptr);
  stop_watchdog();
  set_aside();
  report_signal.store(0);
  panicking.fetch_sub(1);
  dying = 0;
  paniclk.store(0);
  futexwakeup(&paniclk, 1);
}

}  // namespace gort::rt
