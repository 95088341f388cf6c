// Setting a channel to nil takes its case out of the select.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>();
  go([a] {
    for (int i = 0; i < 3; i++) a.send(i);
    a.close();
  });
  go([b] {
    for (int i = 10; i < 13; i++) b.send(i);
    b.close();
  });
  int sum = 0;
  while (a != nil || b != nil) {
    select(recv(a,
                [&](int v, bool ok) {
                  if (ok)
                    sum += v;
                  else
                    a = nil;
                }),
           recv(b, [&](int v, bool ok) {
             if (ok)
               sum += v;
             else
               b = nil;
           }));
  }
  fmt::Println(sum);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
