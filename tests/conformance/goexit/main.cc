// Goexit of main lets the others run; when none is left the program dies, without a list of goroutines.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void alone() {
  runtime::Goexit();
}

void others_end() {
  go([] {
    time::Sleep(20 * time::Millisecond);
    fmt::Println("other done");
  });
  runtime::Goexit();
}

const std::map<std::string, void (*)()> cases = {{"alone", alone}, {"others_end", others_end}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
