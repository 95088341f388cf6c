// On one P: first what was put first of late, then the newest.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Pool p;
  for (const char* s : {"a", "b", "c", "d"}) p.Put(s);
  for (int i = 0; i < 5; i++) fmt::Println(p.Get());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
