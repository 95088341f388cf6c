// fmt_sort.cc: the order in which fmt prints maps: Go's internal/fmtsort, with a place for each NaN and each type.
#include <algorithm>
#include <complex>
#include <functional>

#include "runtime/fmt_value.h"

namespace gort::rt {
namespace {

template <class T>
int compare_numbers(T a, T b) {
  return a < b ? -1 : a > b;
}
// A NaN comes before every number.
int compare_floats(double a, double b) {
  return a != a || b != b ? (b != b) - (a != a) : compare_numbers(a, b);
}

// compare_types orders the types of what interfaces hold: by kind, then by name; types of one name by what tells them
// apart.
int compare_types(const type_desc* a, const type_desc* b) {
  if (same_type(a, b)) return 0;
  if (a->kind != b->kind) return compare_numbers(a->kind, b->kind);
  if (const int c = a->name.compare(b->name); c != 0) return c;
  if (a->rtti != nullptr && b->rtti != nullptr && *a->rtti != *b->rtti) return a->rtti->before(*b->rtti) ? -1 : 1;
  return std::less<>()(a, b) ? -1 : 1;
}

int compare_keys(fmt_arg a, fmt_arg b);

// compare_parts compares fields or elements one by one, and lists of which one is the beginning of the other by their
// lengths. A part may be gone after its visit, so that b is walked anew for each of a's.
int compare_parts(const fmt_arg& a, const fmt_arg& b) {
  struct walk {
    fmt_arg of, part;
    size_t index, at;
    int result;
  } w{b, {}, 0, 0, 0};
  a.type->visit(a.value, &w, [](void* ctx, const type_desc*, const void*, const type_desc* t, const void* e) {
    auto& outer = *static_cast<walk*>(ctx);
    if (outer.result != 0) return;
    outer.part = {t, e};
    outer.at = 0;
    const auto one = [](void* same, const type_desc*, const void*, const type_desc* bt, const void* be) {
      auto& inner = *static_cast<walk*>(same);
      if (inner.at++ == inner.index) inner.result = compare_keys(inner.part, {bt, be});
    };
    outer.of.type->visit(outer.of.value, ctx, one);
    outer.index++;
  });
  if (w.result != 0 || a.type->length == nullptr) return w.result;
  return compare_numbers(a.type->length(a.value), b.type->length(b.value));
}

// compare_keys orders map keys as fmt does, negative where a comes first: numbers by value, texts by bytes, false
// before true, pointers and channels by address, structs and arrays by their first parts that differ, interfaces by
// type and then by value, nil first. What Go has no order for is left in the map's.
int compare_keys(fmt_arg a, fmt_arg b) {
  a = inside(a);
  b = inside(b);
  if (a.type == nullptr || b.type == nullptr) return (a.type != nullptr) - (b.type != nullptr);
  if (const int c = compare_types(a.type, b.type); c != 0) return c;
  switch (a.type->kind) {
    case kind::String:
      return a.type->text(a.value).compare(b.type->text(b.value));
    case kind::Bool:
      return compare_numbers(read<bool>(a.value), read<bool>(b.value));
    case kind::Float32:
      return compare_floats(read<float>(a.value), read<float>(b.value));
    case kind::Float64:
      return compare_floats(read<double>(a.value), read<double>(b.value));
    case kind::Complex64: {
      const auto x = read<std::complex<float>>(a.value), y = read<std::complex<float>>(b.value);
      const int c = compare_floats(x.real(), y.real());
      return c != 0 ? c : compare_floats(x.imag(), y.imag());
    }
    case kind::Complex128: {
      const auto x = read<std::complex<double>>(a.value), y = read<std::complex<double>>(b.value);
      const int c = compare_floats(x.real(), y.real());
      return c != 0 ? c : compare_floats(x.imag(), y.imag());
    }
    case kind::Pointer:
    case kind::UnsafePointer:
    case kind::Chan:
      return compare_numbers(reinterpret_cast<uintptr_t>(word_of(a)), reinterpret_cast<uintptr_t>(word_of(b)));
    case kind::Struct:
    case kind::Array:
    case kind::Slice:
      return a.type->visit != nullptr && b.type->visit != nullptr ? compare_parts(a, b) : 0;
    default:
      if (!is_integer_kind(a.type->kind)) return 0;
      if (is_signed_kind(a.type->kind))
        return compare_numbers(static_cast<int64_t>(integer_bits(a)), static_cast<int64_t>(integer_bits(b)));
      return compare_numbers(integer_bits(a), integer_bits(b));
  }
}

}  // namespace

void sort_keys(std::vector<pair_args>& all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const pair_args& x, const pair_args& y) { return compare_keys(x.key, y.key) < 0; });
}

}  // namespace gort::rt
