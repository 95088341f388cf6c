// Panics with errors of the package, uncaught.
#include <gort/gort.h>

using namespace gort;

std::string arg;

void entry() {
  error base = errors::New("base");
  if (arg == "new")
    panic(base);
  else if (arg == "wrapped")
    panic(fmt::Errorf("wrapped: %w", base));
  else if (arg == "joined")
    panic(errors::Join(base, base));
}

int main(int argc, char** argv) {
  arg = argv[1];
  return gort::main(argc, argv, entry);
}
