// GOTRACEBACK decides how much of a panic and of a fatal error is shown.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] void blocked(int a) {
  if (a > 0) select();
}

void panics() {
  panic("boom");
}

void fatal() {
  sync::Mutex mu;
  mu.Unlock();
}

void deadlock() {
  select();
}

void goroutine() {
  go([] {
    waitFor(1, "[sleep]");
    panic("boom");
  });
  time::Sleep(time::Minute);
}

const std::map<std::string, void (*)()> cases = {
    {"panic", panics}, {"fatal", fatal}, {"deadlock", deadlock}, {"goroutine", goroutine}};

void entry() {
  go([] { select(); });
  go(blocked, 1);
  waitFor(2, "[select (no cases)]");
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
