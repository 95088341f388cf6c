// Go's test/chan/powser1.go: power series by processes, with channels of rationals. powser.h has them.
#include <cstdint>
#include <memory>
#include <utility>

#include <gort/gort.h>

using namespace gort;

struct rat {
  int64_t num = 0, den = 0;
};

using item = rat;

inline item boxed(rat r) {
  return r;
}
inline rat unboxed(const item& i) {
  return i;
}

#include "powser.h"

int main(int argc, char** argv) {
  printing = argc > 1;
  return gort::main(argc, argv, powser);
}
