// Two cases that are always ready are chosen about equally often.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<int>(1), b = make_chan<int>(1);
  int n[2] = {};
  for (int i = 0; i < 10000; i++) {
    a.try_send(1);
    b.try_send(1);
    select(recv(a, [&](int, bool) { n[0]++; }),  //
           recv(b, [&](int, bool) { n[1]++; }));
  }
  fmt::Println(n[0] + n[1], n[0] > 4000 && n[1] > 4000);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
