// Normal mode lets the running goroutine barge in; a waiter that has been overtaken after more than a millisecond gets
// the lock handed.
#include <string>
#include <string_view>

#include <gort/gort.h>

using namespace gort;

// waitFor waits until n goroutines are in a state of traces.
void waitFor(int n, std::string_view state) {
  std::string buf(1 << 16, '\0');
  for (int found = 0; found < n;) {
    found = 0;
    std::string_view text(buf.data(), runtime::Stack(buf, true));
    for (size_t at = 0; (at = text.find(state, at)) != text.npos; at++) found++;
    if (found < n) runtime::Gosched();
  }
}

void entry() {
  sync::Mutex mu;
  auto done = make_chan<bool>();
  mu.Lock();
  go([&] {
    mu.Lock();
    fmt::Println("waiter");
    mu.Unlock();
    done.send(true);
  });
  waitFor(1, "[sync.Mutex.Lock]");
  time::Sleep(5 * time::Millisecond);
  mu.Unlock();
  mu.Lock();
  fmt::Println("main was faster");
  waitFor(1, "[sync.Mutex.Lock]");
  mu.Unlock();
  mu.Lock();
  fmt::Println("main had to queue");
  mu.Unlock();
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
