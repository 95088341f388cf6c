// Go's test/fixedbugs/issue43111.go: a select keeps the channels and values that it has evaluated, whatever is done to
// the variables afterwards. The form with braces evaluates its cases in order.
#include <gort/gort.h>

using namespace gort;

chan<int> ch;
int x;

int f() {
  ch.close();
  ch = nil;
  return 0;
}

int g() {
  ch = nil;
  x = 0;
  return 0;
}

void entry() {
  chan<int> nilch;
  int v = 0;
  bool ok = false;

  ch = make_chan<int>();
  select({select_case::recv(ch), select_case::send(nilch, f())});

  ch = make_chan<int>();
  select({select_case::recv(ch, &v), select_case::send(nilch, f())});

  ch = make_chan<int>();
  select({select_case::recv(ch, &v, &ok), select_case::send(nilch, f())});

  auto ch1 = make_chan<int>(1);
  ch = ch1;
  x = 42;
  select({select_case::send(ch, x), select_case::send(nilch, g())});
  if (int got = ch1.recv(); got != 42) panic(got);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
