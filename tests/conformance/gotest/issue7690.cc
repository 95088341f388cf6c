// Go's test/fixedbugs/issue7690.go: traces from two lines show these two lines.
#include <regex>
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  std::string buf1(1000, '\0');
  std::string buf2(1000, '\0');

  buf1.resize(runtime::Stack(buf1, false));
  buf2.resize(runtime::Stack(buf2, false));

  std::regex re("\nmain\\.main\\(\\)\n.*/issue7690.cc:([0-9]+)");
  std::smatch m1, m2;
  if (!std::regex_search(buf1, m1, re)) {
    println("BUG: cannot find main.main in first trace");
    return;
  }
  if (!std::regex_search(buf2, m2, re)) {
    println("BUG: cannot find main.main in second trace");
    return;
  }

  int n1 = std::stoi(m1[1]);
  int n2 = std::stoi(m2[1]);
  if (n1 + 1 != n2) {
    println("BUG: expect runtime.Stack on back to back lines, have", n1, n2);
    println(buf1);
    println(buf2);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
