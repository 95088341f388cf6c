// Go's test/fixedbugs/issue74379.go: a call that panics as an argument.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

bool crashOnErr(error err) {
  if (err != nil) panic(err);
  return false;
}

void entry() {
  func([&] {
    defer([] {
      if (!recover()) {
        fmt::Println("failed to have expected panic");
        std::exit(1);
      }
    });
    fmt::Println(crashOnErr(errors::New("test error")));
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
