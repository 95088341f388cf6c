// ErrUnsupported and its text.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error err = fmt::Errorf("chmod: %w", errors::ErrUnsupported);
  fmt::Println(err, errors::Is(err, errors::ErrUnsupported));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
