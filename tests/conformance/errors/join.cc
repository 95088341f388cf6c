// Join drops nil, has one line an error, and wraps them all.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error a = errors::New("a"), b = errors::New("b");
  fmt::Println(errors::Join() == nil, errors::Join(nil, nil) == nil);
  for (const error& e : {errors::Join(a), errors::Join(a, nil, b), errors::Join(errors::Join(a, b), a)}) {
    fmt::Printf("%q %T\n", e, e);
    fmt::Println(errors::Is(e, a), errors::Is(e, b));
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
