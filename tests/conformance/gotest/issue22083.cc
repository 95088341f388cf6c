// Go's test/fixedbugs/issue22083.go: a trace names the line of the call that failed, inlined or not.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct Wrapper {
  std::vector<int> a;
  int Get(int i) const { return at(a, i); }
};

void entry() {
  Wrapper foo{{0, 1, 2}};
  int line = 0;
  func([&] {
    defer([&] {
      any e = recover();
      if (!e) panic("bounds check didn't fail");
      std::string stk = debug::Stack();
      if (stk.find("issue22083.cc:" + std::to_string(line)) == stk.npos) panic("wrong stack trace: " + stk);
    });
    foo.Get(0);
    foo.Get(1);
    foo.Get(2);
    line = __LINE__ + 1;
    foo.Get(3);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
