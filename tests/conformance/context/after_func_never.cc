// AfterFunc on a context that is never done: its function does not run, its stop works.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto stop = context::AfterFunc(context::Background(), [] { fmt::Println("never"); });
  time::Sleep(2 * time::Millisecond);
  bool first = stop();
  fmt::Println(first, stop());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
