// Goroutine-local values: a table in each g that has any (gextra::locals), indexed by the key. Only the goroutine
// itself touches it.
//
// Values are destroyed by goroutine_done, on the goroutine. Destructors may make new values; that goes on for kRounds
// rounds, as with pthread_key_create, and what is left then stays.
#include <gort/goroutine_local.h>

#include <vector>

#include "sched/proc.h"

namespace gort::rt {
namespace {

constexpr int kRounds = 8;

struct slot {
  void* value = nullptr;
  void (*destroy)(void*) = nullptr;
  uint64_t generation = 0;
};

struct table {
  std::vector<slot> slots;
  std::vector<uint32_t> order;  // of making; an index may be there more than once

  // end destroys the value of a slot. The slot is empty before: the destructor may look.
  void end(uint32_t index) {
    slot s = std::exchange(slots[index], slot());
    if (s.value != nullptr) s.destroy(s.value);
  }
};

void free_table(void* p) {
  auto* t = static_cast<table*>(p);
  for (int round = 0; round < kRounds && !t->order.empty(); round++) {
    for (size_t n = t->order.size(); n > 0; n--) {
      uint32_t index = t->order.back();
      t->order.pop_back();
      t->end(index);
    }
  }
  delete t;
}

struct keys {
  mutex lock;
  std::vector<uint32_t> free;
  uint32_t used = 0;
  uint64_t generation = 0;
};

// Never destroyed: goroutine_locals may be static objects of any file.
keys& all_keys() {
  static keys& k = *new keys;
  return k;
}

}  // namespace

local_key local_key_new() {
  keys& k = all_keys();
  lock_guard l(k.lock);
  uint32_t index;
  if (!k.free.empty()) {
    index = k.free.back();
    k.free.pop_back();
  } else {
    index = k.used++;
    k.free.reserve(k.used);  // local_key_free must not fail
  }
  return {index, ++k.generation};
}

void local_key_free(local_key key) noexcept {
  keys& k = all_keys();
  lock_guard l(k.lock);
  k.free.push_back(key.index);
}

void* local_find(const local_key& k) noexcept {
  const gextra* x = getg()->extra;
  if (x == nullptr || x->locals == nullptr) return nullptr;
  const auto& slots = static_cast<table*>(x->locals)->slots;
  if (k.index >= slots.size() || slots[k.index].generation != k.generation) return nullptr;
  return slots[k.index].value;
}

void local_set(const local_key& k, void* value, void (*destroy)(void*)) {
  gextra* x = extra_of(getg());
  if (x->locals == nullptr) {
    x->locals = new table;
    x->locals_free = free_table;
  }
  auto* t = static_cast<table*>(x->locals);
  if (k.index >= t->slots.size()) t->slots.resize(k.index + 1);
  if (value != nullptr) t->order.push_back(k.index);
  t->end(k.index);
  if (value != nullptr) t->slots[k.index] = {value, destroy, k.generation};
}

}  // namespace gort::rt
