// The builtin println prints each kind of value in its own format, to standard error.
#include <cstdint>
#include <complex>

#include <gort/gort.h>

using namespace gort;

void entry() {
  println(1, "a", true, 1.5, U'x', std::complex<double>(1, 2), uint8_t(3));
  print("a", 1, "b", "\n");
  println();
  int* p = nullptr;
  println(p, false);
  println(-1, 1u, int8_t(-128), uint16_t(65535), uintptr_t(255));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
