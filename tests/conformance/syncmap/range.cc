// Range visits every entry once and stops when told to; entries may be deleted and stored on the way.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  for (int i = 0; i < 10; i++) m.Store(i, i * i);
  int sum = 0, n = 0;
  m.Range([&](const any& k, const any& v) {
    sum += v.must_as<int>();
    if (k.must_as<int>() % 2 == 0) m.Delete(k);
    return true;
  });
  fmt::Println(sum);
  m.Range([&](const any&, const any&) {
    n++;
    return n < 3;
  });
  fmt::Println(n);
  n = 0;
  m.Range([&](const any&, const any&) {
    n++;
    return true;
  });
  fmt::Println(n);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
