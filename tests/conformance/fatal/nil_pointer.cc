// A nil dereference is a panic with the signal line, at address 0 and at a small offset, and may be recovered.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

int* volatile nowhere = nullptr;

void zero() {
  int* p = nowhere;
  *p = 1;
}

void offset() {
  int* p = nowhere;
  p[700] = 1;
}

void recovered() {
  func([&] {
    defer([] { fmt::Println(recover()); });
    int* p = nowhere;
    *p = 1;
  });
}

const std::map<std::string, void (*)()> cases = {{"zero", zero}, {"offset", offset}, {"recovered", recovered}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
