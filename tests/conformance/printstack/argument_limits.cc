// At most 10 argument words and 5 levels of nesting are shown; `...` stands for the rest.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

struct six {
  int64_t a, b;
};
struct five {
  int64_t a;
  six deep;
};
struct four {
  int64_t a;
  five deep;
};
struct three {
  int64_t a;
  four deep;
};
struct two {
  int64_t a;
  three deep;
};
struct one {
  int64_t a;
  two deep;
};

volatile int64_t sum;

[[gnu::noinline]] void ten(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h,
                           int64_t i, int64_t j) {
  debug::PrintStack();
  sum = sum + a + b + c + d + e + f + g + h + i + j;
}

[[gnu::noinline]] void twelve(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h,
                              int64_t i, int64_t j, int64_t k, int64_t l) {
  debug::PrintStack();
  sum = sum + a + b + c + d + e + f + g + h + i + j + k + l;
}

[[gnu::noinline]] void nested(one x) {
  debug::PrintStack();
  sum = sum + x.a + x.deep.deep.deep.deep.deep.b;
}

[[gnu::noinline]] void wide(six x, six y, six z, six u, six v, six w) {
  debug::PrintStack();
  sum = sum + x.a + y.a + z.a + u.a + v.a + w.b;
}

[[gnu::noinline]] void several(int64_t a, two x, int64_t b) {
  debug::PrintStack();
  sum = sum + a + x.deep.deep.a + b;
}

void entry() {
  ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  nested({1, {2, {3, {4, {5, {6, 7}}}}}});
  wide({1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12});
  several(1, {2, {3, {4, {5, {6, 7}}}}}, 8);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
