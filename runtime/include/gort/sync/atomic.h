// gort/sync/atomic.h: sync::atomic::Value. For everything else in Go's package sync/atomic there is std::atomic.
#ifndef GORT_SYNC_ATOMIC_H_
#define GORT_SYNC_ATOMIC_H_

#include <gort/any.h>
#include <gort/sync/mutex.h>

namespace gort::sync::atomic {

// Value holds one value of any type, loaded and stored as a whole; empty (nil) at first. Goroutines and threads may use
// it.
//
//   sync::atomic::Value config;
//   config.Store(std::string("v1"));
//   println(config.Load().must_as<std::string>());
//   any before = config.Swap(std::string("v2"));
//   bool changed = config.CompareAndSwap(std::string("v2"), std::string("v3"));
//
// All values stored into one Value must have the same type. Misuse panics with Go's texts, such as
// `sync/atomic: store of inconsistently typed value into Value` and `sync/atomic: store of nil value into Value`.
class Value {
 public:
  Value() noexcept = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  // Load returns the value stored last, nil if there is none.
  any Load() const;
  // Store sets the value.
  void Store(any val);
  // Swap sets the value and returns the one before.
  any Swap(any val);
  // CompareAndSwap sets the value to next if it is equal to old (nil: if the Value is empty) and tells whether it did.
  // It panics with `runtime error: comparing uncomparable type T` where old cannot be compared.
  bool CompareAndSwap(any old, any next);

 private:
  // A short lock: an any is three words with a reference count behind them, more than one instruction can copy.
  mutable Mutex mu_;
  any v_;
};

}  // namespace gort::sync::atomic

#endif  // GORT_SYNC_ATOMIC_H_
