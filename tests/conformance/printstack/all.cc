// runtime.Stack of all goroutines: the caller first, then the others in the order of creation.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void receive(chan<int> ch) {
  ch.recv();
}

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>();
  go(receive, a);
  go([&] { b.send(1); });
  go([] { select(); });
  go([] { time::Sleep(time::Hour); });
  time::Sleep(10 * time::Millisecond);
  std::vector<char> buf(1 << 16);
  auto n = runtime::Stack(buf, true);
  print(std::string(buf.data(), n));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
