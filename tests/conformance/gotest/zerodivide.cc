// Go's test/zerodivide.go: integers divided by zero panic, floating-point and complex numbers do not.
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// Three of each type: two zeros and a one. Their values are not known to the compiler.
template <class T>
struct numbers {
  volatile T i = 0, j = 0, k = 1;
};

template <class T>
struct numbers<std::complex<T>> {
  std::complex<T> i = 0, j = 0, k = {1, 1};
  numbers() { asm volatile("" ::"r"(this) : "memory"); }
};

constexpr double inf = std::numeric_limits<double>::infinity();
const double nan_ = std::nan("");

template <class T>
std::vector<std::string> errors_of() {
  static numbers<T> n;
  auto error_ = [](auto fn) {
    return func<std::string>([&](std::string& error) {
      defer([&] {
        if (any e = recover()) error = e.must_as<runtime::Error>().Error();
      });
      fn();
    });
  };
  return {error_([] { [[maybe_unused]] volatile T use = T(n.i / n.j); }),
          error_([] { [[maybe_unused]] volatile T use = T(n.k / n.j); })};
}

bool bad = false;

void bug() {
  if (bad) return;
  bad = true;
  fmt::Printf("BUG\n");
}

template <class T>
void check(std::string name, std::string want) {
  for (const std::string& err : errors_of<T>()) {
    if (want.empty() && !err.empty()) {
      bug();
      fmt::Printf("%s: expected no error; got %q\n", name, err);
    } else if (!want.empty() && err.find(want) == err.npos) {
      bug();
      fmt::Printf("%s: expected %q; got %q\n", name, want, err);
    }
  }
}

bool alike(double a, double b) {
  if (std::isnan(a) && std::isnan(b)) return true;
  return a == b && std::signbit(a) == std::signbit(b);
}

void entry() {
  check<int>("int", "divide");
  check<int8_t>("int8", "divide");
  check<int16_t>("int16", "divide");
  check<int32_t>("int32", "divide");
  check<int64_t>("int64", "divide");

  check<unsigned>("uint", "divide");
  check<uint8_t>("uint8", "divide");
  check<uint16_t>("uint16", "divide");
  check<uint32_t>("uint32", "divide");
  check<uint64_t>("uint64", "divide");
  check<uintptr_t>("uintptr", "divide");

  check<float>("float32", "");
  check<double>("float64", "");
  check<std::complex<float>>("complex64", "");
  check<std::complex<double>>("complex128", "");

  struct {
    double f, g, out;
  } float64Tests[] = {{0, 0, nan_}, {nan_, 0, nan_}, {inf, 0, inf}, {-inf, 0, -inf}};
  for (auto& t : float64Tests) {
    volatile double g = t.g;
    double x = t.f / g;
    if (!alike(x, t.out)) {
      bug();
      fmt::Printf("%v/%v: expected %g error; got %g\n", t.f, t.g, t.out, x);
    }
  }
  if (bad) panic("zerodivide");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
