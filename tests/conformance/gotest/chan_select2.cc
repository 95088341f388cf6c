// Go's test/chan/select2.go: selects leave no memory behind.
#include <malloc.h>

#include <gort/gort.h>

using namespace gort;

void sender(chan<int> c, int n) {
  for (int i = 0; i < n; i++) c.send(1);
}

void receiver(chan<int> c, chan<int> dummy, int n) {
  for (int i = 0; i < n; i++) select(recv(c), recv(dummy, [] { panic("dummy"); }));
}

void entry() {
  auto c = make_chan<int>();
  auto dummy = make_chan<int>();

  // To warm up.
  go(sender, c, 100000);
  receiver(c, dummy, 100000);
  runtime::GC();
  size_t alloc = mallinfo2().uordblks;

  go(sender, c, 100000);
  receiver(c, dummy, 100000);
  runtime::GC();
  size_t after = mallinfo2().uordblks;

  if (after > alloc && double(after - alloc) > 1.1e5)
    println("BUG: too much memory for 100,000 selects:", after - alloc);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
