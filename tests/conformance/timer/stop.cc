// Stop prevents the event, and says true the first time only.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(2 * time::Millisecond);
  bool stopped = t->Stop();
  while (!stopped) {  // the machine was slower than the timer
    t->C.recv();
    t->Reset(2 * time::Millisecond);
    stopped = t->Stop();
  }
  fmt::Println(stopped, t->Stop());
  select(recv(t->C, [] { fmt::Println("fired"); }),
         recv(time::After(8 * time::Millisecond), [] { fmt::Println("silent"); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
