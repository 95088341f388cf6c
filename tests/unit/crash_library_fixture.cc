// A library that dies while the dynamic loader loads it: in a constructor, or in the resolver of an ifunc (-DRESOLVER),
// which runs while the library is being relocated; or whose constructor never ends (-DENDLESS). Built and loaded by
// crash_test.cc.
#include <unistd.h>

[[maybe_unused]] static int* volatile nowhere = nullptr;

#if defined(ENDLESS)
__attribute__((constructor)) static void at_load() {
  if (write(100, "x", 1) != 1) _exit(96);  // crash_test.cc waits for it
  for (;;) pause();
}
#elif defined(RESOLVER)
extern "C" {
using function = int();
__attribute__((visibility("hidden"))) int first() {
  return 1;
}
function* choose_function() {
  *nowhere = 1;
  return first;
}
int chosen() __attribute__((ifunc("choose_function")));
function* user = chosen;  // what is not referred to is not resolved
}
#else
namespace library {
[[gnu::noinline]] void construct(int value) {
  *nowhere = value;
}
}  // namespace library
__attribute__((constructor)) static void at_load() {
  library::construct(7);
}
#endif
