// All goroutines asleep on a channel: the wait reason of each kind of operation.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void receive() {
  auto ch = make_chan<int>();
  ch.recv();
}

void send() {
  auto ch = make_chan<int>();
  ch.send(1);
}

void nilReceive() {
  chan<int> ch;
  ch.recv();
}

void nilSend() {
  chan<int> ch;
  ch.send(1);
}

void ranging() {
  auto ch = make_chan<int>();
  for ([[maybe_unused]] int v : ch) {
  }
}

const std::map<std::string, void (*)()> cases = {
    {"receive", receive}, {"send", send}, {"nilReceive", nilReceive}, {"nilSend", nilSend}, {"ranging", ranging},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
