// Operations that do not wait: select with default.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>(1);
  auto tryRecv = [&] {
    int value = 0;
    bool open = false, ran = true;
    select(recv(ch,
                [&](int v, bool ok) {
                  value = v;
                  open = ok;
                }),
           otherwise([&] { ran = false; }));
    fmt::Println(value, open, ran);
  };
  bool first = ch.try_send(1);
  fmt::Println(first, ch.try_send(2));
  tryRecv();
  tryRecv();
  ch.close();
  tryRecv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
