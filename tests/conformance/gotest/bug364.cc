// Go's test/fixedbugs/bug364.go: arguments of deferred calls are evaluated at the statement.
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string s;

template <class... A>
void accum(A... args) {
  s += fmt::Sprintln(args...);
}

void f() {
  double v = 0.0;
  func([&] {
    for (int i = 0; i < 3; i++) {
      v += 0.1;
      defer(accum<any>, v);
    }
  });
}

void entry() {
  f();
  if (s != "0.30000000000000004\n0.2\n0.1\n") {
    println("BUG: defer");
    print(s);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
