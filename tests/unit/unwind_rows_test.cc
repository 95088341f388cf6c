// What a row knows: landing pads, personalities, ends of stacks; how rows are learned and forgotten.
#include "tests/under_tool.h"
#include "tests/unit/eventually.h"
#include "tests/unit/unwind_test_util.h"

namespace gort::rt {
namespace {

// ---- landing pads

struct Dtor {
  NOINLINE ~Dtor() { sink = 9; }
};
RowView seen;
NOINLINE void look_at_caller() {
  uintptr_t pcs[2];
  ASSERT_EQ(callers(pcs, 2, 1), 2);
  seen = RowView{};
  ASSERT_TRUE(row_for(pcs[0], &seen));
  if (sink == 12345) throw 1;
}
NOINLINE void frame_bare() {
  look_at_caller();
  sink = 1;
}
NOINLINE void frame_dtor() {
  Dtor d;
  look_at_caller();
  sink = 1;
}
NOINLINE void frame_catch() {
  try {
    look_at_caller();
  } catch (const std::runtime_error&) {
    sink = 4;
  }
  sink = 1;
}
NOINLINE void frame_catch_all() {
  try {
    look_at_caller();
  } catch (...) {
    sink = 4;
  }
  sink = 1;
}
NOINLINE void frame_dtor_and_catch() {
  try {
    Dtor d;
    look_at_caller();
  } catch (const std::runtime_error&) {
    sink = 4;
  }
  sink = 1;
}
NOINLINE void frame_noexcept() noexcept {
  look_at_caller();
  sink = 1;
}
// It has a table, but this call is outside of the object's life.
NOINLINE void frame_after_dtor() {
  {
    Dtor d;
    if (sink == 777) throw 2;
    plain([] {});
  }
  look_at_caller();
  sink = 1;
}

constexpr uint16_t kPads = kRowHasLandingPad | kRowPersonalityOwn;

uint16_t pads_of(void (*f)()) {
  f();
  EXPECT_EQ(seen.func_start, uintptr_t(f));
  return seen.flags & kPads;
}

TEST(UnwindRow, LandingPads) {
  SKIP_UNDER(tool::kThread, "the compiler gives every function a landing pad");
  EXPECT_EQ(pads_of(frame_bare), 0);
  EXPECT_EQ(pads_of(frame_dtor), kRowCleanup);
  EXPECT_EQ(pads_of(frame_catch), kRowCatch);
  EXPECT_EQ(pads_of(frame_catch_all), kRowCatchAll);
  EXPECT_EQ(pads_of(frame_dtor_and_catch), kRowCleanup | kRowCatch);
  EXPECT_EQ(pads_of(frame_noexcept), kRowMustTerminate);
  EXPECT_EQ(pads_of(frame_after_dtor), 0);
}

TEST(UnwindRow, NotCodeHasNoRow) {
  RowView v;
  EXPECT_FALSE(row_for(0, &v));
  EXPECT_FALSE(row_for(uintptr_t(&v), &v));
}

extern "C" int gort_test_personality(...) {
  return _URC_CONTINUE_UNWIND;
}
extern "C" void gort_test_foreign_frame(void (*)());
asm(R"(
  .text
  .globl gort_test_foreign_frame
  .type gort_test_foreign_frame, @function
gort_test_foreign_frame:
  .cfi_startproc
  .cfi_personality 0x9b, DW.ref.gort_test_personality
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
  call *%rdi
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  ret
  .cfi_endproc
  .size gort_test_foreign_frame, .-gort_test_foreign_frame
  .section .data.rel.local.DW.ref.gort_test_personality,"awG",@progbits,DW.ref.gort_test_personality,comdat
  .hidden DW.ref.gort_test_personality
  .weak DW.ref.gort_test_personality
  .align 8
  .type DW.ref.gort_test_personality, @object
  .size DW.ref.gort_test_personality, 8
DW.ref.gort_test_personality:
  .quad gort_test_personality
  .text
)");

void look_at_foreign_frame() {
  look_at_caller();
  uintptr_t pcs[1];
  ASSERT_EQ(callers(pcs, 1, 1), 1);
  ASSERT_TRUE(row_for(pcs[0], &seen));
}

TEST(UnwindRow, PersonalitiesAreToldApart) {
  gort_test_foreign_frame(look_at_foreign_frame);
  EXPECT_EQ(seen.func_start, uintptr_t(&gort_test_foreign_frame));
  static bool registered = false;  // for good: the test may be repeated
  EXPECT_EQ(seen.flags & kPads, registered ? kRowPersonalityOwn : kRowPersonalityOther);
  registered = true;
  register_personality(reinterpret_cast<void (*)()>(&gort_test_personality));
  ASSERT_TRUE(flush_rows());
  gort_test_foreign_frame(look_at_foreign_frame);
  EXPECT_EQ(seen.flags & kPads, kRowPersonalityOwn);
}

// An entry stub: nothing is above it, whatever stands on the stack.
extern "C" void gort_test_entry(void (*)());
asm(R"(
  .text
  .globl gort_test_entry
  .type gort_test_entry, @function
gort_test_entry:
  .cfi_startproc
  .cfi_undefined rip
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
  call *%rdi
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  ret
  .cfi_endproc
  .size gort_test_entry, .-gort_test_entry
)");

uintptr_t entry_pcs[64];
int entry_count;
NOINLINE void at_entry() {
  entry_count = callers(entry_pcs, 64, 0);
  sink = 1;
}

TEST(UnwindRow, UndefinedRipEndsTheStack) {
  gort_test_entry(at_entry);
  const int n = entry_count;
  const uintptr_t* pcs = entry_pcs;
  ASSERT_EQ(n, 2);
  RowView v;
  ASSERT_TRUE(row_for(pcs[1], &v));
  EXPECT_EQ(v.kind(), RowKind::kEnd);
  FrameWalk w(pcs[1], 0x1000, 0, StackBounds{0, 0x2000});
  EXPECT_FALSE(w.next());
  EXPECT_FALSE(w.lost());
}

// Odd expressions have no row: libunwind steps, with true values. Here the CFA is held in r12.
extern "C" void gort_test_cfa_in_r12(void (*)());
asm(R"(
  .text
  .globl gort_test_cfa_in_r12
  .type gort_test_cfa_in_r12, @function
gort_test_cfa_in_r12:
  .cfi_startproc
  pushq %r12
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset r12, 0
  leaq 16(%rsp), %r12
  .cfi_def_cfa r12, 0
  subq $264, %rsp
  andq $-64, %rsp
  call *%rdi
  leaq -16(%r12), %rsp
  .cfi_def_cfa rsp, 16
  popq %r12
  .cfi_adjust_cfa_offset -8
  .cfi_restore r12
  ret
  .cfi_endproc
  .size gort_test_cfa_in_r12, .-gort_test_cfa_in_r12
)");

TEST(UnwindRow, SpecialFramesAreSteppedByLibunwind) {
  gort_test_cfa_in_r12([] {
    take_walks();
    sink = 1;
  });
  ASSERT_EQ(walks.full.size(), walks.libgcc.size());
  for (size_t i = 1; i < walks.full.size(); i++) EXPECT_EQ(walks.full[i], walks.libgcc[i]) << i;
  RowView v;
  auto f = uintptr_t(&gort_test_cfa_in_r12);
  auto at = std::find_if(walks.full.begin(), walks.full.end(), [&](uintptr_t pc) { return pc > f && pc < f + 64; });
  ASSERT_NE(at, walks.full.end());
  ASSERT_TRUE(row_for(*at, &v));
  EXPECT_EQ(v.kind(), RowKind::kSpecial);
}

// ---- the learn lock

// Walks with no row known: what it reports while libunwind is taken.
struct Report {
  bool moved = false, guessed = false;
  uintptr_t pc = 0, expected = 0;
  double ms = 0;
};
NOINLINE void walk_unlearned(Report* r) {
  auto t0 = std::chrono::steady_clock::now();
  auto* frame = static_cast<uintptr_t*>(__builtin_frame_address(0));
  // As if stopped behind this function's prologue.
  FrameWalk w(uintptr_t(&walk_unlearned) + 40, uintptr_t(frame) - 8, uintptr_t(frame),
              StackBounds{uintptr_t(frame) - 8, UINTPTR_MAX});
  r->moved = w.next();
  r->guessed = w.guessed();
  r->pc = w.pc();
  r->expected = frame[1];
  r->ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t0).count();
}

// A stack reader that is called while libunwind is at work, as a fault handler would be.
struct IntrudingReader final : MemReader {
  Report here, elsewhere;
  bool intruded = false;
  bool read(uint64_t addr, void* out, size_t n) override {
    if (armed && !intruded) {
      intruded = true;
      walk_unlearned(&here);
      std::thread([this] { walk_unlearned(&elsewhere); }).join();
    }
    memcpy(out, reinterpret_cast<const void*>(addr), n);
    return true;
  }
  bool armed = false;
};

IntrudingReader intruder;
void step_with_intruder() {
  ucontext_t here;
  getcontext(&here);
  Unwinder u(intruder);
  Regs regs = regs_from_ucontext(&here);
  bool exact = true;
  uint64_t cfa;
  auto special = uintptr_t(&gort_test_cfa_in_r12);
  for (int i = 0; i < 6; i++) {
    uint64_t pc = regs.r[Regs::kRip];
    intruder.armed = pc > special && pc < special + 64;
    if (intruder.armed) flush_rows();
    RowView v;
    if (intruder.armed) row_for(pc, &v);
    ASSERT_EQ(u.step(regs, &cfa, &exact), Step::kOk);
  }
}

TEST(UnwindLock, TakenMeansAGuessAndNotADeadlock) {
  // The thread that has libunwind itself does not wait; a busy machine may keep the processor from it.
  ASSERT_TRUE(within_tries(50, [](int) {
    intruder = {};
    gort_test_cfa_in_r12(step_with_intruder);
    return !intruder.intruded || intruder.here.ms < 40;
  }));
  ASSERT_TRUE(intruder.intruded);
  for (Report* r : {&intruder.here, &intruder.elsewhere}) {
    EXPECT_TRUE(r->moved);
    EXPECT_TRUE(r->guessed);
    EXPECT_EQ(r->pc, r->expected);
  }
  EXPECT_GT(intruder.elsewhere.ms, 40);
  Report after;
  walk_unlearned(&after);
  EXPECT_FALSE(after.guessed);
}

TEST(UnwindRow, VdsoIsCovered) {
  void* vdso = dlopen("linux-vdso.so.1", RTLD_NOLOAD | RTLD_NOW);
  if (vdso == nullptr) GTEST_SKIP() << "no vdso";
  auto f = uintptr_t(dlsym(vdso, "__vdso_clock_gettime"));
  RowView v;
  ASSERT_TRUE(row_for_exact(f, &v));
  EXPECT_EQ(v.kind(), RowKind::kRsp);
  EXPECT_EQ(v.cfa_offset, 8);
}

// ---- unloading

std::string compile_library(const std::string& dir, const char* name, const char* body) {
  std::string src = dir + "/" + name + ".c", so = dir + "/" + name + ".so";
  FILE* f = fopen(src.c_str(), "w");
  fputs(body, f);
  fclose(f);
  std::string cmd = "cc -shared -fPIC -O1 -fexceptions -o " + so + " " + src;
  return system(cmd.c_str()) == 0 ? so : "";
}

TEST(UnwindRow, SurvivesUnloadingAndReloading) {
  char dir[] = "/tmp/gort_unwind_XXXXXX";
  ASSERT_NE(mkdtemp(dir), nullptr);
  // The same entry point with another frame size.
  std::string small =
      compile_library(dir, "a", "void run(void (*f)(void)) { volatile char b[40]; b[0] = 1; f(); b[1] = 2; }");
  std::string large = compile_library(dir, "b",
                                      "int pad; void other(void) { pad++; }\nvoid run(void (*f)(void)) { volatile char "
                                      "b[4000]; b[0] = 1; f(); b[1] = 2; }");
  if (small.empty() || large.empty()) GTEST_SKIP() << "no compiler";
  for (int round = 0; round < 4; round++) {
    void* lib = dlopen((round & 1 ? large : small).c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(lib, nullptr);
    auto run = reinterpret_cast<void (*)(void (*)())>(dlsym(lib, "run"));
    run([] {
      take_walks();
      sink = 1;
    });
    expect_equal_walks(5);
    RowView v;
    uintptr_t f = uintptr_t(run);
    auto at = std::find_if(walks.ours.begin(), walks.ours.end(), [&](uintptr_t pc) { return pc > f && pc < f + 64; });
    ASSERT_NE(at, walks.ours.end());
    uintptr_t pc = *at;
    ASSERT_TRUE(row_for(pc, &v));
    EXPECT_TRUE(v.flags & kRowUnloadable);
    dlclose(lib);
    EXPECT_FALSE(row_for(pc, &v));
  }
  // C's cleanup attribute has a personality of its own.
  std::string cleanup = compile_library(dir, "c",
                                        "int count;\nstatic void done(int* p) { count += *p; }\n"
                                        "void run(void (*f)(void)) { __attribute__((cleanup(done))) int v = 1; f(); }\n"
                                        "void bare(void (*f)(void)) { volatile int v; f(); v = 1; }\n");
  void* lib = dlopen(cleanup.c_str(), RTLD_NOW);
  ASSERT_NE(lib, nullptr);
  reinterpret_cast<void (*)(void (*)())>(dlsym(lib, "run"))(look_at_foreign_frame);
  EXPECT_EQ(seen.flags & kPads, kRowCleanup);
  reinterpret_cast<void (*)(void (*)())>(dlsym(lib, "bare"))(look_at_foreign_frame);
  EXPECT_EQ(seen.flags & kPads, 0);
  dlclose(lib);
  for (auto& f : {small, large, cleanup}) unlink(f.c_str()), unlink((f.substr(0, f.size() - 2) + "c").c_str());
  rmdir(dir);
}

TEST(UnwindRow, FlushingDoesNotLeak) {
  auto pages = [] {
    long size = 0, resident = 0;
    FILE* f = fopen("/proc/self/statm", "r");
    if (fscanf(f, "%ld %ld", &size, &resident) != 2) resident = -1;
    fclose(f);
    return resident;
  };
  long before = 0;
  for (int i = 0; i < 1500; i++) {
    if (i == 300) before = pages();
    many_saved([] {
      take_walks();
      sink = 1;
    });
    flush_rows();
  }
  EXPECT_LT(pages() - before, 200);
}

}  // namespace
}  // namespace gort::rt
