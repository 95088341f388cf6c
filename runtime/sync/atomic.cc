// sync/atomic.Value.
#include <cstring>

#include <gort/func.h>
#include <gort/sync/atomic.h>

namespace gort::sync::atomic {

static bool same(const any& a, const any& b) {
  return rt::same_type(a.rt_type(), b.rt_type());
}

// identical tells whether b, a copy of what a was, still is what a holds. The copy keeps a box from being used again.
static bool identical(const any& a, const any& b) {
  if (a.rt_type() != b.rt_type()) return false;
  if (!a) return true;
  if ((a.rt_type()->flags & rt::tf_boxed) != 0) return a.rt_data() == b.rt_data();
  return std::memcmp(a.rt_data(), b.rt_data(), a.rt_type()->size) == 0;
}

any Value::Load() const {
  mu_.Lock();
  any v = v_;
  mu_.Unlock();
  return v;
}

void Value::Store(any val) {
  if (!val) panic("sync/atomic: store of nil value into Value");
  mu_.Lock();
  bool ok = !v_ || same(v_, val);
  if (ok) v_.swap(val);
  mu_.Unlock();
  if (!ok) panic("sync/atomic: store of inconsistently typed value into Value");
}

any Value::Swap(any val) {
  if (!val) panic("sync/atomic: swap of nil value into Value");
  mu_.Lock();
  bool ok = !v_ || same(v_, val);
  if (ok) v_.swap(val);
  mu_.Unlock();
  if (!ok) panic("sync/atomic: swap of inconsistently typed value into Value");
  return val;
}

bool Value::CompareAndSwap(any old, any next) {
  if (!next) panic("sync/atomic: compare and swap of nil value into Value");
  if (old && !same(old, next)) panic("sync/atomic: compare and swap of inconsistently typed values");
  for (;;) {
    // Comparing may run the user's operator== or panic, so it is done on a copy, without the lock.
    any seen = Load();
    if (!seen) {
      if (old) return false;
    } else {
      if (!same(seen, next)) panic("sync/atomic: compare and swap of inconsistently typed value into Value");
      if (!(seen == old)) return false;
    }
    mu_.Lock();
    bool unchanged = identical(v_, seen);
    if (unchanged) v_.swap(next);
    mu_.Unlock();
    if (unchanged) return true;
    if (seen) return false;  // as a hardware compare-and-swap that lost
  }
}

}  // namespace gort::sync::atomic
