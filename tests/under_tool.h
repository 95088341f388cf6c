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

#if defined(GORT_ASAN)
constexpr unsigned kThis = kAddress;
constexpr const char* kName = "AddressSanitizer";
#elif defined(GORT_TSAN)
constexpr unsigned kThis = kThread;
constexpr const char* kName = "ThreadSanitizer";
#elif defined(GORT_VALGRIND)
constexpr unsigned kThis = kValgrind;
constexpr const char* kName = "Valgrind";
#elif defined(GORT_UBSAN)
constexpr unsigned kThis = kUndefined;
constexpr const char* kName = "UndefinedBehaviorSanitizer";
#else
constexpr unsigned kThis = 0;
constexpr const char* kName = "no tool";
#endif

inline std::string skipped(const char* reason) {
  return std::string("under ") + kName + ": " + reason;
}

#define SKIP_UNDER(tools, reason)                                            \
  do {                                                                       \
    if ((tool::kThis & (tools)) != 0) GTEST_SKIP() << tool::skipped(reason); \
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
  if ((kThis & tools) != 0) testing::UnitTest::GetInstance()->listeners().Append(new Skip(reason));
}

}  // namespace tool
