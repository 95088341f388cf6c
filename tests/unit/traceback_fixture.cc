// A multi-threaded C++ program without goroutines that dies as its argument says. Built by traceback_test.cc with
// libgort_crash (g++, clang++, static, preloaded), and with -DINSTALL and libgort.
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#ifdef INSTALL
#include <gort/traceback.h>
#endif

namespace app {

struct queue {
  std::mutex lock;
  std::condition_variable filled;
  bool waits = false;

  [[gnu::noinline]] int pop(int worker) {
    std::unique_lock<std::mutex> l(lock);
    waits = true;
    filled.wait(l);
    return worker;
  }
};

struct no_such_job : std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace app

static app::queue* jobs = new app::queue;
static volatile int zero = 0, sum;
static volatile bool spinning = true;

// A busy machine may keep the processor from any thread for long: what a thread is to do first is waited for. Each
// thread counts itself as it comes to its place; asleep says that it stands in the system call that it waits in.
static std::atomic<int> in_place{0};
static std::atomic<pid_t> sleeper{0};

static void wait_for_threads(int n) {
  while (in_place < n) usleep(1000);
}

static void wait_until_asleep(pid_t tid) {
  const std::string path = "/proc/self/task/" + std::to_string(tid) + "/stat";
  for (char state = 0; state != 'S'; usleep(1000)) {
    char text[128] = "";
    int fd = open(path.c_str(), O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    const char* end = n > 0 ? strrchr(text, ')') : nullptr;
    if (end != nullptr) state = end[2];
  }
}

[[gnu::noinline]] static void worker(int id) {
  pthread_setname_np(pthread_self(), "worker");
  sleeper = gettid();
  sum = sum + jobs->pop(id);
}

// The lock is free again when the worker waits: nothing but the waiting lets it sleep from then on.
static void wait_for_worker() {
  for (bool waits = false; !waits; usleep(1000)) {
    std::lock_guard l(jobs->lock);
    waits = jobs->waits;
  }
  wait_until_asleep(sleeper);
}

[[gnu::noinline]] static void spin() {
  in_place++;
  while (spinning) sum = sum + 1;
}

// Not even the signals that glibc keeps for itself: only a system call of one's own can block those.
[[gnu::noinline]] static void deaf() {
  unsigned long all = ~0ul;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, nullptr, sizeof all);
  sleeper = gettid();
  in_place++;
  pause();
  sum = 1;
}

[[gnu::noinline]] static int store(uintptr_t at, int value) {
  *reinterpret_cast<volatile int*>(at) = value;
  return value + 1;
}

[[gnu::noinline]] static int deeper(int n) {
  volatile char frame[200];
  frame[0] = char(n);
  return n == -1 ? 0 : deeper(n + 1) + frame[0];
}

template <class F>
static void on_thread(F f) {
  std::thread([f] {
    wait_until_asleep(getpid());  // the main thread, in join
    f();
  }).join();
}

[[gnu::noinline]] static void nil() {
  sum = store(8, 5);
}

[[gnu::noinline]] static void send_to_self(int sig) {
  kill(getpid(), sig);
  pause();
}

static void many_threads() {
  const int before = in_place;
  for (int i = 0; i < 300; i++)
    std::thread([] {
      in_place++;
      pause();
    }).detach();
  wait_for_threads(before + 300);
  nil();
}

// The first report waits to be read until the second thread has crashed, too: standard error is a full pipe, from which
// another process reads on when two threads stand in the handler of SIGSEGV: there SIGUSR2 is blocked and SIGSEGV not.
static void two_at_once() {
  FILE* slow = popen(
      "until [ $(grep -l '^SigBlk:.*[89ab]..$' /proc/$PPID/task/*/status | wc -l) = 2 ]; do sleep 0.05; done; "
      "exec cat >&2",
      "w");
  int fd = fileno(slow);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while (write(fd, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 16) > 0) {
  }
  fcntl(fd, F_SETFL, 0);
  dup2(fd, 2);
  std::thread a(nil), b(nil);
  a.join();
  b.join();
}

static const std::map<std::string, void (*)()> ways = {
    {"nil", nil},
    {"wild", [] { sum = store(0xdead0000, 5); }},
    {"divide", [] { sum = 5 / zero; }},
    {"abort", [] { abort(); }},
    {"assert", [] { assert(zero == 1); }},
    {"trap", [] { __builtin_trap(); }},
    {"throw", [] { throw std::runtime_error("disk full"); }},
    {"throw int", [] { throw 42; }},
    {"throw own", [] { throw app::no_such_job("job 7"); }},
    {"overflow", [] { sum = deeper(1); }},
    {"thread", [] { on_thread(nil); }},
    {"named thread",
     [] {
       on_thread([] {
         pthread_setname_np(pthread_self(), "crasher");
         nil();
       });
     }},
    {"thread overflow", [] { on_thread([] { sum = deeper(1); }); }},
    {"thread throw", [] { on_thread([] { throw app::no_such_job("job 8"); }); }},
    {"many threads", many_threads},
    {"two at once", two_at_once},
    {"double free",
     [] {
       void* volatile p = malloc(50);
       free(p);
       free(p);
     }},
    {"quit", [] { send_to_self(SIGQUIT); }},
    {"segv sent", [] { send_to_self(SIGSEGV); }},
    {"bus", [] { raise(SIGBUS); }},
    {"sys", [] { raise(SIGSYS); }},
    {"deaf",
     [] {
       const int before = in_place;
       std::thread(deaf).detach();
       wait_for_threads(before + 1);
       wait_until_asleep(sleeper);
       nil();
     }},
    {"nothing", [] { printf("fine\n"); }},
};

int main(int argc, char** argv) {
#ifdef INSTALL
  gort::traceback::install();
  gort::traceback::install();
#endif
  alarm(30);
  std::thread(worker, 7).detach();
  std::thread(spin).detach();
  wait_for_threads(1);
  wait_for_worker();
  ways.at(argc > 1 ? argv[1] : "nothing")();
  fflush(stdout);
  _exit(0);
}
