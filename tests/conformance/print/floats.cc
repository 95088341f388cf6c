// Floats print with a sign, seven digits and an exponent of three digits.
#include <complex>

#include <gort/gort.h>

using namespace gort;

void entry() {
  volatile double zero = 0.0;
  println(0.0, 1.0, -1.0, 3.14159265358979, 123456789.0);
  println(1e-300, 1e300, 5e-324, 1.7976931348623157e308);
  println(1 / zero, -1 / zero, -(zero / zero), 0.1f);
  println(std::complex<double>(0, -1), std::complex<float>(1e10f, 2));
  println(9.9999999, 0.99999995, 1e22);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
