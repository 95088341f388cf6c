// How an uncaught panic prints what is neither basic nor has a method: type and address.
#include <array>
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct St {
  int a, b;
};

void panicStruct() {
  panic(St{1, 2});
}

void panicPstruct() {
  static St s{1, 2};
  panic(&s);
}

void panicSlice() {
  panic(std::vector<int>{1});
}

void panicMap() {
  panic(std::map<std::string, int>{});
}

void panicFunc() {
  panic(+[] {});
}

void panicChan() {
  panic(make_chan<int>());
}

void panicArray() {
  panic(std::array<int, 2>{1, 2});
}

const std::map<std::string, void (*)()> cases = {
    {"struct", panicStruct}, {"pstruct", panicPstruct}, {"slice", panicSlice}, {"map", panicMap},
    {"func", panicFunc},     {"chan", panicChan},       {"array", panicArray},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
