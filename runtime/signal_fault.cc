// Faults that become panics. See signal.cc for the protocol.
//
// The fault's description passes from the handler to gort_sigpanic1 in a thread-local: between the two the goroutine
// executes nothing, so it cannot change threads. gextra, where it stays for the `[signal ...]` line, may have to be
// made, which a handler must not do.
#include <atomic>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <malloc.h>

#include <gort/runtime_error.h>

#include "runtime/panic.h"
#include "runtime/signal.h"
#include "runtime/traceback.h"
#include "runtime/unwind.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"
#include "sched/stack.h"

extern "C" void gort_sigpanic();

namespace gort::rt {

[[noreturn]] void panicmem();

namespace {

constexpr uintptr_t kSmall = 4096;  // a nil pointer plus the offset of a field
constexpr uintptr_t kRedZone = 128;
constexpr size_t kNear = 4096;

__thread gsignal_info pending __attribute__((tls_model("initial-exec")));

// ---- code whose locks a panic would meet ----

struct range {
  uintptr_t lo = 0, hi = 0;
  bool has(uintptr_t pc) const { return pc >= lo && pc < hi; }
};

constexpr const char* kAllocators[] = {"malloc",         "free",          "calloc",      "realloc",      "memalign",
                                       "posix_memalign", "aligned_alloc", "malloc_trim", "reallocarray", "mallinfo2"};
uintptr_t allocators[std::size(kAllocators)];
range heap_object;  // the object that malloc is in
range loader;       // the dynamic loader

// search is one question to dl_iterate_phdr: the object that covers an address, or whose name contains a string.
struct search {
  uintptr_t inside;
  const char* name;
  range found;
};

int match_object(dl_phdr_info* info, size_t, void* arg) {
  auto* s = static_cast<search*>(arg);
  range r{UINTPTR_MAX, 0};
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& ph = info->dlpi_phdr[i];
    if (ph.p_type != PT_LOAD) continue;
    uintptr_t lo = info->dlpi_addr + ph.p_vaddr;
    if (lo < r.lo) r.lo = lo;
    if (lo + ph.p_memsz > r.hi) r.hi = lo + ph.p_memsz;
  }
  bool match = s->name != nullptr ? strstr(info->dlpi_name, s->name) != nullptr : r.has(s->inside);
  if (match) s->found = r;
  return match;
}

range find_object(uintptr_t inside, const char* name) {
  search s{inside, name, {}};
  dl_iterate_phdr(match_object, &s);
  return s.found;
}

// in_allocator: the fault is inside malloc or its kin, whose lock may be held. Their inner functions have no names that
// could be looked up, so the walk goes outwards to the function that the program called.
bool in_allocator(const sigctxt& c, const g* gp) {
  if (!heap_object.has(c.pc())) return false;
  FrameWalk w(c.pc(), c.sp(), uintptr_t(c.reg(REG_RBP)), stack_bounds(gp, c.sp()), true);
  for (int i = 0; i < 12; i++) {
    RowView row;
    if (!w.row(&row)) return false;
    for (uintptr_t a : allocators)
      if (a != 0 && row.func_start == a) return true;
    if (!w.next()) return false;
  }
  return false;
}

// ---- the instruction ----

// A page fault tells in its error code whether the processor was fetching an instruction.
bool fetch_fault(const sigctxt& c) {
  constexpr greg_t kPageFault = 14, kFetch = 16;
  return c.pc() == 0 || (c.reg(REG_TRAPNO) == kPageFault && (c.reg(REG_ERR) & kFetch) != 0);
}

constexpr int kEncoded[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

// operand_address is the address of a ModRM memory operand; `at` stands behind the ModRM byte.
uintptr_t operand_address(const sigctxt& c, const uint8_t* at, unsigned modrm, unsigned rex) {
  unsigned mod = modrm >> 6, rm = modrm & 7;
  uintptr_t address = 0;
  bool has_disp32 = mod == 2;
  if (rm == 4) {
    unsigned sib = *at++, index = (sib >> 3 & 7) | (rex & 2) << 2, base = sib & 7;
    if (index != 4) address += uintptr_t(c.reg(kEncoded[index])) << (sib >> 6);
    if (base == 5 && mod == 0)
      has_disp32 = true;
    else
      address += uintptr_t(c.reg(kEncoded[base | (rex & 1) << 3]));
  } else if (rm == 5 && mod == 0) {
    int32_t disp;
    memcpy(&disp, at, 4);
    return reinterpret_cast<uintptr_t>(at) + 4 + uintptr_t(intptr_t(disp));
  } else {
    address = uintptr_t(c.reg(kEncoded[rm | (rex & 1) << 3]));
  }
  if (mod == 1) address += uintptr_t(intptr_t(int8_t(*at)));
  if (has_disp32) {
    int32_t disp;
    memcpy(&disp, at, 4);
    address += uintptr_t(intptr_t(disp));
  }
  return address;
}

// divisor_is_zero: the processor reports a quotient that does not fit (the least integer divided by -1) with the same
// code as a zero divisor; the instruction's operand tells which it was. The operand can be read: the processor has just
// done so.
bool divisor_is_zero(const sigctxt& c) {
  const auto* at = reinterpret_cast<const uint8_t*>(c.pc());
  bool small = false;
  unsigned rex = 0;
  while (*at == 0x66 || *at == 0x67 || *at == 0x2e || *at == 0x3e) small |= *at++ == 0x66;
  if ((*at & 0xf0) == 0x40) rex = *at++;
  if ((*at != 0xf6 && *at != 0xf7) || (at[1] >> 4 & 3) != 3) return true;  // no div: some other trap
  size_t size = *at == 0xf6 ? 1 : (rex & 8) != 0 ? 8 : small ? 2 : 4;
  unsigned modrm = at[1];
  uint64_t divisor = 0;
  if (modrm >> 6 != 3) {
    memcpy(&divisor, reinterpret_cast<const void*>(operand_address(c, at + 2, modrm, rex)), size);
    return divisor == 0;
  }
  unsigned r = (modrm & 7) | (rex & 1) << 3;
  bool high = size == 1 && rex == 0 && r >= 4;  // ah, ch, dh, bh
  divisor = uint64_t(c.reg(kEncoded[high ? r - 4 : r])) >> (high ? 8 : 0);
  if (size < 8) divisor &= (uint64_t(1) << 8 * size) - 1;
  return divisor == 0;
}

// The floating-point exception that has been reported is cleared, or the next instruction would report it again.
void clear_float_exceptions(const sigctxt& c) {
  if (c.sig != SIGFPE || c.uc->uc_mcontext.fpregs == nullptr) return;
  c.uc->uc_mcontext.fpregs->swd &= uint16_t(~0x80ffu);
  c.uc->uc_mcontext.fpregs->mxcsr &= ~0x3fu;
}

}  // namespace

void fault_init() {
  for (size_t i = 0; i < std::size(kAllocators); i++)
    allocators[i] = reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, kAllocators[i]));
  if (allocators[0] == 0)
    allocators[0] = reinterpret_cast<uintptr_t>(&malloc);  // a static program: no table of symbols
  if (allocators[1] == 0) allocators[1] = reinterpret_cast<uintptr_t>(&free);
  heap_object = find_object(allocators[0], nullptr);
  loader = find_object(0, "/ld-linux");
}

