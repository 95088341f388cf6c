// A panic recovered inside the deferred call leaves no trace of itself.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      func([&] {
        defer([] { println("recovered", recover().must_as<std::string>()); });
        panic("second");
      });
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
