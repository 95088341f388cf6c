// Is walks through wrapped errors, of Errorf and Join.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error base = errors::New("base"), other = errors::New("other");
  error wrapped = fmt::Errorf("wrapped: %w", base);
  error twice = fmt::Errorf("twice: %w", wrapped);
  error joined = errors::Join(other, twice);
  error plain = fmt::Errorf("plain: %v", base);
  for (const error& e : std::vector<error>{base, wrapped, twice, joined, plain, other, nil}) {
    fmt::Println(errors::Is(e, base), errors::Is(e, other), errors::Is(e, wrapped), errors::Is(e, nil));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
