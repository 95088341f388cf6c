// Do's function panics: the call does not count, and deferred calls may call Do.
#include <gort/gort.h>

using namespace gort;

void entry() {
  rate::Sometimes s{.First = 2};
  [&] {
    func([&] {
      defer([&] {
        s.Do([] { fmt::Println("while it panics"); });
        fmt::Println(recover());
      });
      s.Do([] { panic("first"); });
    });
  }();
  s.Do([] { fmt::Println("second"); });
  s.Do([] { fmt::Println("third"); });
  rate::Sometimes always{.Every = 1};
  always.Do([] { panic("uncaught"); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
