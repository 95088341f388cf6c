// runtime.Stack fills the buffer and says how much it wrote.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void entry() {
  std::vector<char> buf(30);
  auto n = runtime::Stack(buf, false);
  fmt::Println(n);
  fmt::Println(std::string(buf.data(), n));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
