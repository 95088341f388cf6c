// Client requests to Valgrind, for its header valgrind/valgrind.h is not there everywhere that gort is built: a
// sequence of instructions that does nothing on a processor and that Valgrind recognises.
#pragma once
#include <cstdint>

namespace gort::rt {

inline constexpr uint64_t kValgrindRunning = 0x1001, kValgrindStackRegister = 0x1501,
                          kMemcheckMakeUndefined = 0x4d430001;

// valgrind_request returns what Valgrind answers, 0 where the program does not run under it.
inline uint64_t valgrind_request(uint64_t request, uint64_t a = 0, uint64_t b = 0) {
  const volatile uint64_t args[6] = {request, a, b, 0, 0, 0};
  uint64_t result;
  asm volatile(
      "rolq $3, %%rdi\n\t"
      "rolq $13, %%rdi\n\t"
      "rolq $61, %%rdi\n\t"
      "rolq $51, %%rdi\n\t"
      "xchgq %%rbx, %%rbx"
      : "=d"(result)
      : "a"(&args[0]), "0"(uint64_t(0))
      : "cc", "memory");
  return result;
}

}  // namespace gort::rt
