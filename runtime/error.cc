// error.cc: the runtime's own errors: texts, and the functions that panic with them.
//
// The texts are part of what programs observe; each is Go's, to the byte.
#include <gort/runtime_error.h>

#include <limits>

namespace gort {
namespace rt {
namespace {

// In these formats %x and %y stand for the numbers of a boundsError.
constexpr std::string_view bounds_formats[] = {
    "index out of range [%x] with length %y",
    "slice bounds out of range [:%x] with length %y",
    "slice bounds out of range [:%x] with capacity %y",
    "slice bounds out of range [%x:%y]",
    "slice bounds out of range [::%x] with length %y",
    "slice bounds out of range [::%x] with capacity %y",
    "slice bounds out of range [:%x:%y]",
    "slice bounds out of range [%x:%y:]",
    "cannot convert slice with length %y to array or pointer to array with length %x",
};

// A negative x is out of range whatever y is, so y is left out.
constexpr std::string_view negative_formats[] = {
    "index out of range [%x]",          "slice bounds out of range [:%x]",  "slice bounds out of range [:%x]",
    "slice bounds out of range [%x:]",  "slice bounds out of range [::%x]", "slice bounds out of range [::%x]",
    "slice bounds out of range [:%x:]", "slice bounds out of range [%x::]", "",
};

std::string number(int64_t v, bool is_signed) {
  return is_signed ? std::to_string(v) : std::to_string(static_cast<uint64_t>(v));
}

}  // namespace

std::string boundsError::Error() const {
  const auto which = static_cast<size_t>(code);
  const bool negative = is_signed && x < 0 && !negative_formats[which].empty();
  std::string_view f = negative ? negative_formats[which] : bounds_formats[which];
  std::string text = "runtime error: ";
  for (size_t i = 0; i < f.size(); i++) {
    if (f[i] != '%') {
      text += f[i];
    } else {
      i++;
      text += f[i] == 'x' ? number(x, is_signed) : number(y, true);
    }
  }
  return text;
}

void panicbounds(bounds_code code, int64_t x, int64_t y, bool is_signed) {
  panic_any(error(boundsError{x, y, is_signed, code}));
}
void panicIndex(int64_t i, int64_t n) {
  panicbounds(bounds_code::Index, i, n);
}
void panicIndexU(uint64_t i, int64_t n) {
  panicbounds(bounds_code::Index, static_cast<int64_t>(i), n, false);
}
void panicSliceAlen(int64_t i, int64_t len) {
  panicbounds(bounds_code::SliceAlen, i, len);
}
void panicSliceAcap(int64_t i, int64_t cap) {
  panicbounds(bounds_code::SliceAcap, i, cap);
}
void panicSliceB(int64_t i, int64_t j) {
  panicbounds(bounds_code::SliceB, i, j);
}
void panicSlice3Alen(int64_t i, int64_t len) {
  panicbounds(bounds_code::Slice3Alen, i, len);
}
void panicSlice3Acap(int64_t i, int64_t cap) {
  panicbounds(bounds_code::Slice3Acap, i, cap);
}
void panicSlice3B(int64_t i, int64_t j) {
  panicbounds(bounds_code::Slice3B, i, j);
}
void panicSlice3C(int64_t i, int64_t j) {
  panicbounds(bounds_code::Slice3C, i, j);
}
void panicSliceConvert(int64_t len, int64_t want) {
  panicbounds(bounds_code::Convert, want, len);
}

void panic_error_string(std::string text) {
  panic_any(error(errorString{std::move(text)}));
}
void panic_plain(std::string text) {
  panic_any(error(plainError{std::move(text)}));
}

void panicdivide() {
  panic_error_string("integer divide by zero");
}
void panicoverflow() {
  panic_error_string("integer overflow");
}
void panicfloat() {
  panic_error_string("floating point error");
}
void panicshift() {
  panic_error_string("negative shift amount");
}
void panicmakeslicelen() {
  panic_error_string("makeslice: len out of range");
}
void panicmakeslicecap() {
  panic_error_string("makeslice: cap out of range");
}
void panicnil() {
  panic_any(error(runtime::PanicNilError{}));
}

void panicmem() {
  panic_error_string("invalid memory address or nil pointer dereference");
}
// No sanitizer may check the access first: it would be its report.
__attribute__((noinline, no_sanitize("address", "undefined", "thread"))) void nil_access(uintptr_t addr) {
  asm("" : "+r"(addr));
  (void)*reinterpret_cast<const volatile char*>(addr);
  __builtin_trap();  // not the end of the code: Valgrind would go on in what follows, where it sees the byte unused
}
void panicmemAddr(uintptr_t addr) {
  panic_any(error(errorAddressString{"invalid memory address or nil pointer dereference", addr}));
}

}  // namespace rt

namespace runtime {

std::optional<uintptr_t> error_value::Addr() const {
  if (const auto* e = as<rt::errorAddressString>()) return e->addr;
  return std::nullopt;
}

std::string TypeAssertionError::Error() const {
  const std::string iface = iface_.empty() ? "interface" : iface_;
  if (concrete_.empty()) return "interface conversion: " + iface + " is nil, not " + asserted_;
  if (!missing_.empty())
    return "interface conversion: " + concrete_ + " is not " + asserted_ + ": missing method " + missing_;
  std::string text = "interface conversion: " + iface + " is " + concrete_ + ", not " + asserted_;
  // Two C++ types may print the same: local types of two functions, types in unnamed namespaces.
  if (concrete_ == asserted_) text += " (types from different scopes)";
  return text;
}

}  // namespace runtime
}  // namespace gort
