// any.cc: what any and the boxes of any and error do that is not worth inlining: destruction, equality, hashing, type
// assertions.
//
// A box is made by make_object with one reference. The reference count is the only part that ever changes.
#include <gort/any.h>
#include <gort/runtime_error.h>

namespace gort {
namespace rt {

bool same_type_slow(const type_desc* a, const type_desc* b) noexcept {
  return a->size == b->size && a->kind == b->kind && a->rtti != nullptr && b->rtti != nullptr && *a->rtti == *b->rtti;
}

void object_free(object* o) noexcept {
  const type_desc* t = o->type;
  if (t->destroy != nullptr) t->destroy(const_cast<void*>(o->value()));
  if (t->offset > sizeof(object))
    ::operator delete(static_cast<void*>(o), std::align_val_t(t->offset));
  else
    ::operator delete(static_cast<void*>(o));
}

std::string_view kind_name(kind k) noexcept {
  static constexpr std::string_view rest[] = {"array", "chan",  "func",   "interface", "map",
                                              "ptr",   "slice", "string", "struct",    "unsafe.Pointer"};
  return k <= kind::Complex128 ? basic_kind_name(k) : rest[static_cast<size_t>(k) - static_cast<size_t>(kind::Array)];
}

size_t hash_bytes(const void* p, size_t n) noexcept {
  return std::hash<std::string_view>{}(std::string_view(static_cast<const char*>(p), n));
}

namespace {

// equal_values compares two values of one type, as Go's efaceeq: the comparison panics where the type has none.
bool equal_values(const type_desc* t, const void* a, const void* b) {
  if ((t->flags & tf_identity) != 0) return a == b;
  if (t->equal == nullptr) panic_error_string("comparing uncomparable type " + std::string(t->name));
  return t->equal(a, b);
}

size_t hash_value(const type_desc* t, const void* v) {
  if ((t->flags & tf_identity) != 0) return std::hash<const void*>{}(v);
  if (t->hash == nullptr) panic_error_string("hash of unhashable type " + std::string(t->name));
  return t->hash(v);
}

}  // namespace

size_t hash_any(const any& v) {
  return v ? hash_value(v.rt_type(), v.rt_data()) : 0;
}

void panicdottypeE(const type_desc* have, const type_desc* want, const type_desc* iface) {
  panic_any(error(runtime::TypeAssertionError(std::string(iface->name), have == nullptr ? "" : std::string(have->name),
                                              std::string(want->name), "")));
}

void panicdottypeI(const type_desc* have, std::string_view iface, std::string_view method) {
  if (have == nullptr) panic_any(error(runtime::TypeAssertionError("", "", std::string(iface), "")));
  panic_any(error(runtime::TypeAssertionError("", std::string(have->name), std::string(iface), std::string(method))));
}

}  // namespace rt

bool any::equal(const any& a, const any& b) {
  if (!rt::same_type(a.type_, b.type_)) return false;
  return a.type_ == nullptr || rt::equal_values(a.type_, a.data(), b.data());
}

bool error::equal(const rt::object* a, const rt::object* b) {
  if (a == nullptr || b == nullptr || !rt::same_type(a->type, b->type)) return false;
  return rt::equal_values(a->type, a->value(), b->value());
}

}  // namespace gort

size_t std::hash<gort::error>::operator()(const gort::error& e) const {
  return e ? gort::rt::hash_value(e.rt_object()->type, e.rt_object()->value()) : 0;
}
