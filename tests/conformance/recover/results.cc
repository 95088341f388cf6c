// What a recovered function returns: the named result as it stands, zero for an unnamed one.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct pair {
  int x;
  std::string s;
};

pair namedResult() {
  return func<pair>([&](pair& r) {
    defer([] { recover(); });
    r = {21, "set"};
    panic("z");
  });
}

int changed() {
  return func<int>([&](int& x) {
    defer([&] {
      if (recover()) x = -1;
    });
    x = 5;
    panic("z");
  });
}

int unnamed() {
  return func<int>([&]() -> int {
    defer([] { recover(); });
    panic("z");
  });
}

int returning() {
  return func<int>([&] {
    defer([] { recover(); });
    defer([] { panic("after return"); });
    return 9;
  });
}

void entry() {
  auto [x, s] = namedResult();
  fmt::Println(x, s, changed(), unnamed(), returning());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
