// The goroutine switch on amd64.
//
// gogo leaves by an indirect jump and comes back by one, to a label in the function that it is inlined into, and saves
// three registers: the compiler is told that all others are lost, and keeps those that it needs in the frame, where the
// function's CFI describes them. So calls and returns stay paired: where two goroutines park in the same function, the
// processor predicts every return of the one that goes on. With Boost.Context's jump_fcontext, which is called and left
// by a jump, it predicts none of them: 38 ns instead of 15 for a Gosched that switches.
//
// A goroutine keeps its floating-point modes (rounding, traps) as long as they are set through <cfenv>, which sets the
// x87 control word and mxcsr alike: the control word tells, and reading it costs a cycle where reading mxcsr costs ten.
// So mxcsr's own modes (flush to zero) belong to the thread.
//
// Not saved: signal mask, vector registers and flags (dead here), floating-point exception flags, thread-locals, errno.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gort::rt {

// gobuf is where a goroutine that does not run goes on. sp is null for one that has never run.
struct gobuf {
  char* sp = nullptr;
  void* bp = nullptr;
  const void* pc = nullptr;
  uint16_t fcw = 0;  // x87 control word
};
inline constexpr int kGobufSP = 0, kGobufBP = 8, kGobufPC = 16, kGobufFCW = 24;
static_assert(offsetof(gobuf, sp) == kGobufSP && offsetof(gobuf, bp) == kGobufBP && offsetof(gobuf, pc) == kGobufPC);
static_assert(offsetof(gobuf, fcw) == kGobufFCW);

// gobuf_init makes buf start at pc with an empty stack below top, in the floating-point modes of this thread.
inline void gobuf_init(gobuf* buf, char* top, void (*pc)()) {
  buf->bp = nullptr;
  buf->pc = reinterpret_cast<const void*>(pc);
  asm volatile("fnstcw %0" : "=m"(buf->fcw));
  std::atomic_signal_fence(std::memory_order_seq_cst);  // who stops this thread here finds no sp, or all of it
  buf->sp = top;
}

// gogo saves the caller to *from and goes on at *to. Returns when somebody goes on at *from.
[[gnu::always_inline]] inline void gogo(gobuf* from, const gobuf* to) {
  asm volatile(
      "fnstcw %c[fcw](%%rdi)\n\t"
      "leaq 1f(%%rip), %%rax\n\t"
      "movq %%rsp, %c[sp](%%rdi)\n\t"
      "movq %%rbp, %c[bp](%%rdi)\n\t"
      "movq %%rax, %c[pc](%%rdi)\n\t"
      "movzwl %c[fcw](%%rsi), %%eax\n\t"
      "cmpw %c[fcw](%%rdi), %%ax\n\t"
      "jne 3f\n"
      "2:\n\t"
      "movq %c[sp](%%rsi), %%rsp\n\t"
      "movq %c[bp](%%rsi), %%rbp\n\t"
      "jmpq *%c[pc](%%rsi)\n"
      // The word below the stack pointer is free: a function that calls others keeps nothing there. Rounding is bits 10
      // and 11 of the control word, 13 and 14 of mxcsr; the masks are bits 0 to 5, and 7 to 12.
      "3:\n\t"
      "fldcw %c[fcw](%%rsi)\n\t"
      "movl %%eax, %%ecx\n\t"
      "andl $0xc00, %%eax\n\t"
      "shll $3, %%eax\n\t"
      "andl $0x3f, %%ecx\n\t"
      "shll $7, %%ecx\n\t"
      "stmxcsr -8(%%rsp)\n\t"
      "movl -8(%%rsp), %%edx\n\t"
      "andl $~0x7f80, %%edx\n\t"
      "orl %%eax, %%edx\n\t"
      "orl %%ecx, %%edx\n\t"
      "movl %%edx, -8(%%rsp)\n\t"
      "ldmxcsr -8(%%rsp)\n\t"
      "jmp 2b\n"
      "1:"
      : "+D"(from), "+S"(to)
      : [sp] "i"(kGobufSP), [bp] "i"(kGobufBP), [pc] "i"(kGobufPC), [fcw] "i"(kGobufFCW)
      : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
#ifdef __AVX512F__
        "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",
        "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7",
#endif
        "cc", "memory");
}

}  // namespace gort::rt
