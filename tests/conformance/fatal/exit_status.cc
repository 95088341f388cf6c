// os.Exit ends with its status at once.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "no");
    os::Exit(3);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
