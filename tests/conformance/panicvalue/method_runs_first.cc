// Error methods of all panics run before anything is printed; they may print and yield.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct talker {
  std::string s;
  std::string Error() const {
    println("Error of", s);
    runtime::Gosched();
    return "text of " + s;
  }
};

void panicOne() {
  panic(talker{"a"});
}

void panicChain() {
  func([&] {
    defer([] { panic(talker{"b"}); });
    panic(talker{"a"});
  });
}

const std::map<std::string, void (*)()> cases = {
    {"one", panicOne},
    {"chain", panicChain},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
