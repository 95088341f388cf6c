// panic(nil) throws a *runtime.PanicNilError, so recover is never nil after a panic.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      fmt::Println(r, r.is<runtime::PanicNilError>(), r.is<runtime::Error>());
    });
    panic(nil);
  });
  error err;
  panic(err);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
