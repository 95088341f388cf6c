// default runs exactly when no case is ready.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>(1);
  for (int i = 0; i < 3; i++) {
    select(recv(ch, [](int v, bool) { fmt::Println("received", v); }),  //
           otherwise([&] {
             fmt::Println("nothing");
             if (i == 0) ch.send(42);
           }));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
