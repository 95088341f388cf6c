// errors_test.cc: package errors: the tree of wrapped errors, and the bridges to std::error_code and exceptions.
#include <gort/errors.h>
#include <gtest/gtest.h>

#include "tests/unit/catch_panic.h"

struct wrapper {
  std::string text;
  gort::error inner;
  std::string Error() const { return text; }
  gort::error Unwrap() const { return inner; }
};
struct many {
  std::vector<gort::error> inner;
  std::string Error() const { return "many"; }
  std::vector<gort::error> Unwrap() const { return inner; }
};
struct poser {
  gort::error what;
  std::string Error() const { return "poser"; }
  bool Is(const gort::error& target) const { return target == what; }
  bool As(const gort::any& target) const {
    if (const auto* p = target.as<wrapper*>()) return **p = wrapper{"posed", gort::nil}, true;
    return false;
  }
};
struct with_id {
  int id;
  explicit with_id(int i) : id(i) {}
  std::string Error() const { return "id " + std::to_string(id); }
};
struct list_error {
  std::vector<int> v;
  std::string Error() const { return "list"; }
  bool operator==(const list_error&) const = default;
};

namespace gort {
namespace {

TEST(Errors, NewMakesDistinctErrors) {
  error a = errors::New("abc"), b = errors::New("abc");
  EXPECT_EQ(a.Error(), "abc");
  EXPECT_TRUE(a == a);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(errors::ErrUnsupported.Error(), "unsupported operation");
  EXPECT_EQ(errors::ErrUnsupported.type_name(), "*errors.errorString");
}

TEST(Errors, UnwrapTakesOneLevel) {
  error inner = errors::New("inner");
  error outer = wrapper{"outer", inner};
  EXPECT_EQ(errors::Unwrap(outer), inner);
  EXPECT_TRUE(errors::Unwrap(inner) == nil);
  EXPECT_TRUE(errors::Unwrap(nil) == nil);
  EXPECT_TRUE(errors::Unwrap(many{{inner}}) == nil);
}

// The table of TestIs in Go's errors/wrap_test.go.
TEST(Errors, Is) {
  error err1 = errors::New("1");
  error erra = wrapper{"wrap 2", err1}, errb = wrapper{"wrap 3", erra};
  error err3 = errors::New("3");
  error posing = poser{err3};
  EXPECT_TRUE(errors::Is(nil, nil));
  EXPECT_TRUE(errors::Is(err1, err1));
  EXPECT_TRUE(errors::Is(erra, err1));
  EXPECT_TRUE(errors::Is(errb, err1));
  EXPECT_FALSE(errors::Is(err1, err3));
  EXPECT_FALSE(errors::Is(erra, err3));
  EXPECT_FALSE(errors::Is(errb, err3));
  EXPECT_TRUE(errors::Is(posing, err3));
  EXPECT_FALSE(errors::Is(posing, err1));
  EXPECT_FALSE(errors::Is(err1, nil));
  EXPECT_FALSE(errors::Is(nil, err1));
  EXPECT_TRUE(errors::Is(list_error{{1}}, list_error{{1}}));
  EXPECT_FALSE(errors::Is(many{{}}, err1));
  EXPECT_FALSE(errors::Is(many{{err3}}, err1));
  EXPECT_TRUE(errors::Is(many{{err1, err3}}, err1));
  EXPECT_TRUE(errors::Is(many{{err3, err1}}, err1));
  EXPECT_TRUE(errors::Is(many{{err3, errb}}, err1));
  EXPECT_TRUE(errors::Is(many{{many{{err1}}}}, err1));
  EXPECT_FALSE(errors::Is(many{{nil}}, err1));
  EXPECT_TRUE(errors::Is(many{{nil, err1}}, err1));
}

TEST(Errors, AsFindsTheFirstOfAType) {
  error err = wrapper{"outer", many{{errors::New("x"), with_id(7)}}};
  auto id = errors::As<with_id>(err);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->id, 7);
  wrapper w{"", nil};
  ASSERT_TRUE(errors::As(err, &w));
  EXPECT_EQ(w.text, "outer");
  EXPECT_FALSE(errors::As<poser>(err).has_value());
  EXPECT_FALSE(errors::As<wrapper>(nil).has_value());
}

TEST(Errors, AsAsksTheErrorsOwnMethod) {
  auto w = errors::As<wrapper>(many{{poser{}}});
  ASSERT_TRUE(w.has_value());
  EXPECT_EQ(w->text, "posed");
}

TEST(Errors, AsFindsInterfaces) {
  error plain = errors::New("x");
  EXPECT_EQ(errors::As<error>(plain), plain);
  EXPECT_FALSE(errors::As<runtime::Error>(plain).has_value());
  any v = catch_panic([] { rt::panicdivide(); });
  error wrapped = fmt::Errorf("w: %w", *v.as<error>());
  EXPECT_EQ(errors::As<runtime::Error>(wrapped)->Error(), "runtime error: integer divide by zero");
}

TEST(Errors, AsToNowherePanics) {
  EXPECT_EQ(panic_text([] { errors::As(errors::New("x"), static_cast<wrapper*>(nullptr)); }),
            "string: errors: target must be a non-nil pointer");
}

TEST(Errors, JoinDropsNilAndListsTheRest) {
  error a = errors::New("a"), b = errors::New("b");
  error joined = errors::Join(a, nil, b);
  EXPECT_EQ(joined.Error(), "a\nb");
  EXPECT_EQ(joined.type_name(), "*errors.joinError");
  EXPECT_TRUE(errors::Is(joined, a) && errors::Is(joined, b));
  EXPECT_TRUE(errors::Join(nil, nil) == nil);
  EXPECT_TRUE(errors::Join() == nil);
  EXPECT_EQ(errors::Join(a).Error(), "a");
  EXPECT_NE(errors::Join(a), a);
}

TEST(Errors, CodesGoInAndOut) {
  const std::error_code code = std::make_error_code(std::errc::no_such_file_or_directory);
  error err = errors::FromCode(code);
  EXPECT_EQ(err.Error(), code.message());
  EXPECT_EQ(errors::ToCode(fmt::Errorf("open: %w", err)), code);
  EXPECT_TRUE(errors::Is(fmt::Errorf("open: %w", err), errors::FromCode(code)));
  EXPECT_TRUE(errors::Is(errors::FromCode({ENOENT, std::system_category()}), err));
  EXPECT_FALSE(errors::Is(errors::FromCode({EPERM, std::system_category()}), err));
  EXPECT_TRUE(errors::FromCode(std::error_code()) == nil);
  EXPECT_FALSE(errors::ToCode(errors::New("x")));
}

template <class T>
error thrown(T v) {
  return errors::FromException(std::make_exception_ptr(v));
}

TEST(Errors, ExceptionsGoInAndOut) {
  const auto e = std::make_exception_ptr(std::runtime_error("what it is"));
  error err = fmt::Errorf("w: %w", errors::FromException(e));
  EXPECT_EQ(err.Error(), "w: what it is");
  EXPECT_EQ(errors::AsException(err), e);
  EXPECT_EQ(errors::ToException(err), e);
  EXPECT_EQ(thrown(std::string("text")).Error(), "text");
  EXPECT_EQ(thrown(42).Error(), "exception of type int");
  EXPECT_TRUE(errors::FromException(nullptr) == nil);
  EXPECT_EQ(errors::AsException(errors::New("x")), nullptr);
  const std::system_error s(std::make_error_code(std::errc::broken_pipe));
  EXPECT_EQ(errors::ToCode(thrown(s)), s.code());
}

TEST(Errors, ErrorsTravelAsExceptions) {
  error err = errors::New("travels");
  EXPECT_EQ(thrown(err), err);
  EXPECT_EQ(thrown(errors::Exception(err)), err);
  try {
    std::rethrow_exception(errors::ToException(err));
  } catch (const std::exception& e) {
    EXPECT_STREQ(e.what(), "travels");
  }
  EXPECT_EQ(errors::FromException(errors::ToException(err)), err);
}

}  // namespace
}  // namespace gort
