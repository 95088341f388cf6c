// The unwinder against libgcc's, on every shape of frame that is awkward to leave, through signals, and from outside.
#include <gnu/libc-version.h>

#include <atomic>
#include <set>

#include "tests/under_tool.h"
#include "tests/unit/unwind_test_util.h"

namespace gort::rt {
namespace {

TEST(Unwind, LoadsLibunwindWithoutGivingItTheProgramsExceptions) {
  ASSERT_TRUE(unwind_init());
  ASSERT_NE(dlopen("libunwind-x86_64.so.8", RTLD_NOLOAD | RTLD_NOW), nullptr);
  void* libstdcxx = dlopen("libstdc++.so.6", RTLD_NOLOAD | RTLD_NOW);
  ASSERT_NE(libstdcxx, nullptr);
  for (const char* name : {"_Unwind_RaiseException", "_Unwind_Resume", "_Unwind_ForcedUnwind"}) {
    for (void* from : {RTLD_DEFAULT, libstdcxx}) {
      Dl_info info;
      void* f = dlsym(from, name);
      ASSERT_NE(dladdr(f, &info), 0);
      EXPECT_EQ(strstr(info.dli_fname, "libunwind"), nullptr) << info.dli_fname;
      // A sanitizer's runtime stands before libgcc_s.
      EXPECT_TRUE(kSanitized || strstr(info.dli_fname, "libgcc_s") != nullptr) << info.dli_fname;
    }
  }
}

TEST(Unwind, EveryFrameShapeEqualsLibgcc) {
  std::vector<std::pair<const char*, void (*)(Next)>> shapes = {{"plain", plain},
                                                                {"at_O0", at_O0},
                                                                {"at_O2_no_fp", at_O2_no_fp},
                                                                {"with_alloca", with_alloca},
                                                                {"with_vla", with_vla},
                                                                {"realigned", realigned},
                                                                {"realigned_alloca", realigned_alloca},
                                                                {"many_saved", many_saved},
                                                                {"qsort", through_qsort}};
  if (__builtin_cpu_supports("avx2")) shapes.push_back({"avx", avx});
  for (auto& [name, shape] : shapes) {
    SCOPED_TRACE(name);
    shape([] {
      take_walks();
      sink = 2;
    });
    expect_equal_walks(5);
  }
  // All of them on one stack: a wrong rbp or callee-saved register shows only further out.
  flush_rows();
  for (int round = 0; round < 2; round++) {
    std::function<void()> chain = [] {
      take_walks();
      sink = 2;
    };
    for (auto& s : shapes)
      chain = [f = s.second, inner = chain] {
        f(inner);
        sink = 3;
      };
    for (auto& s : shapes)
      chain = [f = s.second, inner = chain] {
        f(inner);
        sink = 3;
      };
    chain();
    expect_equal_walks(60);
  }
}

TEST(Unwind, SkipAndMax) {
  plain([] {
    uintptr_t all[64], part[64];
    int n = callers(all, 64, 0);
    EXPECT_EQ(callers(part, 64, 2), n - 2);
    EXPECT_EQ(part[0], all[2]);
    EXPECT_EQ(callers(part, 3, 1), 3);
    EXPECT_EQ(part[2], all[3]);
    EXPECT_EQ(callers(part, 64, 1000), 0);
    EXPECT_EQ(callers(part, 0, 0), 0);
  });
}

TEST(Unwind, BoundsEndTheWalk) {
  plain([] {
    uintptr_t pcs[64];
    auto sp = uintptr_t(__builtin_frame_address(0));
    int n = callers(pcs, 64, 0, StackBounds{sp - 4096, sp + 256});
    EXPECT_GT(n, 0);
    EXPECT_LT(n, callers(pcs, 64, 0));
  });
}

TEST(Unwind, ThreadsEndCleanly) {
  Walks got;
  std::thread([&] {
    take_walks();
    got = walks;
  }).join();
  walks = got;
  expect_equal_walks(3);
}

// ---- signals

sigjmp_buf after_signal;
uintptr_t interrupted_pc;
Pcs handler_walk, context_walk, reader_walk;
bool expect_libgcc = true;
char alt_stack[1 << 16];

void on_signal(int, siginfo_t*, void* uc) {
  auto* mc = &static_cast<ucontext_t*>(uc)->uc_mcontext;
  interrupted_pc = uintptr_t(mc->gregs[REG_RIP]);
  uintptr_t pcs[256];
  int n = callers(pcs, 256, 0);
  handler_walk.assign(pcs, pcs + n);
  StackBounds all{0, UINTPTR_MAX};
  n = callers_from(interrupted_pc, uintptr_t(mc->gregs[REG_RSP]), uintptr_t(mc->gregs[REG_RBP]), all, pcs, 256, true);
  context_walk.assign(pcs, pcs + n);
  ProcessReader reader(getpid());
  Unwinder u(reader);
  full_walk(regs_from_ucontext(uc), true, u, reader_walk);
  walks.libgcc.clear();
  if (expect_libgcc) _Unwind_Backtrace(collect, &walks.libgcc);
  siglongjmp(after_signal, 1);
}

template <class F>
void interrupted(int sig, F f, int flags = 0) {
  for (Pcs* v : {&handler_walk, &context_walk, &reader_walk, &walks.libgcc}) v->reserve(kMaxWalk);
  full_regs.reserve(kMaxWalk);
  libgcc_regs.clear();
  libgcc_regs.reserve(kMaxWalk);
  struct sigaction action {
  }, old;
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | flags;
  sigaction(sig, &action, &old);
  if (sigsetjmp(after_signal, 1) == 0) f();
  sigaction(sig, &old, nullptr);
}

void expect_through_signal() {
  // handler, trampoline, interrupted frame, ...
  ASSERT_GE(handler_walk.size(), 5u);
  auto at = std::find(handler_walk.begin(), handler_walk.end(), interrupted_pc + 1);
  ASSERT_NE(at, handler_walk.end());
  EXPECT_EQ(Pcs(at, handler_walk.end()), context_walk);
  EXPECT_EQ(reader_walk, context_walk);
  if (expect_libgcc) {
    ASSERT_GE(walks.libgcc.size(), context_walk.size());
    EXPECT_EQ(Pcs(walks.libgcc.end() - long(context_walk.size()), walks.libgcc.end()), context_walk);
  }
}

NOINLINE FAULTS int leaf_fault(int* p) {
  return *p + 1;
}
NOINLINE FAULTS int leaf_divide(int a, int b) {
  return a / b;
}
NOINLINE void calls_leaf(int* p) {
  sink = leaf_fault(p);
}

// Faults in its very first instruction.
extern "C" void gort_test_first_instruction();
asm(R"(
  .text
  .globl gort_test_first_instruction
  .type gort_test_first_instruction, @function
gort_test_first_instruction:
  .cfi_startproc
  movl 0, %eax
  ret
  .cfi_endproc
  .size gort_test_first_instruction, .-gort_test_first_instruction
)");

TEST(UnwindSignal, LeafFaultIsExact) {
  SKIP_UNDER(tool::kValgrind, "the frame of a signal is its own");
  interrupted(SIGSEGV, [] { calls_leaf(nullptr); });
  expect_through_signal();
  interrupted(SIGFPE, [] { sink = leaf_divide(1, sink & 0); });
  expect_through_signal();
}

TEST(UnwindSignal, FirstInstructionFault) {
  SKIP_UNDER(tool::kValgrind, "the frame of a signal is its own");
  interrupted(SIGSEGV, [] { gort_test_first_instruction(); });
  EXPECT_EQ(interrupted_pc, uintptr_t(&gort_test_first_instruction));
  expect_through_signal();
}

TEST(UnwindSignal, RaiseThroughLibc) {
  interrupted(SIGUSR1, [] { raise(SIGUSR1); });
  expect_through_signal();
}

TEST(UnwindSignal, FromTheAlternateStack) {
  stack_t ss{}, old;
  ss.ss_sp = alt_stack;
  ss.ss_size = sizeof alt_stack;
  sigaltstack(&ss, &old);
  interrupted(
      SIGSEGV, [] { calls_leaf(nullptr); }, SA_ONSTACK);
  expect_through_signal();
  sigaltstack(&old, nullptr);
}

using Callee = void (*)();
volatile Callee bad_callee;
NOINLINE void calls_bad() {
  bad_callee();
  sink = 1;
}

TEST(UnwindSignal, CallThroughNullAndWildPointersRecovers) {
  SKIP_UNDER(tool::kValgrind, "it reports the jumps themselves");
  expect_libgcc = false;
  char* data = static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  for (uintptr_t target : {uintptr_t{0}, uintptr_t(data), uintptr_t{0x1234567}}) {
    bad_callee = Callee(target);
    interrupted(SIGSEGV, [] { calls_bad(); });
    EXPECT_EQ(interrupted_pc, target);
    ASSERT_GE(context_walk.size(), 5u);
    uintptr_t f = uintptr_t(&calls_bad);
    EXPECT_TRUE(context_walk[1] > f && context_walk[1] < f + 64);
    expect_through_signal();
  }
  expect_libgcc = true;
  munmap(data, 4096);
}

std::atomic<int> ticks, sure_walks, short_walks;
void on_tick(int, siginfo_t*, void*) {
  uintptr_t pcs[64];
  callers(pcs, 64, 0);
  if (ticks++ % 7 == 0) flush_rows();
}

// While a thread that learns has no processor, the others guess and may get lost. A walk that needed no guess is sure.
NOINLINE void walk_to_the_end() {
  FrameWalk w = FrameWalk::here({0, UINTPTR_MAX});
  int n = 0;
  bool sure = true;
  while (w.next()) {
    n++;
    sure = sure && !w.guessed();
  }
  if (!sure || w.lost()) return;
  sure_walks++;
  if (n <= 6) short_walks++;
}

TEST(UnwindSignal, InterruptsLearningSafely) {
  SKIP_UNDER(tool::kValgrind, "the frame of a signal is its own");
  ASSERT_TRUE(unwind_init());  // not for the first time in a handler
  struct sigaction action {
  }, old;
  action.sa_sigaction = on_tick;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGVTALRM, &action, &old);
  timer_t timer;
  sigevent ev{};
  ev.sigev_notify = SIGEV_SIGNAL;
  ev.sigev_signo = SIGVTALRM;
  timer_create(CLOCK_MONOTONIC, &ev, &timer);
  itimerspec every{{0, 300'000}, {0, 300'000}};
  timer_settime(timer, 0, &every, nullptr);
  ticks = sure_walks = short_walks = 0;
  const auto begin = std::chrono::steady_clock::now();
  auto done = [&] {
    const auto since = std::chrono::steady_clock::now() - begin;
    return since >= std::chrono::milliseconds(400) &&
           ((ticks > 10 && sure_walks > 1000) || since > std::chrono::seconds(50));
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; t++) {
    threads.emplace_back([&] {
      while (!done()) {
        many_saved([] {
          realigned([] {
            walk_to_the_end();
            sink = 1;
          });
          sink = 2;
        });
        flush_rows();
      }
    });
  }
  for (auto& t : threads) t.join();
  timer_delete(timer);
  sigaction(SIGVTALRM, &old, nullptr);
  EXPECT_GT(ticks, 10);
  EXPECT_GT(sure_walks, 1000);
  EXPECT_EQ(short_walks, 0);
}

// ---- FrameWalk

struct Seen {
  uintptr_t cfa;
  std::vector<std::pair<uintptr_t, uintptr_t>> frames;  // return pc, rsp
};
NOINLINE void walk_frames(Seen* out) {
  uintptr_t rip, rsp, rbp;
  asm volatile("leaq 0(%%rip), %0\n\tmovq %%rsp, %1\n\tmovq %%rbp, %2" : "=a"(rip), "=c"(rsp), "=d"(rbp));
  FrameWalk w(rip, rsp, rbp, StackBounds{rsp, UINTPTR_MAX}, true);
  RowView v;
  while (w.row(&v) && w.next()) out->frames.push_back({w.return_pc(), w.rsp()});
  EXPECT_FALSE(w.lost());
}
NOINLINE void knows_its_cfa(Seen* out) {
  out->cfa = uintptr_t(__builtin_dwarf_cfa());
  walk_frames(out);
  sink = 1;
}

TEST(UnwindFrameWalk, StandsOnTheCallersFrame) {
  Seen seen_frames;
  realigned([&] { knows_its_cfa(&seen_frames); });
  auto& f = seen_frames.frames;
  ASSERT_GT(f.size(), 5u);
  // Frame 0 is knows_its_cfa; when it has returned, rsp is its CFA.
  EXPECT_EQ(f[1].second, seen_frames.cfa);
  EXPECT_TRUE(std::is_sorted(f.begin(), f.end(), [](auto& a, auto& b) { return a.second < b.second; }));
}

// ---- another process

struct Published {
  volatile int ready;
  Regs regs;
  int n;
  uintptr_t pcs[128];
};

TEST(UnwindRemote, ForkedChildEqualsItsOwnWalk) {
  static Published* shared;
  shared = static_cast<Published*>(
      mmap(nullptr, sizeof(Published), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto publish = [] {
      ucontext_t here;
      getcontext(&here);
      shared->regs = regs_from_ucontext(&here);
      Unwinder u(StackBounds{uintptr_t(__builtin_frame_address(0)) - 65536, UINTPTR_MAX});
      Pcs own;
      full_walk(shared->regs, true, u, own);
      shared->n = int(std::min<size_t>(own.size(), 128));
      std::copy_n(own.begin(), shared->n, shared->pcs);
      shared->ready = 1;
      for (;;) pause();
    };
    realigned([&] {
      through_qsort([&] {
        with_alloca(publish);
        sink = 1;
      });
    });
    _exit(0);
  }
  for (int i = 0; i < 40'000 && !shared->ready; i++) usleep(1000);
  ASSERT_TRUE(shared->ready);
  ProcessReader reader(child);
  RemoteSpace space(reader);
  ASSERT_TRUE(space.add_process_modules(child));
  uintptr_t pcs[128];
  for (int round = 0; round < 2; round++) {
    int n = space.callers(shared->regs, true, pcs, 128);
    EXPECT_GT(n, 10);
    EXPECT_EQ(Pcs(pcs, pcs + n), Pcs(shared->pcs, shared->pcs + shared->n));
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(UnwindRemote, ThroughASignalHandlerAndWithoutFiles) {
  static Published* shared;
  shared = static_cast<Published*>(
      mmap(nullptr, sizeof(Published), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_TRUE(unwind_init());  // not for the first time in a handler
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sigaction action {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t*, void*) {
      ucontext_t here;
      getcontext(&here);
      shared->regs = regs_from_ucontext(&here);
      shared->n = callers(shared->pcs, 128, 0);
      shared->ready = 1;
      for (;;) pause();
    };
    sigaction(SIGSEGV, &action, nullptr);
    calls_leaf(nullptr);
    _exit(0);
  }
  for (int i = 0; i < 40'000 && !shared->ready; i++) usleep(1000);
  ASSERT_TRUE(shared->ready);
  ProcessReader reader(child);
  for (bool files : {true, false}) {
    RemoteSpace space(reader);
    if (files) {
      ASSERT_TRUE(space.add_process_modules(child));
    } else {
      // This process's own layout is the child's.
      std::set<uint64_t> added;
      // A sanitizer stands before libc with some functions.
      for (void* f : {reinterpret_cast<void*>(&calls_leaf), reinterpret_cast<void*>(&gnu_get_libc_version),
                      reinterpret_cast<void*>(&raise), dlsym(RTLD_DEFAULT, "_Unwind_Backtrace")}) {
        dl_find_object o;
        ASSERT_EQ(_dl_find_object(f, &o), 0);
        auto start = uint64_t(o.dlfo_map_start);
        if (!added.insert(start).second) continue;
        space.add_module({start, uint64_t(o.dlfo_map_end), start, "/nonexistent"});
      }
    }
    uintptr_t pcs[128];
    int n = space.callers(shared->regs, true, pcs, 128);
    ASSERT_EQ(n, shared->n);
    EXPECT_EQ(Pcs(pcs + 1, pcs + n), Pcs(shared->pcs + 1, shared->pcs + n));
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

// ---- cost

NOINLINE int deep(int depth, uintptr_t* pcs, int max) {
  int n = depth == 0 ? callers(pcs, max, 0) : deep(depth - 1, pcs, max);
  sink = n;
  return n;
}

template <class F>
double best_ns(int rounds, F f) {
  double best = 1e18;
  for (int i = 0; i < rounds; i++) {
    auto t0 = std::chrono::steady_clock::now();
    f();
    best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - t0).count());
  }
  return best;
}

TEST(UnwindCost, Printed) {
  static uintptr_t pcs[256];
  int n = deep(100, pcs, 256);
  ASSERT_GT(n, 100);
  double warm = best_ns(2000, [] { sink = deep(100, pcs, 256); });
  double base = best_ns(2000, [] { sink = deep(100, pcs, 0); });
  RowView v;
  double lookup = best_ns(2000,
                          [&] {
                            for (int i = 0; i < 100; i++) row_for(pcs[i % n], &v);
                          }) /
                  100;
  double cold = best_ns(20, [&] {
    flush_rows();
    row_for(pcs[0], &v);
  });
  double full = 0;
  std::function<void()> chain = [&] {
    ucontext_t here;
    getcontext(&here);
    Unwinder u(StackBounds{uintptr_t(__builtin_frame_address(0)) - 65536, UINTPTR_MAX});
    size_t got = 0;
    double t = best_ns(500, [&] {
      Regs regs = regs_from_ucontext(&here);
      bool exact = true;
      uint64_t cfa;
      got = 0;
      while (u.step(regs, &cfa, &exact) == Step::kOk) got++;
    });
    full = t / double(got);
  };
  for (int i = 0; i < 50; i++)
    chain = [inner = chain] {
      plain(inner);
      sink = 1;
    };
  chain();
  double thrown = best_ns(2000, [] {
    try {
      throw 1;
    } catch (int) {
      sink = 1;
    }
  });
  printf(
      "warm %.2f ns/frame, row_for %.2f ns, Unwinder::step %.1f ns/frame, learn (with flush) %.0f ns, throw %.0f ns\n",
      (warm - base) / n, lookup, full, cold, thrown);
  EXPECT_LT((warm - base) / n, 100);
}

}  // namespace
}  // namespace gort::rt
