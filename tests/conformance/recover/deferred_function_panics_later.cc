// Recovery, then a new panic in a later deferred call of the same function: only the new one is left.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("third panic"); });
    defer([] { println("recovered:", recover().must_as<std::string>()); });
    defer([] { panic("second panic"); });
    panic("first panic");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
