// Go's test/func5.go: functions as values, called and started as goroutines.
#include <functional>

#include <gort/gort.h>

using namespace gort;

using binary = std::function<int(int, int)>;
using binaryc = std::function<void(int, int, chan<int>)>;

void caller(binary f, int a, int b, chan<int> c) {
  c.send(f(a, b));
}

int gocall(binary f, int a, int b) {
  auto c = make_chan<int>();
  go(caller, f, a, b, c);
  return c.recv();
}

int call(binary f, int a, int b) {
  return f(a, b);
}

int call1(binary f, int a, int b) {
  return call(f, a, b);
}

binary f;

int add(int x, int y) {
  return x + y;
}

binary fn() {
  return f;
}

binaryc fc;

void addc(int x, int y, chan<int> c) {
  c.send(x + y);
}

binaryc fnc() {
  return fc;
}

void three(int x) {
  if (x != 3) {
    println("wrong val", x);
    panic("fail");
  }
}

void entry() {
  three(call(add, 1, 2));
  three(call1(add, 1, 2));
  f = add;
  three(call(f, 1, 2));
  three(call1(f, 1, 2));
  three(call(fn(), 1, 2));
  three(call1(fn(), 1, 2));
  three(call([](int a, int b) { return a + b; }, 1, 2));
  three(call1([](int a, int b) { return a + b; }, 1, 2));
  three(gocall(fn(), 1, 2));

  fc = addc;
  auto c = make_chan<int>();
  go(addc, 1, 2, c);
  three(c.recv());
  go(fc, 1, 2, c);
  three(c.recv());
  go(fnc(), 1, 2, c);
  three(c.recv());
  go([](int a, int b, chan<int> c) { c.send(a + b); }, 1, 2, c);
  three(c.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
