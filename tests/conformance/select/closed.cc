// A closed channel is always ready to receive from.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  ch.close();
  for (int i = 0; i < 2; i++) {
    select(recv(ch, [](int v, bool ok) { fmt::Println(v, ok); }),  //
           otherwise([] { fmt::Println("default"); }));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
