// unwind_test_util.h: walks of one stack, ours and libgcc's, and the frame shapes that are awkward to leave.
#pragma once

#include <alloca.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/unwind.h"

namespace gort::rt {
// Unnamed: each test file has its own, and not every one uses all.
namespace {

#if defined(__clang__)
#define OPT(...)
#else
#define OPT(...) __attribute__((optimize(__VA_ARGS__)))
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif
#define NOINLINE __attribute__((noinline, unused))

using Pcs = std::vector<uintptr_t>;

// What every frame must agree on besides its pc.
constexpr int kPreserved[] = {Regs::kRbx, Regs::kRbp, Regs::kR12, Regs::kR13, Regs::kR14, Regs::kR15};
std::vector<Regs> libgcc_regs, full_regs;

_Unwind_Reason_Code collect(_Unwind_Context* c, void* arg) {
  int before = 0;
  uintptr_t ip = _Unwind_GetIPInfo(c, &before);
  if (ip == 0) return _URC_NO_REASON;
  static_cast<Pcs*>(arg)->push_back(ip + before);
  Regs regs{};
  for (int r : kPreserved) regs.set(r, _Unwind_GetGR(c, r));
  libgcc_regs.push_back(regs);
  return _URC_NO_REASON;
}

// Two walks of one stack, from one place; the innermost pcs differ by the calls' own position.
struct Walks {
  Pcs ours, libgcc, full;
};
Walks walks;

// No vector of these grows inside a signal handler.
constexpr size_t kMaxWalk = 256;

void full_walk(Regs regs, bool exact, Unwinder& u, Pcs& out) {
  out.clear();
  full_regs.clear();
  while (out.size() < kMaxWalk) {
    out.push_back(regs.r[Regs::kRip] + exact);
    full_regs.push_back(regs);
    uint64_t cfa;
    Step s = u.step(regs, &cfa, &exact);
    if (s == Step::kNoInfo && exact && u.recover_bad_pc(regs)) {
      exact = false;
      continue;
    }
    if (s != Step::kOk || (regs.r[Regs::kRip] == 0 && !exact)) break;
  }
}

NOINLINE int take_walks() {
  uintptr_t pcs[256];
  int n = callers(pcs, 256, 0);
  walks.ours.assign(pcs, pcs + n);
  walks.libgcc.clear();
  libgcc_regs.clear();
  _Unwind_Backtrace(collect, &walks.libgcc);
  ucontext_t here;
  getcontext(&here);
  Unwinder u(StackBounds{uintptr_t(__builtin_frame_address(0)) - 65536, UINTPTR_MAX});
  full_walk(regs_from_ucontext(&here), true, u, walks.full);
  return n;
}

void expect_equal_walks(size_t at_least) {
  ASSERT_GE(walks.ours.size(), at_least);
  ASSERT_EQ(walks.ours.size(), walks.libgcc.size());
  ASSERT_EQ(walks.full.size(), walks.libgcc.size());
  for (size_t i = 1; i < walks.ours.size(); i++) {
    EXPECT_EQ(walks.ours[i], walks.libgcc[i]) << i;
    EXPECT_EQ(walks.full[i], walks.libgcc[i]) << i;
    for (int r : kPreserved) {
      ASSERT_TRUE(full_regs[i].has(r));
      EXPECT_EQ(full_regs[i].r[r], libgcc_regs[i].r[r]) << "frame " << i << " register " << r;
    }
    EXPECT_FALSE(full_regs[i].has(Regs::kRax));
  }
}

thread_local volatile int sink;

// Every frame shape takes the next one as a callback and cannot be a tail call.
using Next = const std::function<void()>&;

NOINLINE void plain(Next f) {
  f();
  sink = 1;
}
NOINLINE OPT("O0", "no-omit-frame-pointer") void at_O0(Next f) {
  f();
  sink = 1;
}
NOINLINE OPT("O2", "omit-frame-pointer") void at_O2_no_fp(Next f) {
  char big[5000];
  memset(big, sink, sizeof big);
  f();
  sink = big[sink & 15];
}
NOINLINE OPT("O2") void with_alloca(Next f) {
  char* p = static_cast<char*>(alloca(size_t(sink & 7) * 40 + 16));
  memset(p, 0, 16);
  f();
  sink = p[0];
}
NOINLINE OPT("O2") void with_vla(Next f) {
  int n = (sink & 7) + 5;
  char p[n];
  memset(p, 0, size_t(n));
  f();
  sink = p[1];
}
NOINLINE OPT("O2") void realigned(Next f) {
  alignas(64) char line[128];
  memset(line, 0, sizeof line);
  f();
  sink = line[0];
}
NOINLINE OPT("O2") void realigned_alloca(Next f) {
  alignas(128) char line[128];
  char* p = static_cast<char*>(alloca(size_t(sink & 7) * 24 + 16));
  memset(line, 0, sizeof line);
  p[0] = 0;
  f();
  sink = line[0] + p[0];
}
__attribute__((noinline, unused, target("avx2"))) OPT("O2") void avx(Next f) {
  typedef float v8 __attribute__((vector_size(32)));
  v8 a = {1, 2, 3, 4, 5, 6, 7, float(sink)};
  volatile v8 spill = a;
  f();
  v8 back = spill;
  sink = int(back[7]);
}
NOINLINE OPT("O2") void many_saved(Next f) {
  long a = sink, b = sink, c = sink, d = sink, e = sink, g = sink;
  f();
  sink = int(a + b * 3 + c * 5 + d * 7 + e * 11 + g * 13);
}
const std::function<void()>* in_compare;
int compare(const void*, const void*) {
  if (in_compare != nullptr) {
    auto* f = in_compare;
    in_compare = nullptr;
    (*f)();
  }
  sink = 1;
  return 0;
}
NOINLINE void through_qsort(Next f) {
  int a[4] = {4, 3, 2, 1};
  in_compare = &f;
  qsort(a, 4, sizeof a[0], compare);
  sink = a[0];
}

}  // namespace
}  // namespace gort::rt
