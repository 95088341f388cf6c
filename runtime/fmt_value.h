// fmt_value.h: what fmt reads out of values of any type, and the order of map keys.
#ifndef GORT_RUNTIME_FMT_VALUE_H_
#define GORT_RUNTIME_FMT_VALUE_H_

#include <gort/fmt.h>

namespace gort::rt {

template <class T>
T read(const void* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// inside returns what an interface value (any, error) holds; another value is returned as it is.
inline fmt_arg inside(fmt_arg a) noexcept {
  if (a.type == nullptr || a.type->kind != kind::Interface) return a;
  if (same_type(a.type, &desc_of<any>)) {
    const auto* v = static_cast<const any*>(a.value);
    return {v->rt_type(), v->rt_data()};
  }
  const object* o = static_cast<const error*>(a.value)->rt_object();
  return o == nullptr ? fmt_arg{nullptr, nullptr} : fmt_arg{o->type, o->value()};
}

inline bool is_signed_kind(kind k) {
  return k >= kind::Int && k <= kind::Int64;
}
inline bool is_integer_kind(kind k) {
  return k >= kind::Int && k <= kind::Uintptr;
}

// integer_bits is an integer of any size, sign-extended.
inline uint64_t integer_bits(const fmt_arg& a) noexcept {
  const bool s = is_signed_kind(a.type->kind);
  switch (a.type->size) {
    case 1:
      return s ? static_cast<uint64_t>(read<int8_t>(a.value)) : read<uint8_t>(a.value);
    case 2:
      return s ? static_cast<uint64_t>(read<int16_t>(a.value)) : read<uint16_t>(a.value);
    case 4:
      return s ? static_cast<uint64_t>(read<int32_t>(a.value)) : read<uint32_t>(a.value);
    default:
      return read<uint64_t>(a.value);
  }
}

// word_of is the pointer that stands for a pointer, channel or function; for another value its address.
inline const void* word_of(const fmt_arg& a) {
  if (a.type->kind == kind::Func && a.type->deref != nullptr) return a.type->deref(a.value);
  if ((a.type->flags & tf_pointer_word) != 0) return read<const void*>(a.value);
  return a.value;
}

struct pair_args {
  fmt_arg key, elem;
};

// sort_keys sorts what a map holds as fmt prints it.
void sort_keys(std::vector<pair_args>& all);

}  // namespace gort::rt

#endif  // GORT_RUNTIME_FMT_VALUE_H_
