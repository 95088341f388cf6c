// fmt_test_values.h: the values that the calls of fmt_test.cc print; each has its counterpart in the Go program that
// was recorded. They stand in the global namespace, which is package main.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <gort/duration.h>
#include <gort/errors.h>
#include <gort/fmt.h>

using i8 = int8_t;
using u8 = uint8_t;
using i16 = int16_t;
using u16 = uint16_t;
using i64 = int64_t;
using u64 = uint64_t;
using f32 = float;
using uptr = uint64_t;

struct et {
  std::string Error() const { return "E!"; }
};
struct stt {
  std::string String() const { return "S!"; }
};
struct stx {
  int a, b;
  auto Fields() const { return std::tie(a, b); }
};
class opaque {
 public:
  explicit opaque(int a) : a_(a) {}

 private:
  [[maybe_unused]] int a_;
};
struct MyInt : gort::named<int> {
  using named::named;
};
struct MyStr : std::string {
  using std::string::string;
};

using ints = std::vector<int>;
using strs = std::vector<std::string>;

inline std::complex<double> cx(double re, double im) {
  return {re, im};
}
inline const std::vector<int>* pints() {
  static const std::vector<int> v{1, 2};
  return &v;
}
inline std::unordered_map<std::string, int> m1() {
  return {{"b", 2}, {"a", 1}, {"c", 3}};
}
inline const std::map<std::string, int>* pm1() {
  static const std::map<std::string, int> m{{"b", 2}, {"a", 1}, {"c", 3}};
  return &m;
}
inline std::map<int, std::vector<std::string>> m2() {
  return {{3, {"x"}}, {-1, {"y", "z"}}};
}
inline std::vector<char> bs(std::string_view s) {
  return {s.begin(), s.end()};
}
inline std::array<int, 2> ar() {
  return {1, 2};
}
inline et E() {
  return {};
}
inline stt S() {
  return {};
}
inline gort::error newerr() {
  return gort::errors::New("boom");
}
inline gort::error nilerr() {
  return gort::nil;
}
inline std::vector<gort::error> errs() {
  return {gort::errors::New("a"), gort::nil, et{}};
}
inline gort::time::Duration dur(int64_t n) {
  return n;
}
inline std::vector<gort::any> anys() {
  return {1, "a", gort::nil, 2.5, gort::errors::New("e"), ints{1}};
}
inline std::map<std::string, gort::any> anys2() {
  return {{"k", 1}, {"j", "s"}, {"n", gort::nil}};
}
inline stx St(int a, int b) {
  return {a, b};
}
inline const stx* pSt() {
  static const stx s{1, 2};
  return &s;
}
inline std::vector<stx> Sts() {
  return {{1, 2}, {3, 4}};
}
inline int* nilp() {
  return nullptr;
}
inline double inf() {
  return INFINITY;
}
inline double ninf() {
  return -INFINITY;
}
inline double not_a_number() {
  return NAN;
}
inline double negz() {
  return -0.0;
}
inline gort::any anyv(gort::any a) {
  return a;
}
inline gort::any nilany() {
  return gort::nil;
}

inline std::string describe(const gort::error& e) {
  const gort::rt::object* o = e.rt_object();
  std::vector<gort::error> many;
  int n = -1;
  if (o->type->methods->unwrap_many != nullptr) {
    o->type->methods->unwrap_many(o->value(), &many);
    n = static_cast<int>(many.size());
  }
  return gort::fmt::Sprintf("%T|%v|%v|%d", e, e, gort::errors::Unwrap(e), n);
}
