// How an uncaught panic prints values of the basic types.
#include <cstdint>
#include <complex>
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void panicInt() {
  panic(42);
}

void panicInt8() {
  panic(int8_t(-3));
}

void panicUint8() {
  panic(uint8_t(3));
}

void panicInt64() {
  panic(INT64_MIN);
}

void panicUint64() {
  panic(UINT64_MAX);
}

void panicRune() {
  panic(U'x');
}

void panicUintptr() {
  panic(uintptr_t(0x10));
}

void panicF64() {
  panic(1.5);
}

void panicF32() {
  panic(-0.1f);
}

void panicF0() {
  panic(0.0);
}

void panicFbig() {
  panic(1e300);
}

void panicC128() {
  panic(std::complex<double>(1, -2));
}

void panicC64() {
  panic(std::complex<float>(1, 2));
}

void panicBool() {
  panic(true);
}

void panicStr() {
  panic("hello");
}

void panicStrnl() {
  panic("hello\nworld\n\ngoroutine 1 [running]:");
}

void panicStrempty() {
  panic("");
}

void panicNil() {
  panic(nil);
}

void panicNilerr() {
  error e;
  panic(e);
}

const std::map<std::string, void (*)()> cases = {
    {"int", panicInt},           {"int8", panicInt8}, {"uint8", panicUint8},     {"int64", panicInt64},
    {"uint64", panicUint64},     {"rune", panicRune}, {"uintptr", panicUintptr}, {"f64", panicF64},
    {"f32", panicF32},           {"f0", panicF0},     {"fbig", panicFbig},       {"c128", panicC128},
    {"c64", panicC64},           {"bool", panicBool}, {"str", panicStr},         {"strnl", panicStrnl},
    {"strempty", panicStrempty}, {"nil", panicNil},   {"nilerr", panicNilerr},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
