// What a twin needs to wait for others that are to be blocked: the Go files have a function of that name.
#ifndef WAIT_FOR_H_
#define WAIT_FOR_H_

#include <string>
#include <string_view>

#include <gort/gort.h>

// waitFor waits until n goroutines are in a state of traces.
inline void waitFor(int n, std::string_view state) {
  std::string buf(1 << 16, '\0');
  for (int found = -1; found < n; gort::runtime::Gosched()) {
    std::string_view text(buf.data(), gort::runtime::Stack(buf, true));
    found = 0;
    for (size_t at = 0; (at = text.find(state, at)) != text.npos; at++) found++;
  }
}

#endif  // WAIT_FOR_H_
