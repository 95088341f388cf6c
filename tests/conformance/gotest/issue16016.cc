// Go's test/fixedbugs/issue16016.go: ten thousand goroutines that sleep before a deferred method of an interface.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct Q {
  virtual ~Q() = default;
  virtual void Foo(std::vector<any> vals) = 0;
};

struct T : Q {
  void Foo(std::vector<any> vals) override {
    if (auto* v = vals[0].as<std::string>()) (void)v;
  }
};

struct R : T {};

void entry() {
  static R r;
  Q* q = &r;
  for (int i = 0; i < 10000; i++) {
    go([=] {
      func([&] {
        defer(&Q::Foo, q, std::vector<any>{"meow"});
        time::Sleep(100 * time::Millisecond);
      });
    });
  }
  time::Sleep(1 * time::Second);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
