// Errors are equal only to themselves.
#include <gort/gort.h>

using namespace gort;

void entry() {
  error a = errors::New("same"), b = errors::New("same");
  error c = a;
  fmt::Println(a == b, a == c, a, b.Error());
  fmt::Printf("%v %s %q %T\n", a, a, a, a);
  error err;
  fmt::Println(err == nil, err);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
