// printpanic.cc: how the value of an uncaught panic is shown.
//
// Two steps, as in Go. preprintpanic runs the value's own Error() or String() while the goroutine can still run code;
// printpanicval then writes plain values only, without allocating, when the world may be frozen and the heap broken.
#include <gort/print.h>

namespace gort::rt {
namespace {

template <class T>
T read(const void* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// integer reads a value of an integer kind as its sign and magnitude.
struct integer {
  bool negative;
  uint64_t magnitude;
};

integer signed_value(int64_t v) noexcept {
  return {v < 0, v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v)};
}

// The size decides: C++'s int is Go's int in name, and 32 bits wide.
integer read_integer(const type_desc* t, const void* p) noexcept {
  const bool is_signed = t->kind >= kind::Int && t->kind <= kind::Int64;
  switch (t->size) {
    case 1:
      return is_signed ? signed_value(read<int8_t>(p)) : integer{false, read<uint8_t>(p)};
    case 2:
      return is_signed ? signed_value(read<int16_t>(p)) : integer{false, read<uint16_t>(p)};
    case 4:
      return is_signed ? signed_value(read<int32_t>(p)) : integer{false, read<uint32_t>(p)};
    default:
      return is_signed ? signed_value(read<int64_t>(p)) : integer{false, read<uint64_t>(p)};
  }
}

void put(write_fn write, std::string_view s) {
  write(s.data(), s.size());
}

void put_complex(write_fn write, double re, double im) {
  char buf[40];
  size_t n = 0;
  buf[n++] = '(';
  n += format_float(buf + n, re);
  n += format_float(buf + n, im);
  buf[n++] = 'i';
  buf[n++] = ')';
  write(buf, n);
}

// put_basic writes a value of a basic kind; false where the kind is not basic.
bool put_basic(write_fn write, const type_desc* t, const void* p) {
  char buf[32];
  switch (t->kind) {
    case kind::Bool:
      put(write, read<bool>(p) ? "true" : "false");
      return true;
    case kind::String:
      put(write, t->text(p));
      return true;
    case kind::Float32:
      write(buf, format_float(buf, read<float>(p)));
      return true;
    case kind::Float64:
      write(buf, format_float(buf, read<double>(p)));
      return true;
    case kind::Complex64:
      put_complex(write, read<float>(p), read<float>(static_cast<const float*>(p) + 1));
      return true;
    case kind::Complex128:
      put_complex(write, read<double>(p), read<double>(static_cast<const double*>(p) + 1));
      return true;
    default:
      break;
  }
  if (t->kind < kind::Int || t->kind > kind::Uintptr) return false;
  const integer i = read_integer(t, p);
  write(buf, format_int(buf, i.magnitude, i.negative));
  return true;
}

void put_named(write_fn write, const type_desc* t, const void* p) {
  put(write, t->name);
  if (t->kind == kind::Complex64 || t->kind == kind::Complex128) {
    put_basic(write, t, p);  // it brings its own parentheses
    return;
  }
  put(write, t->kind == kind::String ? "(\"" : "(");
  put_basic(write, t, p);
  put(write, t->kind == kind::String ? "\")" : ")");
}

}  // namespace

any preprintpanic(const any& v) {
  if (!v) return v;
  const type_desc* t = v.rt_type();
  if (t->error != nullptr) return t->error(v.rt_data());
  if (t->stringer != nullptr) return t->stringer(v.rt_data());
  return v;
}

void printpanicval(const any& v, write_fn write) {
  if (!v) return put(write, "nil");
  const type_desc* t = v.rt_type();
  const void* p = v.rt_data();
  if (t->error != nullptr) return put(write, t->error(p));
  if (t->stringer != nullptr) return put(write, t->stringer(p));
  const bool basic = t->kind <= kind::Complex128 || t->kind == kind::String;
  if (basic && (t->flags & tf_named) != 0) return put_named(write, t, p);
  if (put_basic(write, t, p)) return;
  put(write, "(");
  put(write, t->name);
  put(write, ") ");
  char buf[24];
  const void* word = (t->flags & tf_pointer_word) != 0 ? read<const void*>(p) : p;
  if (t->kind == kind::Func && t->deref != nullptr) word = t->deref(p);
  write(buf, format_hex(buf, reinterpret_cast<uintptr_t>(word)));
}

}  // namespace gort::rt
