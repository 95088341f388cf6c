// Of several cases the one that is ready runs.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<int>(1);
  auto b = make_chan<std::string>(1);
  auto c = make_chan<int>();
  for (int i = 0; i < 4; i++) {
    if (i % 2 == 0)
      a.send(i);
    else
      b.send(fmt::Sprint("s", i));
    select(recv(a, [](int v, bool) { fmt::Println("a", v); }),          //
           recv(b, [](std::string s, bool) { fmt::Println("b", s); }),  //
           send(c, 1, [] { fmt::Println("c"); }));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
