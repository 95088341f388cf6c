#include <functional>

#include <gort/gort.h>

using namespace gort;

struct T {
  int pad;
  chan<int> c;
};

static T* volatile t;

void check(const char* what, const std::function<void()>& f) {
  func([&] {
    defer([&] { println(what, recover() != nil); });
    f();
  });
}

void entry() {
  check("recv", [] { t->c.recv(); });
  check("send", [] { t->c.send(1); });
  check("copy", [] {
    chan<int> d = t->c;
    println(d == nil);
  });
  check("nil", [] { println(t->c == nil); });
  check("select", [] { select(recv(t->c), otherwise()); });
  check("close", [] { t->c.close(); });
  check("len", [] { println(t->c.len()); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
