// print and println may be deferred and started with go; arguments are taken at the statement.
#include <gort/gort.h>

using namespace gort;

void entry() {
  int n = 1;
  func([&] {
    defer([](int n) { println("deferred", n); }, n);
    defer([](int n) { print("a", n, "\n"); }, n);
    n = 2;
    auto done = make_chan<bool>();
    go([&] {
      println("in goroutine", n);
      done.close();
    });
    done.recv();
    println("end", n);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
