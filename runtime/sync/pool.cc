// sync.Pool. Every P has a part of each pool, under a lock of its own that is nearly always free: a private item, which
// is the one put into it first, and a queue, newest last. A P takes from its own part first, newest first, then the
// oldest from others, then what the last cleanup has left (the victims). Go does without the lock because its pools
// cannot be looked at while a P is pinned; a lock and unlock without contention costs 5 ns and lets threads and
// cleanups in.
//
// An ordinary thread uses the part that its g's address picks. No user code but moves and destructors runs here, and no
// destructor with a lock held.
#include <gort/sync/pool.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "sched/lock.h"
#include "sched/proc.h"

namespace gort::rt {
namespace {

// slots is a ring of items.
class slots {
 public:
  bool empty() const { return n_ == 0; }
  void push(const pool_ops* ops, void* item) {
    if (n_ == cap_) grow(ops);
    ops->relocate(at(ops, n_), item);
    n_++;
  }
  void pop_newest(const pool_ops* ops, void* to) { ops->relocate(to, at(ops, --n_)); }
  void pop_oldest(const pool_ops* ops, void* to) {
    ops->relocate(to, at(ops, 0));
    first_ = (first_ + 1) & (cap_ - 1);
    n_--;
  }
  // release ends all items and gives the memory back. Not with a lock held.
  void release(const pool_ops* ops) {
    while (n_ > 0) ops->destroy(at(ops, --n_));
    if (mem_ != nullptr) ::operator delete (mem_, std::align_val_t{ops->align});
    *this = slots();
  }

 private:
  void* at(const pool_ops* ops, size_t i) const { return mem_ + ((first_ + i) & (cap_ - 1)) * ops->size; }
  void grow(const pool_ops* ops) {
    slots bigger;
    bigger.cap_ = cap_ == 0 ? 8 : cap_ * 2;
    bigger.mem_ = static_cast<char*>(::operator new (bigger.cap_ * ops->size, std::align_val_t{ops->align}));
    for (; bigger.n_ < n_; bigger.n_++) ops->relocate(bigger.at(ops, bigger.n_), at(ops, bigger.n_));
    if (mem_ != nullptr) ::operator delete (mem_, std::align_val_t{ops->align});
    *this = bigger;
  }

  char* mem_ = nullptr;
  size_t cap_ = 0, first_ = 0, n_ = 0;  // cap_ is a power of two
};

struct items {
  slots priv;  // at most one
  slots shared;
};

struct alignas(64) part {
  mutex lock;
  items now;
  items victim;
};

mutex poolslock;                  // guards the list of pools
std::vector<pool_state*>* pools;  // those that have been used; made on first use, never freed

}  // namespace

struct pool_state {
  const pool_ops* ops;
  size_t nparts;  // a power of two
  part* parts;

  explicit pool_state(const pool_ops* o) : ops(o), nparts(1) {
    while (nparts < size_t(std::max(ncpu, gomaxprocs.load()))) nparts *= 2;
    parts = new part[nparts];
  }
  ~pool_state() {
    for (size_t i = 0; i < nparts; i++) {
      release(parts[i].now);
      release(parts[i].victim);
    }
    delete[] parts;
  }
  void release(items& it) const {
    it.priv.release(ops);
    it.shared.release(ops);
  }

  size_t mine() const {
    g* gp = getg();
    m* mp = gp->m;
    p* pp = nullptr;
    if (mp != nullptr) pp = mp->p;  // may be out of date when it is used: then two Ps meet at one lock
    size_t i = pp != nullptr ? size_t(pp->id) : reinterpret_cast<uintptr_t>(gp) / sizeof(g);
    return i & (nparts - 1);
  }

  // age makes the items victims and returns those that were victims.
  void age(std::vector<items>* dead) const {
    for (size_t i = 0; i < nparts; i++) {
      lock_guard l(parts[i].lock);
      dead->push_back(parts[i].victim);
      parts[i].victim = parts[i].now;
      parts[i].now = items();
    }
  }

  // take_own: the private item or the newest; take_other: the oldest of the queue.
  bool take_own(items& it, void* to) const {
    slots& from = !it.priv.empty() ? it.priv : it.shared;
    if (from.empty()) return false;
    from.pop_newest(ops, to);
    return true;
  }
  bool take_other(items& it, void* to) const {
    if (it.shared.empty()) return false;
    it.shared.pop_oldest(ops, to);
    return true;
  }

  bool get(void* to) const {
    size_t me = mine();
    {
      lock_guard l(parts[me].lock);
      if (take_own(parts[me].now, to)) return true;
    }
    for (size_t i = 1; i < nparts; i++) {
      part& other = parts[(me + i) & (nparts - 1)];
      lock_guard l(other.lock);
      if (take_other(other.now, to)) return true;
    }
    for (size_t i = 0; i < nparts; i++) {
      part& other = parts[(me + i) & (nparts - 1)];
      lock_guard l(other.lock);
      if (i == 0 ? take_own(other.victim, to) : take_other(other.victim, to)) return true;
    }
    return false;
  }

  void put(void* item) const {
    part& own = parts[mine()];
    lock_guard l(own.lock);
    (own.now.priv.empty() ? own.now.priv : own.now.shared).push(ops, item);
  }
};

pool_state* pool_core::state() {
  pool_state* s = state_.load(std::memory_order_acquire);
  if (s != nullptr) return s;
  auto* fresh = new pool_state(ops_);
  if (!state_.compare_exchange_strong(s, fresh, std::memory_order_acq_rel)) {
    delete fresh;
    return s;
  }
  lock_guard l(poolslock);
  if (pools == nullptr) pools = new std::vector<pool_state*>;
  pools->push_back(fresh);
  return fresh;
}

bool pool_core::get(void* to) {
  pool_state* s = state_.load(std::memory_order_acquire);
  return s != nullptr && s->get(to);
}

void pool_core::put(void* item) {
  state()->put(item);
}

pool_core::~pool_core() {
  pool_state* s = state_.load(std::memory_order_acquire);
  if (s == nullptr) return;
  {
    lock_guard l(poolslock);
    pools->erase(std::find(pools->begin(), pools->end(), s));
  }
  delete s;
}

bool pools_exist() {
  lock_guard l(poolslock);
  return pools != nullptr && !pools->empty();
}

void poolCleanup() {
  struct dead_items {
    const pool_ops* ops;
    std::vector<items> parts;
  };
  std::vector<dead_items> dead;
  {
    lock_guard l(poolslock);
    if (pools == nullptr) return;
    for (pool_state* s : *pools) {
      dead.push_back({s->ops, {}});
      s->age(&dead.back().parts);
    }
  }
  for (dead_items& d : dead) {
    for (items& it : d.parts) {
      it.priv.release(d.ops);
      it.shared.release(d.ops);
    }
  }
}

}  // namespace gort::rt
