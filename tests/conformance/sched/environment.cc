// GOMAXPROCS from the environment counts if it is a positive number.
#include <gort/gort.h>

using namespace gort;

void entry() {
  fmt::Println(runtime::GOMAXPROCS(0));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
