// Go's test/fixedbugs/issue16130.go: an assertion to an interface that a value lacks is an interface conversion error.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      if (!r) panic("expected panic");
      const runtime::Error* re = r.as<runtime::Error>();
      if (re == nullptr) panic(fmt::Sprintf("got %T, expected runtime.Error", r));
      if (re->Error().find("interface conversion") == std::string::npos)
        panic(fmt::Sprintf("got %q, expected interface conversion error", re->Error()));
    });
    any e = 0;
    if (e.is<error>()) panic("unexpected interface conversion success");
    fmt::Println(e.must_as<error>());
    panic("unexpected interface conversion success");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
