// Go's test/chancap.go: length and capacity of channels, and capacities that cannot be.
#include <cstdint>
#include <string>

#include <gort/gort.h>

using namespace gort;

template <class F>
void shouldPanic(std::string str, F f) {
  func([&] {
    defer([&] {
      any err = recover();
      if (!err) panic("did not panic");
      std::string s = err.must_as<error>().Error();
      if (s.find(str) == s.npos) panic("got panic " + s + ", want " + str);
    });
    f();
  });
}

void entry() {
  auto c = make_chan<int64_t>(10);
  if (c.len() != 0 || c.cap() != 10) {
    println("chan len/cap ", c.len(), c.cap(), " want 0 10");
    panic("fail");
  }

  for (int i = 0; i < 3; i++) c.send(i);
  if (c.len() != 3 || c.cap() != 10) {
    println("chan len/cap ", c.len(), c.cap(), " want 3 10");
    panic("fail");
  }

  c = make_chan<int64_t>();
  if (c.len() != 0 || c.cap() != 0) {
    println("chan len/cap ", c.len(), c.cap(), " want 0 0");
    panic("fail");
  }

  int n = -1;
  shouldPanic("makechan: size out of range", [&] { make_chan<int64_t>(n); });
  shouldPanic("makechan: size out of range", [&] { make_chan<int64_t>(int64_t(n)); });
  int64_t n2 = int64_t(1) << 59;
  shouldPanic("makechan: size out of range", [&] { make_chan<int64_t>(n2); });
  n2 = INT64_MAX;
  shouldPanic("makechan: size out of range", [&] { make_chan<int64_t>(n2); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
