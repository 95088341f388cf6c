// Go's testdata/testprog/panicprint.go: how an uncaught panic prints values of named basic types.
#include <complex>
#include <cstdint>

#include "testprog.h"

using namespace gort;

struct MyBool : named<bool> {
  using named::named;
};
struct MyComplex128 : named<std::complex<double>> {
  using named::named;
};
struct MyComplex64 : named<std::complex<float>> {
  using named::named;
};
struct MyFloat32 : named<float> {
  using named::named;
};
struct MyFloat64 : named<double> {
  using named::named;
};
struct MyInt : named<int> {
  using named::named;
};
struct MyInt8 : named<int8_t> {
  using named::named;
};
struct MyInt16 : named<int16_t> {
  using named::named;
};
struct MyInt32 : named<int32_t> {
  using named::named;
};
struct MyInt64 : named<int64_t> {
  using named::named;
};
struct MyString : std::string {
  using std::string::string;
};
struct MyUint : named<unsigned> {
  using named::named;
};
struct MyUint8 : named<uint8_t> {
  using named::named;
};
struct MyUint16 : named<uint16_t> {
  using named::named;
};
struct MyUint32 : named<uint32_t> {
  using named::named;
};
struct MyUint64 : named<uint64_t> {
  using named::named;
};
struct MyUintptr : named<uintptr_t> {
  using named::named;
};

void panicCustomBool() {
  panic(MyBool(true));
}

void panicCustomComplex128() {
  panic(MyComplex128({32.1, 10}));
}

void panicCustomComplex64() {
  panic(MyComplex64({0.11F, 3}));
}

void panicCustomFloat32() {
  panic(MyFloat32(-93.70F));
}

void panicCustomFloat64() {
  panic(MyFloat64(-93.70));
}

void panicCustomInt() {
  panic(MyInt(93));
}

void panicCustomInt8() {
  panic(MyInt8(93));
}

void panicCustomInt16() {
  panic(MyInt16(93));
}

void panicCustomInt32() {
  panic(MyInt32(93));
}

void panicCustomInt64() {
  panic(MyInt64(93));
}

void panicCustomString() {
  panic(MyString("Panic"));
}

void panicCustomUint() {
  panic(MyUint(93));
}

void panicCustomUint8() {
  panic(MyUint8(93));
}

void panicCustomUint16() {
  panic(MyUint16(93));
}

void panicCustomUint32() {
  panic(MyUint32(93));
}

void panicCustomUint64() {
  panic(MyUint64(93));
}

void panicCustomUintptr() {
  panic(MyUintptr(93));
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv,
                        {{"panicCustomBool", panicCustomBool},
                         {"panicCustomComplex128", panicCustomComplex128},
                         {"panicCustomComplex64", panicCustomComplex64},
                         {"panicCustomFloat32", panicCustomFloat32},
                         {"panicCustomFloat64", panicCustomFloat64},
                         {"panicCustomInt", panicCustomInt},
                         {"panicCustomInt8", panicCustomInt8},
                         {"panicCustomInt16", panicCustomInt16},
                         {"panicCustomInt32", panicCustomInt32},
                         {"panicCustomInt64", panicCustomInt64},
                         {"panicCustomString", panicCustomString},
                         {"panicCustomUint", panicCustomUint},
                         {"panicCustomUint8", panicCustomUint8},
                         {"panicCustomUint16", panicCustomUint16},
                         {"panicCustomUint32", panicCustomUint32},
                         {"panicCustomUint64", panicCustomUint64},
                         {"panicCustomUintptr", panicCustomUintptr}});
}
