// All goroutines asleep in a select; one with a single case waits as the plain operation does.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void none() {
  select();
}

void two() {
  auto a = make_chan<int>(), b = make_chan<int>();
  select(recv(a, [](int, bool) {}), send(b, 1, [] {}));
}

void twoNil() {
  chan<int> a, b;
  select(recv(a, [](int, bool) {}), send(b, 1, [] {}));
}

void single() {
  auto a = make_chan<int>();
  select(recv(a, [](int, bool) {}));
}

void singleNil() {
  chan<int> a;
  select(recv(a, [](int, bool) {}));
}

void singleSend() {
  auto a = make_chan<int>();
  select(send(a, 1, [] {}));
}

const std::map<std::string, void (*)()> cases = {
    {"none", none},           {"two", two},
    {"twoNil", twoNil},       {"single", single},
    {"singleNil", singleNil}, {"singleSend", singleSend},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
