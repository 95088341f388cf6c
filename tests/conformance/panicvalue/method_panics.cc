// A panic in the Error() of a thrown value is a fatal error that names what was thrown there.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct PE {
  std::string Error() const { panic("inner"); }
};

struct PE2 {
  std::string Error() const { panic(errors::New("x")); }
};

struct GoErr {
  std::string Error() const { panic(fmt::Sprintf("n%d", 1)); }
};

struct Fault {
  int* volatile at = nullptr;
  std::string Error() const {
    *at = 1;
    return "not reached";
  }
};

struct FaultString {
  int* volatile at = nullptr;
  std::string String() const {
    *at = 1;
    return "not reached";
  }
};

void panicPE() {
  panic(PE{});
}

void panicPE2() {
  panic(PE2{});
}

void panicGoErr() {
  panic(GoErr{});
}

void panicFault() {
  panic(Fault{});
}

void panicFaultString() {
  panic(FaultString{});
}

const std::map<std::string, void (*)()> cases = {
    {"PE", panicPE}, {"PE2", panicPE2}, {"GoErr", panicGoErr}, {"Fault", panicFault}, {"FaultString", panicFaultString},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
