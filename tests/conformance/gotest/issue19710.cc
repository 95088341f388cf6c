// Go's test/fixedbugs/issue19710.go: deferred removals from a map.
#include <map>

#include <gort/gort.h>

using namespace gort;

std::map<int, bool> f() {
  return func<std::map<int, bool>>([&](std::map<int, bool>& m) {
    for (int i = 0; i < 3; i++) {
      m[i] = true;
      defer([&](int i) { m.erase(i); }, i);
    }
  });
}

void entry() {
  if (auto n = f().size(); n != 0) {
    println("got", n, "want 0");
    panic("bad defer delete");
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
