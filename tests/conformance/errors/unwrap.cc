// Unwrap takes off one layer, and none of a Join.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error base = errors::New("base");
  error one = fmt::Errorf("one: %w", base);
  error two = fmt::Errorf("two: %w", one);
  fmt::Println(errors::Unwrap(two), errors::Unwrap(one), errors::Unwrap(base), errors::Unwrap(nil));
  fmt::Println(errors::Unwrap(errors::Join(one, two)), errors::Unwrap(fmt::Errorf("%w %w", one, two)),
               errors::Unwrap(fmt::Errorf("%v", one)));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
