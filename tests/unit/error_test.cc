// error_test.cc: gort::error and the runtime's own errors. The texts were recorded from Go 1.22.12.
#include <gort/error.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <unordered_set>

#include "tests/unit/catch_panic.h"

struct gone {
  std::string Error() const { return "gone"; }
};
struct code_error {
  int code;
  std::string Error() const { return "code " + std::to_string(code); }
  bool operator==(const code_error&) const = default;
};
struct mine {
  std::string Error() const { return "mine"; }
  void RuntimeError() const {}
};

namespace gort {
namespace {

TEST(Error, NilIsDefaultComparableAndFalse) {
  error err;
  EXPECT_TRUE(err == nil);
  EXPECT_TRUE(nil == err);
  EXPECT_FALSE(err != nil);
  EXPECT_FALSE(err);
  error from_nil = nil;
  EXPECT_EQ(err, from_nil);
  EXPECT_EQ(err.type_name(), "<nil>");
  err = gone{};
  EXPECT_TRUE(err != nil);
  err = nil;
  EXPECT_TRUE(err == nil);
}

TEST(Error, NilConvertsToPointersAndFunctions) {
  int* p = nil;
  std::shared_ptr<int> s = nil;
  std::unique_ptr<int> u = nil;
  std::function<void()> f = nil;
  EXPECT_TRUE(p == nil && s == nil && f == nil && u == nullptr);
}

TEST(Error, ErrorOfNilPanicsWithNilDereference) {
  error err;
  EXPECT_EQ(panic_text([&] { err.Error(); }),
            "runtime.errorString: runtime error: invalid memory address or nil pointer dereference");
}

TEST(Error, HoldsTheValueItWasMadeFrom) {
  error err = code_error{7};
  EXPECT_EQ(err.Error(), "code 7");
  ASSERT_TRUE(err.is<code_error>());
  EXPECT_EQ(err.as<code_error>()->code, 7);
  EXPECT_EQ(err.as<gone>(), nullptr);
  EXPECT_EQ(err.as<error>(), &err);
  EXPECT_FALSE(err.is<runtime::Error>());
  EXPECT_EQ(err.type_name(), "main.code_error");
  EXPECT_EQ(error().as<error>(), nullptr);
}

TEST(Error, EqualityIsIdentityUnlessTheTypeCompares) {
  error a = gone{}, b = gone{}, copy = a;
  EXPECT_EQ(a, copy);
  EXPECT_NE(a, b);
  EXPECT_EQ(error(code_error{1}), error(code_error{1}));
  EXPECT_NE(error(code_error{1}), error(code_error{2}));
  EXPECT_NE(error(code_error{1}), a);
  EXPECT_NE(errors::New("x"), errors::New("x"));
}

TEST(Error, PointersToErrorsAreErrors) {
  code_error value{3};
  error err = &value;
  EXPECT_EQ(err.Error(), "code 3");
  EXPECT_EQ(err.type_name(), "*main.code_error");
  EXPECT_EQ(*err.as<code_error*>(), &value);
  EXPECT_EQ(err, error(&value));
  error shared = std::make_shared<code_error>(code_error{4});
  EXPECT_EQ(shared.Error(), "code 4");
}

TEST(Error, CopiesShareOneObjectAcrossThreads) {
  error err = errors::New("shared");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([err] {
      for (int i = 0; i < 10000; i++) {
        error copy = err;
        error moved = std::move(copy);
        ASSERT_EQ(moved.Error(), "shared");
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(err.rt_object()->refs.load(), 1u);
}

TEST(Error, HashGoesWithEquality) {
  std::unordered_set<error> set{code_error{1}, code_error{1}, gone{}, gone{}, nil};
  EXPECT_EQ(set.size(), 4u);
}

TEST(Error, OverAlignedValuesStandAligned) {
  struct alignas(64) wide {
    char bytes[64] = {};
    std::string Error() const { return "wide"; }
  };
  error err = wide{};
  EXPECT_EQ(reinterpret_cast<uintptr_t>(err.as<wide>()) % 64, 0u);
}

TEST(Error, MustAsNamesBothTypes) {
  error err = errors::New("x");
  EXPECT_EQ(panic_text([&] { err.must_as<gone>(); }),
            "*runtime.TypeAssertionError: interface conversion: error is *errors.errorString, not main.gone");
  EXPECT_EQ(panic_text([&] { error().must_as<gone>(); }),
            "*runtime.TypeAssertionError: interface conversion: error is nil, not main.gone");
  EXPECT_EQ(panic_text([&] { err.must_as<runtime::Error>(); }),
            "*runtime.TypeAssertionError: interface conversion: *errors.errorString is not runtime.Error: missing "
            "method RuntimeError");
  EXPECT_EQ(error(gone{}).must_as<gone>().Error(), "gone");
}

TEST(RuntimeError, IsFoundAmongErrors) {
  any v = catch_panic([] { rt::panicdivide(); });
  ASSERT_TRUE(v.is<error>());
  ASSERT_TRUE(v.is<runtime::Error>());
  EXPECT_EQ(v.as<runtime::Error>()->Error(), "runtime error: integer divide by zero");
  EXPECT_FALSE(any(gone{}).is<runtime::Error>());
  EXPECT_TRUE(any(mine{}).is<runtime::Error>());
  runtime::Error e(*v.as<error>());
  EXPECT_TRUE(e != nil);
  EXPECT_TRUE(runtime::Error(error(gone{})) == nil);
}

TEST(RuntimeError, FaultsKnowTheirAddress) {
  any v = catch_panic([] { rt::panicmemAddr(0x1234); });
  EXPECT_EQ(v.as<runtime::Error>()->Addr(), uintptr_t{0x1234});
  EXPECT_EQ(v.type_name(), "runtime.errorAddressString");
  any w = catch_panic([] { rt::nil_access(0); });
  EXPECT_EQ(w.as<runtime::Error>()->Addr(), std::nullopt);
}

TEST(RuntimeError, IndexAndSliceTexts) {
  std::vector<int> a{1, 2, 3};
  std::string s = "abc";
  EXPECT_EQ(panic_text([&] { at(a, 5); }), "runtime.boundsError: runtime error: index out of range [5] with length 3");
  EXPECT_EQ(panic_text([&] { at(a, -5); }), "runtime.boundsError: runtime error: index out of range [-5]");
  EXPECT_EQ(panic_text([&] { at(a, UINT64_MAX); }),
            "runtime.boundsError: runtime error: index out of range [18446744073709551615] with length 3");
  EXPECT_EQ(panic_text([&] { at(a, uint64_t{1} << 63); }),
            "runtime.boundsError: runtime error: index out of range [9223372036854775808] with length 3");
  EXPECT_EQ(slice("abc", 2), "c");
  EXPECT_EQ(panic_text([&] { at("abc", 3); }),
            "runtime.boundsError: runtime error: index out of range [3] with length 3");
  EXPECT_EQ(panic_text([&] { slice(s, 0, 5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:5] with length 3");
  EXPECT_EQ(panic_text([&] { slice(s, 0, -5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:-5]");
  EXPECT_EQ(panic_text([&] { slice(a, 0, 5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:5] with capacity 3");
  EXPECT_EQ(panic_text([&] { slice(a, 0, -5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:-5]");
  std::array<int, 3> fixed{};
  int plain[3] = {};
  EXPECT_EQ(panic_text([&] { slice(fixed, 0, 5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:5] with length 3");
  EXPECT_EQ(panic_text([&] { slice(plain, 0, 5); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:5] with length 3");
  EXPECT_EQ(panic_text([&] { slice(a, 2, 1); }), "runtime.boundsError: runtime error: slice bounds out of range [2:1]");
  EXPECT_EQ(panic_text([&] { slice(a, -5); }), "runtime.boundsError: runtime error: slice bounds out of range [-5:]");
  EXPECT_EQ(panic_text([] { rt::panicSlice3Alen(5, 3); }),
            "runtime.boundsError: runtime error: slice bounds out of range [::5] with length 3");
  EXPECT_EQ(panic_text([] { rt::panicSlice3Acap(5, 3); }),
            "runtime.boundsError: runtime error: slice bounds out of range [::5] with capacity 3");
  EXPECT_EQ(panic_text([] { rt::panicSlice3Acap(-5, 3); }),
            "runtime.boundsError: runtime error: slice bounds out of range [::-5]");
  EXPECT_EQ(panic_text([] { rt::panicSlice3B(3, 2); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:3:2]");
  EXPECT_EQ(panic_text([] { rt::panicSlice3B(-5, 2); }),
            "runtime.boundsError: runtime error: slice bounds out of range [:-5:]");
  EXPECT_EQ(panic_text([] { rt::panicSlice3C(2, 1); }),
            "runtime.boundsError: runtime error: slice bounds out of range [2:1:]");
  EXPECT_EQ(panic_text([] { rt::panicSlice3C(-5, 1); }),
            "runtime.boundsError: runtime error: slice bounds out of range [-5::]");
  EXPECT_EQ(panic_text([] { rt::panicSliceConvert(3, 4); }),
            "runtime.boundsError: runtime error: cannot convert slice with length 3 to array or pointer to array with "
            "length 4");
}

TEST(RuntimeError, OtherTexts) {
  EXPECT_EQ(panic_text([] { rt::panicdivide(); }), "runtime.errorString: runtime error: integer divide by zero");
  EXPECT_EQ(panic_text([] { rt::panicshift(); }), "runtime.errorString: runtime error: negative shift amount");
  EXPECT_EQ(panic_text([] { rt::nil_access(0); }),
            "runtime.errorString: runtime error: invalid memory address or nil pointer dereference");
  EXPECT_EQ(panic_text([] { rt::panicmakeslicelen(); }),
            "runtime.errorString: runtime error: makeslice: len out of range");
  EXPECT_EQ(panic_text([] { rt::panicmakeslicecap(); }),
            "runtime.errorString: runtime error: makeslice: cap out of range");
  EXPECT_EQ(panic_text([] { rt::panicnil(); }), "*runtime.PanicNilError: panic called with nil argument");
}

TEST(RuntimeError, CheckedAccessReturnsTheElements) {
  std::vector<int> a{1, 2, 3};
  at(a, 1) = 5;
  EXPECT_EQ(a[1], 5);
  EXPECT_EQ(at(std::string_view("xyz"), 2u), 'z');
  const std::array<int, 2> arr{7, 8};
  EXPECT_EQ(at(arr, 0), 7);
  EXPECT_EQ(slice(a, 1, 3).size(), 2u);
  slice(a, 1)[0] = 9;
  EXPECT_EQ(a[1], 9);
  EXPECT_EQ(slice(std::string_view("hello"), 1, 3), "el");
  EXPECT_TRUE(slice(a, 3).empty());
}

}  // namespace
}  // namespace gort
