// any_test.cc: gort::any, type names and type assertions. Texts were recorded from Go 1.22.12.
#include <gort/any.h>
#include <gtest/gtest.h>

#include <array>
#include <complex>
#include <unordered_map>

#include "tests/unit/catch_panic.h"

enum class Color : uint8_t { red = 3 };
struct St {
  int a, b;
};
struct Padded {
  char c;
  int i;
};
struct Compares {
  std::string s;
  bool operator==(const Compares&) const = default;
};
struct Oops {
  std::string Error() const { return "oops"; }
};
struct Number : gort::named<double> {
  using named::named;
};
struct Name : std::string {
  using std::string::string;
};
namespace a::b {
struct T {};
template <class X, class Y>
struct Pair {};
}  // namespace a::b

namespace gort {
namespace {

int live = 0;
struct Counted {
  Counted() { live++; }
  Counted(const Counted&) { live++; }
  ~Counted() { live--; }
};

TEST(Any, NilIsEmpty) {
  any v;
  EXPECT_FALSE(v);
  EXPECT_TRUE(v == nil);
  EXPECT_TRUE(any(nil) == nil && any(nullptr) == nil);
  EXPECT_TRUE(any(error()) == nil);
  EXPECT_FALSE(v.is<int>());
  EXPECT_EQ(v.as<error>(), nullptr);
  EXPECT_EQ(v.type_name(), "<nil>");
}

TEST(Any, HoldsValuesByTheirType) {
  any v = 42;
  ASSERT_TRUE(v.is<int>());
  EXPECT_EQ(*v.as<int>(), 42);
  EXPECT_EQ(v.as<long>(), nullptr);
  EXPECT_EQ(v.as<unsigned>(), nullptr);
  v = 1.5;
  EXPECT_EQ(*v.as<double>(), 1.5);
  v = St{1, 2};
  EXPECT_EQ(v.as<St>()->b, 2);
  v = std::vector<int>{1, 2};
  EXPECT_EQ(v.as<std::vector<int>>()->size(), 2u);
  v = nil;
  EXPECT_FALSE(v);
}

TEST(Any, TextBecomesStdString) {
  const char* c = "c";
  char array[] = "array";
  EXPECT_EQ(*any("literal").as<std::string>(), "literal");
  EXPECT_EQ(*any(c).as<std::string>(), "c");
  EXPECT_EQ(*any(array).as<std::string>(), "array");
  EXPECT_EQ(*any(std::string_view("view")).as<std::string>(), "view");
  EXPECT_EQ(*any(static_cast<const char*>(nullptr)).as<std::string>(), "");
}

TEST(Any, LongLongIsInt64) {
  any v = 5LL;
  EXPECT_EQ(*v.as<long long>(), 5);
  EXPECT_EQ(*v.as<int64_t>(), 5);
  EXPECT_EQ(v, any(5L));
  EXPECT_NE(v, any(5));
}

TEST(Any, CopiesShareAndMovesEmpty) {
  {
    any a = Counted();
    EXPECT_EQ(live, 1);
    any b = a;
    EXPECT_EQ(live, 1);
    EXPECT_EQ(a.as<Counted>(), b.as<Counted>());
    any c = std::move(a);
    EXPECT_TRUE(a == nil);
    b = c;
    b = 3;
    c.swap(b);
    EXPECT_EQ(*c.as<int>(), 3);
    EXPECT_EQ(live, 1);
    any& same = b;
    b = same;
    EXPECT_TRUE(b.is<Counted>());
  }
  EXPECT_EQ(live, 0);
}

TEST(Any, ErrorsAreHeldAsTheValueInThem) {
  error err = errors::New("boom");
  any v = err;
  ASSERT_TRUE(v.is<error>());
  EXPECT_EQ(*v.as<error>(), err);
  EXPECT_EQ(v, any(err));
  EXPECT_EQ(v.type_name(), "*errors.errorString");
  any w = Oops{};
  EXPECT_EQ(w.as<error>()->Error(), "oops");
  EXPECT_NE(w.as<Oops>(), nullptr);
  any x = error(Oops{});
  EXPECT_TRUE(x.is<Oops>());
  EXPECT_FALSE(any("text").is<error>());
  error outlives;
  {
    any inner = Oops{};
    outlives = *inner.as<error>();
  }
  EXPECT_EQ(outlives.Error(), "oops");
}

TEST(Any, EqualityIsGos) {
  EXPECT_EQ(any(1), any(1));
  EXPECT_NE(any(1), any(2));
  EXPECT_NE(any(1), any(1u));
  EXPECT_NE(any(1), any(nil));
  EXPECT_EQ(any("a"), any(std::string("a")));
  EXPECT_EQ(any(Compares{"x"}), any(Compares{"x"}));
  EXPECT_EQ(any(St{1, 2}), any(St{1, 2}));
  EXPECT_NE(any(St{1, 2}), any(St{1, 3}));
  int x = 0, y = 0;
  EXPECT_EQ(any(&x), any(&x));
  EXPECT_NE(any(&x), any(&y));
  EXPECT_NE(any(errors::New("a")), any(errors::New("a")));
}

TEST(Any, ComparingUncomparableTypesPanics) {
  any list = std::vector<int>{1}, map = std::map<std::string, int>{}, f = [] {};
  EXPECT_EQ(panic_text([&] { (void)(list == any(std::vector<int>{1})); }),
            "runtime.errorString: runtime error: comparing uncomparable type []int");
  EXPECT_EQ(panic_text([&] { (void)(map == map); }),
            "runtime.errorString: runtime error: comparing uncomparable type map[string]int");
  EXPECT_EQ(panic_text([&] { (void)(f == f); }),
            "runtime.errorString: runtime error: comparing uncomparable type func()");
  EXPECT_FALSE(list == map);
  EXPECT_EQ(panic_text([&] { (void)(any(Padded{}) == any(Padded{})); }),
            "runtime.errorString: runtime error: comparing uncomparable type main.Padded");
}

// An error without operator== is compared by the object, in an any as in an error.
TEST(Any, ErrorsWithoutOperatorCompareByObject) {
  struct Failed {
    std::vector<int> codes;
    std::string Error() const { return "failed"; }
  };
  const error err = Failed{{1}};
  const any a = err, other = Failed{{1}};
  EXPECT_EQ(a, any(err));
  EXPECT_EQ(a, any(a));
  EXPECT_NE(a, other);
  const std::unordered_map<any, int> m{{a, 1}, {other, 2}, {any(err), 3}};
  EXPECT_EQ(m.size(), 2u);
  EXPECT_EQ(m.at(err), 1);
}

TEST(Any, HashesAsAKey) {
  std::unordered_map<any, int> m;
  m[1] = 1;
  m["one"] = 2;
  m[1.0] = 3;
  m[Color::red] = 4;
  m[St{1, 2}] = 5;
  m[Number(1.0)] = 6;
  m[nil] = 7;
  EXPECT_EQ(m[1], 1);
  EXPECT_EQ(m[std::string("one")], 2);
  EXPECT_EQ((m[St{1, 2}]), 5);
  EXPECT_EQ(m[Number(1.0)], 6);
  EXPECT_EQ(m[any()], 7);
  EXPECT_EQ(m.size(), 7u);
  EXPECT_EQ(panic_text([&] { m[std::vector<int>{1}] = 1; }),
            "runtime.errorString: runtime error: hash of unhashable type []int");
}

TEST(Any, MustAsIsATypeAssertion) {
  any one = 1, none;
  EXPECT_EQ(one.must_as<int>(), 1);
  EXPECT_EQ(panic_text([&] { one.must_as<std::string>(); }),
            "*runtime.TypeAssertionError: interface conversion: interface {} is int, not string");
  EXPECT_EQ(panic_text([&] { none.must_as<std::string>(); }),
            "*runtime.TypeAssertionError: interface conversion: interface {} is nil, not string");
  EXPECT_EQ(panic_text([&] { one.must_as<error>(); }),
            "*runtime.TypeAssertionError: interface conversion: int is not error: missing method Error");
  EXPECT_EQ(panic_text([&] { none.must_as<error>(); }),
            "*runtime.TypeAssertionError: interface conversion: interface is nil, not error");
  EXPECT_EQ(panic_text([&] { one.must_as<runtime::Error>(); }),
            "*runtime.TypeAssertionError: interface conversion: int is not runtime.Error: missing method Error");
  EXPECT_EQ(panic_text([&] { none.must_as<runtime::Error>(); }),
            "*runtime.TypeAssertionError: interface conversion: interface is nil, not runtime.Error");
}

template <class T>
std::string_view name_of() {
  return rt::desc_of<T>.name;
}

TEST(TypeName, BasicTypes) {
  EXPECT_EQ(name_of<int>(), "int");
  EXPECT_EQ(name_of<short>(), "int16");
  EXPECT_EQ(name_of<long>(), "int64");
  EXPECT_EQ(name_of<signed char>(), "int8");
  EXPECT_EQ(name_of<char>(), "uint8");
  EXPECT_EQ(name_of<uint8_t>(), "uint8");
  EXPECT_EQ(name_of<unsigned>(), "uint");
  EXPECT_EQ(name_of<uintptr_t>(), "uint64");
  EXPECT_EQ(name_of<char32_t>(), "int32");
  EXPECT_EQ(name_of<float>(), "float32");
  EXPECT_EQ(name_of<double>(), "float64");
  EXPECT_EQ(name_of<bool>(), "bool");
  EXPECT_EQ(name_of<std::complex<double>>(), "complex128");
  EXPECT_EQ(name_of<std::string>(), "string");
}

TEST(TypeName, UserTypes) {
  struct Local {};
  EXPECT_EQ(name_of<St>(), "main.St");
  EXPECT_EQ(name_of<St*>(), "*main.St");
  EXPECT_EQ(name_of<Color>(), "main.Color");
  EXPECT_EQ(name_of<Number>(), "main.Number");
  EXPECT_EQ(name_of<Name>(), "main.Name");
  EXPECT_EQ(name_of<a::b::T>(), "b.T");
  EXPECT_EQ((name_of<a::b::Pair<int, std::string>>()), "b.Pair[int,string]");
  EXPECT_TRUE(name_of<Local>().ends_with(".Local"));
  EXPECT_EQ(name_of<error>(), "error");
  EXPECT_EQ(name_of<any>(), "interface {}");
}

TEST(TypeName, CompositeTypes) {
  auto lambda = [](int, std::string) -> bool { return true; };
  EXPECT_EQ(name_of<std::vector<int>>(), "[]int");
  EXPECT_EQ((name_of<std::array<int, 2>>()), "[2]int");
  EXPECT_EQ((name_of<std::map<std::string, std::vector<error>>>()), "map[string][]error");
  EXPECT_EQ((name_of<std::unordered_map<int, St*>>()), "map[int]*main.St");
  EXPECT_EQ(name_of<void (*)()>(), "func()");
  EXPECT_EQ(name_of<decltype(lambda)>(), "func(int, string) bool");
  EXPECT_EQ(name_of<std::function<void(double)>>(), "func(float64)");
  EXPECT_EQ(name_of<std::shared_ptr<St>>(), "*main.St");
  EXPECT_EQ(name_of<void*>(), "unsafe.Pointer");
}

}  // namespace
}  // namespace gort
