// Uncaught misuses of channels.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void panicMkchan() {
  int n = -1;
  make_chan<int>(n);
}

void panicClosenil() {
  chan<int> c;
  c.close();
}

void panicClose2() {
  auto c = make_chan<int>();
  c.close();
  c.close();
}

void panicSendcl() {
  auto c = make_chan<int>();
  c.close();
  c.send(1);
}

const std::map<std::string, void (*)()> cases = {
    {"mkchan", panicMkchan},
    {"closenil", panicClosenil},
    {"close2", panicClose2},
    {"sendcl", panicSendcl},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
