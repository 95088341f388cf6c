// Do runs the first function it is given, and no other one.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once;
  for (const char* word : {"first", "second", "third"}) {
    once.Do([&] { fmt::Println(word); });
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
