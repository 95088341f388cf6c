// Values are copied: what is sent is what arrives, whatever the sender does to its own afterwards.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct point {
  int x, y;
  std::string name;
};

void entry() {
  auto ch = make_chan<point>(2);
  point p{1, 2, "p"};
  ch.send(p);
  p.x = 100;
  p.name = "changed";
  ch.send(p);
  point a = ch.recv(), b = ch.recv();
  fmt::Println(a.x, a.y, a.name);
  fmt::Println(b.x, b.y, b.name);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
