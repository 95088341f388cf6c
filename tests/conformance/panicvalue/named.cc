// How an uncaught panic prints values of named types without methods.
#include <cstdint>
#include <complex>
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

struct MyInt : named<int> {
  using named::named;
};
struct MyStr : std::string {
  using std::string::string;
};
enum class MyBool : bool { no, yes };
struct MyF : named<double> {
  using named::named;
};
struct MyC : named<std::complex<double>> {
  using named::named;
};
enum class MyU8 : uint8_t { many = 200 };

void panicMyint() {
  panic(MyInt(7));
}

void panicMystr() {
  panic(MyStr("a\"b\nc"));
}

void panicMybool() {
  panic(MyBool::no);
}

void panicMyf() {
  panic(MyF(2.5));
}

void panicMyc() {
  panic(MyC({1, 2}));
}

void panicMyu8() {
  panic(MyU8::many);
}

const std::map<std::string, void (*)()> cases = {
    {"myint", panicMyint}, {"mystr", panicMystr}, {"mybool", panicMybool},
    {"myf", panicMyf},     {"myc", panicMyc},     {"myu8", panicMyu8},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
