// The deferred calls of the recovering function that are still pending run as ordinary ones, with recover nil.
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string f() {
  return func<std::string>([&](std::string& r) {
    defer([&] { r += " c"; });
    defer([&] { r += " b:" + fmt::Sprint(recover()); });
    defer([&] { r += "a:" + fmt::Sprint(recover()); });
    panic("p");
  });
}

void entry() {
  fmt::Println(f());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
