// An uncaught panic of any goroutine ends the process, with the trace of that goroutine alone.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void plain() {
  go([] { panic("in goroutine"); });
  time::Sleep(time::Minute);
}

void nested() {
  go([] {
    go([] { panic("in goroutine"); });
    select();
  });
  time::Sleep(time::Minute);
}

[[gnu::noinline]] void f2([[maybe_unused]] int a, int b) {
  panic(b);
}

void arguments() {
  go(f2, 1, 2);
  time::Sleep(time::Minute);
}

const std::map<std::string, void (*)()> cases = {{"plain", plain}, {"nested", nested}, {"arguments", arguments}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
