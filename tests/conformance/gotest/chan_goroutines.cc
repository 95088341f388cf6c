// Go's test/chan/goroutines.go: a value passes through a chain of goroutines.
#include <cstdlib>
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string length = "10000";

void f(chan<int> left, chan<int> right) {
  left.send(right.recv());
}

void entry() {
  char* end;
  long n = std::strtol(length.c_str(), &end, 10);
  if (*end != 0) {
    print("bad arg\n");
    std::exit(1);
  }
  auto leftmost = make_chan<int>();
  auto right = leftmost;
  auto left = leftmost;
  for (long i = 0; i < n; i++) {
    right = make_chan<int>();
    go(f, left, right);
    left = right;
  }
  go([](chan<int> c) { c.send(1); }, right);
  leftmost.recv();
}

int main(int argc, char** argv) {
  if (argc > 1) length = argv[1];
  return gort::main(argc, argv, entry);
}
