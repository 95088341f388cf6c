// under_tool.h: tests that cannot hold under a sanitizer or Valgrind say so here, each with its reason, which the
// report shows.
//
//   TEST(Speed, IsMeasured) { SKIP_UNDER(tool::kAny, "times are the tool's"); ... }
//   int main() { ...; tool::skip_all_under(tool::kThread, "it holds signals back"); return RUN_ALL_TESTS(); }
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sched/sanitizer.h"

namespace tool {

constexpr unsigned kAddress = 1, kThread = 2, kUndefined = 4, kValgrind = 8;
constexpr unsigned kAny = 15;
constexpr unsigned kMemory = kAddress | kThread | kValgrind;  // those with memory and a sense of time of their own

// current is the tool that this process runs under, 0 for none.
inline unsigned current() {
#if defined(GORT_ASAN)
  return kAddress;
#elif defined(GORT_TSAN)
  return kThread;
#elif defined(GORT_UBSAN)
  return kUndefined;
#else
  static const bool valgrind = gort::rt::valgrind_request(gort::rt::kValgrindRunning) != 0;
  return valgrind ? kValgrind : 0;
#endif
}

// FAULTS: the function faults on purpose, which a sanitizer would report instead.
#define FAULTS __attribute__((no_sanitize("address", "undefined")))

// slow: times are not the program's own.
inline bool slow() {
  return (current() & kMemory) != 0;
}

inline std::string skipped(const char* reason) {
  const unsigned t = current();
  return std::string("under ") +
         (t == kAddress    ? "AddressSanitizer"
          : t == kThread   ? "ThreadSanitizer"
          : t == kValgrind ? "Valgrind"
                           : "UndefinedBehaviorSanitizer") +
         ": " + reason;
}

#define SKIP_UNDER(tools, reason)                                                \
  do {                                                                           \
    if ((tool::current() & (tools)) != 0) GTEST_SKIP() << tool::skipped(reason); \
  } while (false)

// skip_all_under skips every test of the program.
inline void skip_all_under(unsigned tools, const char* reason) {
  class Skip : public testing::EmptyTestEventListener {
   public:
    explicit Skip(const char* why) : why_(why) {}
    void OnTestStart(const testing::TestInfo&) override { GTEST_SKIP() << skipped(why_); }

   private:
    const char* why_;
  };
  if ((current() & tools) != 0) testing::UnitTest::GetInstance()->listeners().Append(new Skip(reason));
}

}  // namespace tool
