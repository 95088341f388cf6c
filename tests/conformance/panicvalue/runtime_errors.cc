// Uncaught runtime errors.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

int* volatile nowhere = nullptr;
void (*volatile no_function)() = nullptr;

void panicIdx() {
  std::vector<int> a{1};
  int i = 5;
  at(a, i);
}

void panicIdxneg() {
  std::vector<int> a{1};
  int i = -5;
  at(a, i);
}

void panicSlc() {
  std::vector<int> a{1};
  int i = 5;
  slice(a, 0, i);
}

void panicSlcs() {
  std::string a = "abc";
  int i = 5;
  slice(a, 0, i);
}

void panicSlc2() {
  std::vector<int> a{1, 2, 3};
  int i = 2, j = 1;
  slice(a, i, j);
}

void panicDiv() {
  volatile int z = 0;
  fmt::Println(7 / z);
}

void panicNilptr() {
  int* p = nowhere;
  *p = 1;
}

void panicNilfunc() {
  void (*f)() = no_function;
  f();
}

void panicUncmp() {
  any a = std::vector<int>{1}, b = std::vector<int>{1};
  fmt::Println(a == b);
}

const std::map<std::string, void (*)()> cases = {
    {"idx", panicIdx}, {"idxneg", panicIdxneg}, {"slc", panicSlc},         {"slcs", panicSlcs},   {"slc2", panicSlc2},
    {"div", panicDiv}, {"nilptr", panicNilptr}, {"nilfunc", panicNilfunc}, {"uncmp", panicUncmp},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
