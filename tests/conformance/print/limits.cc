// The limits of the integer types.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

void entry() {
  println(INT64_MIN, INT64_MAX, UINT64_MAX);
  println(INT32_MIN, INT32_MAX, UINT32_MAX);
  println(INT16_MIN, INT16_MAX, int8_t(-128), int8_t(127), uint8_t(255));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
