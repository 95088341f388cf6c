// A negative counter is an ordinary panic.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void uncaught() {
  sync::WaitGroup wg;
  wg.Done();
}

void recovered() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    sync::WaitGroup wg;
    wg.Add(2);
    wg.Add(-3);
  });
}

const std::map<std::string, void (*)()> cases = {{"uncaught", uncaught}, {"recovered", recovered}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
