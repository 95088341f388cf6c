// Uncaught failures of type assertions.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct gone {
  std::string Error() const { return "gone"; }
};

void panicToString() {
  any i = 1;
  i.must_as<std::string>();
}

void panicNilToString() {
  any i;
  i.must_as<std::string>();
}

void panicToError() {
  any i = 1;
  i.must_as<error>();
}

void panicFromError() {
  error i = errors::New("x");
  i.must_as<gone>();
}

const std::map<std::string, void (*)()> cases = {
    {"toString", panicToString},
    {"nilToString", panicNilToString},
    {"toError", panicToError},
    {"fromError", panicFromError},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
