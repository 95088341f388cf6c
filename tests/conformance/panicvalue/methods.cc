// A value with Error() or String() prints what that returns; Error goes first.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct E {
  std::string s;
  std::string Error() const { return "E:" + s; }
};

struct S {
  std::string s;
  std::string String() const { return "S:" + s; }
};

struct EP {
  std::string Error() const { return "EP"; }
};

struct Both {
  std::string Error() const { return "err!"; }
  std::string String() const { return "str!"; }
};

struct MyStrM : std::string {
  using std::string::string;
  std::string Error() const { return "mystrm<" + *this + ">"; }
};

void panicErr() {
  panic(errors::New("boom"));
}

void panicErrnl() {
  panic(errors::New("boom\nline2"));
}

void panicWraperr() {
  panic(fmt::Errorf("w: %w", errors::New("in")));
}

void panicJoined() {
  panic(errors::Join(errors::New("one"), errors::New("two")));
}

void panicEval() {
  panic(E{"q"});
}

void panicSval() {
  panic(S{"q"});
}

void panicBoth() {
  panic(Both{});
}

void panicNilEP() {
  EP* p = nullptr;
  panic(p);
}

void panicMystrm() {
  panic(MyStrM("z"));
}

const std::map<std::string, void (*)()> cases = {
    {"err", panicErr},   {"errnl", panicErrnl}, {"wraperr", panicWraperr}, {"joined", panicJoined}, {"eval", panicEval},
    {"sval", panicSval}, {"both", panicBoth},   {"nilEP", panicNilEP},     {"mystrm", panicMystrm},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
