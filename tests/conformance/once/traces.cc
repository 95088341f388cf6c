// Traces show the functions between the caller and the function that is called once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto f = sync::OnceFunc([] { debug::PrintStack(); });
  f();
  auto g = sync::OnceValue([] {
    debug::PrintStack();
    return 1;
  });
  g();
  auto h = sync::OnceValues([]() -> std::pair<int, error> {
    debug::PrintStack();
    panic("gone");
  });
  h();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
