// Errorf: types and texts with no, one and several %w, and with mistakes.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error a = errors::New("a"), b = errors::New("b");
  for (const error& e : std::vector<error>{
           fmt::Errorf("plain %d", 1), fmt::Errorf("%w", a), fmt::Errorf("%w and %w", a, b), fmt::Errorf("%w", nil),
           fmt::Errorf("%w", 7), fmt::Errorf("%[2]w %[1]w", a, b), fmt::Errorf("%w"), fmt::Errorf("%v", a, b)}) {
    fmt::Printf("%T %v %t %t\n", e, e, errors::Is(e, a), errors::Is(e, b));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
