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

// alone waits until no goroutine is left but the caller's.
inline bool alone() {
  return eventually([] { return gort::runtime::NumGoroutine() == 1; });
}

// in_state waits until at least n goroutines are in a state of traces, such as "chan receive".
inline bool in_state(int n, std::string_view state) {
  const std::string mark = " [" + std::string(state);
  std::string buf(1 << 20, '\0');
  return eventually([&] {
    std::string_view text(buf.data(), gort::runtime::Stack(buf, true));
    int found = 0;
    for (size_t at = 0; (at = text.find(mark, at)) != text.npos;) {
      at += mark.size();
      found += text.substr(at, 1) == "]" || text.substr(at, 1) == ",";
    }
    return found >= n;
  });
}
