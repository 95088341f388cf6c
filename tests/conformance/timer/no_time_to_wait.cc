// Durations of zero and below fire at once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (time::Duration d : {time::Duration(0), time::Duration(-1), -time::Hour, time::Duration(INT64_MIN)}) {
    time::After(d).recv();
    time::NewTimer(d)->C.recv();
    auto done = make_chan<bool>();
    time::AfterFunc(d, [done] { done.close(); });
    done.recv();
    time::Sleep(d);
    fmt::Println(d);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