// A guard hit, or a large frame that has moved the stack pointer past the guard: then the access is between the stack
// pointer and the goroutine's stack. Code that runs on a stack of its own further away is none of this.
bool stack_overflowed(const sigctxt& c, const g* gp) {
  if (gp->stackhi == nullptr || c.sig == SIGFPE) return false;
  if (stack_guard_hit(gp, c.addr())) return true;
  uintptr_t lo = reinterpret_cast<uintptr_t>(stacklo(gp)), sp = c.sp(), at = c.addr();
  if (c.info->si_code == SI_KERNEL) return stack_guard_hit(gp, sp);
  constexpr uintptr_t kFar = uintptr_t(4) << 30;
  return sp < lo && lo - sp < kFar && at + kNear >= sp && at < lo;
}

bool canpanic(const sigctxt& c, const g* gp) {
  m* mp = gp->m;
  if (mp->curg != gp || mp->locks.load(std::memory_order_relaxed) != 0 || gp->stackhi == nullptr) return false;
  if (!on_own_stack(gp, c.sp()) || stack_guard_hit(gp, c.sp() - kRedZone - 16)) return false;
  return !loader.has(c.pc()) && !in_allocator(c, gp);
}

// The codes and the bound are Go's. (A non-canonical address comes as SI_KERNEL with address 0, and is no nil
// dereference.)
static bool nil_dereference(const gsignal_info& s) {
  if (s.sig == SIGBUS) return s.code0 == BUS_ADRERR && s.code1 < kSmall;
  return s.sig == SIGSEGV && (s.code0 == 0 || s.code0 == SEGV_MAPERR || s.code0 == SEGV_ACCERR) && s.code1 < kSmall;
}

