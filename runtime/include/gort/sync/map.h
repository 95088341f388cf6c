// gort/sync/map.h: sync::Map.
#ifndef GORT_SYNC_MAP_H_
#define GORT_SYNC_MAP_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gort/any.h>
#include <gort/func.h>
#include <gort/sync/rwmutex.h>

namespace gort::rt {

// sync_map is how a sync::Map is made.
template <class K, class V>
class sync_map {
 public:
  sync_map() noexcept = default;
  sync_map(const sync_map&) = delete;
  sync_map& operator=(const sync_map&) = delete;
  ~sync_map() { delete[] parts_.load(std::memory_order_acquire); }

 protected:
  struct alignas(64) part {
    sync::RWMutex mu;
    std::unordered_map<K, V> m;
  };
  static constexpr size_t kParts = 16;

  // The upper bits of the product choose the part: the table inside uses the lower ones of the hash.
  static size_t index(const K& key) {
    size_t h;
    if constexpr (std::is_same_v<K, any>)
      h = hash_any(key);
    else
      h = std::hash<K>{}(key);
    return (h * 0x9e3779b97f4a7c15u) >> 60;
  }
  static_assert(kParts == size_t{1} << (64 - 60));

  // with_equal calls change(part, entry) if the value of key is equal to old, and tells whether it was. Comparing may
  // panic; deferred calls run then, before destructors do, and may use the map: the lock is given up by one, too.
  template <class F>
  bool with_equal(const K& key, const V& old, F change) {
    part* p = find(key);
    if (p == nullptr) return false;
    return func<bool>([&]() -> bool {
      p->mu.Lock();
      defer([p] { p->mu.Unlock(); });
      auto it = p->m.find(key);
      if (it == p->m.end() || !(it->second == old)) return false;
      change(*p, it);
      return true;
    });
  }

  part* find(const K& key) const {
    size_t i = index(key);  // also when the map is empty: a key that cannot be hashed panics
    part* parts = parts_.load(std::memory_order_acquire);
    return parts == nullptr ? nullptr : &parts[i];
  }
  part& make(const K& key) {
    size_t i = index(key);
    part* parts = parts_.load(std::memory_order_acquire);
    if (parts == nullptr) {
      part* fresh = new part[kParts];
      if (parts_.compare_exchange_strong(parts, fresh, std::memory_order_acq_rel))
        parts = fresh;
      else
        delete[] fresh;
    }
    return parts[i];
  }

  mutable std::atomic<part*> parts_{nullptr};
};

}  // namespace gort::rt

namespace gort::sync {

// Map is a hash map that goroutines and threads use without a lock of their own; a default-constructed one is empty.
// sync::Map without types maps any to any, as in Go: keys that cannot be hashed panic with `runtime error: hash of
// unhashable type T`.
//
//   sync::Map<std::string, int> m;
//   m.Store("a", 1);
//   auto [v, ok] = m.Load("a");
//   m.Range([](const std::string& k, int v) { println(k, v); return true; });
//   auto [w, loaded] = m.LoadOrStore("b", 2);
//   auto [old, had] = m.Swap("b", 3);
//   bool swapped = m.CompareAndSwap("b", 3, 4), deleted = m.CompareAndDelete("b", 4);
//   auto [last, was] = m.LoadAndDelete("a");
//   m.Delete("a");
//
// Each operation on one key is atomic, and what happens before a write is visible to whoever reads its result. Keys are
// spread over a few parts with a reader-writer lock each, so that operations on different keys seldom meet; the locks
// are sync::RWMutexes, so a slow hash, comparison or copy blocks no thread.
template <class K = any, class V = any>
class Map : rt::sync_map<K, V> {
  using core = rt::sync_map<K, V>;
  using typename core::part;

 public:
  // Load returns the value of key and whether there is one.
  [[gnu::noinline]] std::pair<V, bool> Load(const K& key) const {
    part* p = this->find(key);
    if (p == nullptr) return {V(), false};
    std::shared_lock l(p->mu);
    auto it = p->m.find(key);
    if (it == p->m.end()) return {V(), false};
    return {it->second, true};
  }

  // Store sets the value of key.
  void Store(const K& key, V value) { Swap(key, std::move(value)); }

  // LoadOrStore returns the value of key and true if there is one; otherwise it stores value and returns it and false.
  [[gnu::noinline]] std::pair<V, bool> LoadOrStore(const K& key, V value) {
    part& p = this->make(key);
    std::unique_lock l(p.mu);
    auto [it, added] = p.m.try_emplace(key, std::move(value));
    return {it->second, !added};
  }

  // LoadAndDelete removes key and returns the value that it had and whether it had one.
  [[gnu::noinline]] std::pair<V, bool> LoadAndDelete(const K& key) {
    part* p = this->find(key);
    if (p == nullptr) return {V(), false};
    std::unique_lock l(p->mu);
    auto it = p->m.find(key);
    if (it == p->m.end()) return {V(), false};
    std::pair<V, bool> old{std::move(it->second), true};
    p->m.erase(it);
    return old;
  }

  // Delete removes key.
  void Delete(const K& key) { LoadAndDelete(key); }

  // Swap sets the value of key and returns the one that it had before and whether it had one.
  [[gnu::noinline]] std::pair<V, bool> Swap(const K& key, V value) {
    part& p = this->make(key);
    std::unique_lock l(p.mu);
    auto [it, added] = p.m.try_emplace(key, std::move(value));
    if (added) return {V(), false};
    std::swap(it->second, value);
    return {std::move(value), true};
  }

  // CompareAndSwap sets the value of key to next if it is equal to old. Values of any that cannot be compared panic.
  [[gnu::noinline]] bool CompareAndSwap(const K& key, const V& old, V next) {
    return this->with_equal(key, old, [&](part&, auto it) { std::swap(it->second, next); });
  }

  // CompareAndDelete removes key if its value is equal to old.
  [[gnu::noinline]] bool CompareAndDelete(const K& key, const V& old) {
    return this->with_equal(key, old, [](part& p, auto it) { p.m.erase(it); });
  }

  // Range calls f(key, value) for the entries, in no order, until f returns false. It is not a snapshot: each key comes
  // at most once, with the value that it has when f is called; keys deleted meanwhile are left out, and keys stored
  // meanwhile may be. f may use the map.
  template <class F>
  requires std::is_invocable_r_v<bool, F&, const K&, const V&>
  [[gnu::noinline]] void Range(F f) const {
    part* parts = this->parts_.load(std::memory_order_acquire);
    if (parts == nullptr) return;
    std::vector<K> keys;
    for (size_t i = 0; i < core::kParts; i++) {
      std::shared_lock l(parts[i].mu);
      for (const auto& entry : parts[i].m) keys.push_back(entry.first);
    }
    for (const K& k : keys) {
      auto [v, ok] = Load(k);
      if (ok && !f(k, v)) return;
    }
  }
};

}  // namespace gort::sync

#endif  // GORT_SYNC_MAP_H_
