// Go's test/chan/select.go: values of send cases are evaluated each time; a nil channel's case is never taken.
#include <gort/gort.h>

using namespace gort;

unsigned counter;
unsigned shift;

unsigned GetValue() {
  counter++;
  return 1U << shift;
}

int Send(chan<unsigned> a, chan<unsigned> b) {
  int i = 0;
  for (bool more = true; more;) {
    select(send(a, GetValue(),
                [&] {
                  i++;
                  a = nil;
                  shift++;
                }),
           send(b, GetValue(),
                [&] {
                  i++;
                  b = nil;
                  shift++;
                }),
           otherwise([&] { more = false; }));
  }
  return i;
}

void entry() {
  auto a = make_chan<unsigned>(1);
  auto b = make_chan<unsigned>(1);
  if (int v = Send(a, b); v != 2) {
    println("Send returned", v, "!= 2");
    panic("fail");
  }
  if (unsigned av = a.recv(), bv = b.recv(); (av | bv) != 3) {
    println("bad values", av, bv);
    panic("fail");
  }
  if (int v = Send(a, nil); v != 1) {
    println("Send returned", v, "!= 1");
    panic("fail");
  }
  if (counter != 10) {
    println("counter is", counter, "!= 10");
    panic("fail");
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
