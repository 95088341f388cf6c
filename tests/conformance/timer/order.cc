// Timers fire by their time, whatever the order in which they were made.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto out = make_chan<std::string>(8);
  for (int ms : {20, 1, 35, 10}) {
    time::AfterFunc(ms * time::Millisecond, [out, ms] { out.send(fmt::Sprint(ms)); });
  }
  for (int i = 0; i < 4; i++) fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
