// eventually.h: how tests wait for what others do. A busy machine keeps the processor from any thread for as long as it
// likes, so that neither a sleep nor a number of turns says what the others have done: a test waits for the condition.
#pragma once

#include <gort/gort.h>

#include <string>
#include <string_view>

// eventually waits, parked, until f() holds. False: it does not come.
template <class F>
bool eventually(F f) {
  const auto begin = gort::time::Now();
  while (!f()) {
    if (gort::time::Since(begin) > 60 * gort::time::Second) return false;
    gort::time::Sleep(gort::time::Millisecond);
  }
  return true;
}

// within_tries calls f with 0, 1, 2, ... until it returns true, so many times at most: for what a busy machine may
// spoil, and nothing else.
template <class F>
bool within_tries(int most, F f) {
  for (int i = 0; i < most; i++)
    if (f(i)) return true;
  return false;
}

// alone waits until no goroutine is left but the caller's.
inline bool alone() {
  return eventually([] { return gort::runtime::NumGoroutine() == 1; });
}

// count_in_state tells how many goroutines are in a state of traces, such as "chan receive".
inline int count_in_state(std::string_view state) {
  const std::string mark = " [" + std::string(state);
  std::string text(1 << 20, '\0');
  text.resize(gort::runtime::Stack(text, true));
  int found = 0;
  for (size_t at = 0; (at = text.find(mark, at)) != text.npos;) {
    at += mark.size();
    found += text[at] == ']' || text[at] == ',';
  }
  return found;
}

// in_state waits until so many are.
inline bool in_state(int n, std::string_view state) {
  return eventually([&] { return count_in_state(state) >= n; });
}
