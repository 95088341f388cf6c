// A helper that the deferred function calls gets nil, and the panic goes on.
#include <gort/gort.h>

using namespace gort;

bool helper() {
  return bool(recover());
}

void entry() {
  func([&] {
    defer([] { fmt::Println("helper recovered:", helper()); });
    panic("goes on");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