bool fault_is_panic(const sigctxt& c, const g* gp) {
  return c.sig == SIGFPE || nil_dereference(c.signal_info()) || (gp->extra != nullptr && gp->extra->paniconfault);
}

const char* fault_text(const sigctxt& c) {
  if (nil_dereference(c.signal_info())) return "invalid memory address or nil pointer dereference";
  if (c.sig != SIGFPE) return nullptr;
  if (c.info->si_code == FPE_INTDIV) return divisor_is_zero(c) ? "integer divide by zero" : "integer overflow";
  return c.info->si_code == FPE_INTOVF ? "integer overflow" : "floating point error";
}

void prepare_panic(const sigctxt& c) {
  pending = c.signal_info();
  if (c.sig == SIGFPE && c.info->si_code == FPE_INTDIV && !divisor_is_zero(c)) pending.code0 = FPE_INTOVF;
  uintptr_t pc = c.pc(), sp = c.sp();
  if (fetch_fault(c)) {
    // A call through a bad pointer: the caller is the frame that panics. The pc is taken for exact, so it must lie in
    // the call.
    memcpy(&pc, reinterpret_cast<const void*>(sp), sizeof pc);
    pc--;
    sp += 8;
  }
  san_entered(sp - kRedZone);
  sp -= kRedZone + 16;  // gort_sigpanic's CFA is its first stack pointer + 144
  memcpy(reinterpret_cast<void*>(sp), &pc, sizeof pc);
  c.reg(REG_RSP) = greg_t(sp);
  c.reg(REG_RIP) = reinterpret_cast<greg_t>(&gort_sigpanic);
  c.reg(REG_EFL) &=
      ~greg_t(0x400 | 0x40000);  // a function is entered with the direction flag clear; no alignment checks
  clear_float_exceptions(c);
}

// A function of its own keeps the sink out of gort_sigpanic1's frame, which may stand at the end of a stack.
[[gnu::noinline]] static void print_unexpected_address(uintptr_t addr) {
  Sink w(2);
  w.str("unexpected fault address ");
  w.hex(addr);
  w.str("\n");
}

// gort_sigpanic1 is Go's sigpanic: the panic that a fault is.
extern "C" [[noreturn, gnu::visibility("hidden")]] void gort_sigpanic1() {
  gsignal_info s = pending;
  g* gp = getg();
  // Go's compiler checks for these, so there they are no signals, and print none.
  if (s.sig == SIGFPE && s.code0 == FPE_INTDIV) panicdivide();
  if (s.sig == SIGFPE && s.code0 == FPE_INTOVF) panicoverflow();
  gextra* x = extra_of(gp);
  x->sig = s;
  if (s.sig == SIGFPE) panicfloat();
  if (nil_dereference(s)) panicmem();
  if (x->paniconfault) panicmemAddr(s.code1);
  print_unexpected_address(s.code1);
  throw_("fault");
}

}  // namespace gort::rt
