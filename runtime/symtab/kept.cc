#include "runtime/symtab/kept.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <sys/mman.h>

#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

std::atomic<Pool*> g_pool{nullptr};
std::atomic<uint32_t> g_pins{0};
std::atomic<Pool*> g_retired{nullptr};
std::atomic<int> g_nretired{0};
std::atomic<uint64_t> g_lookups{0};

constexpr int kMaxRetired = 3;  // pools that wait for their readers; no further one is filled meanwhile

Pool* new_pool() {
  int saved = errno;
  void* p = mmap(nullptr, Pool::kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  errno = saved;
  return p != MAP_FAILED ? static_cast<Pool*>(p) : nullptr;
}

void push_retired(Pool* first, Pool* last) {
  Pool* head = g_retired.load();
  do last->next_retired() = head;
  while (!g_retired.compare_exchange_weak(head, first));
}

uint64_t hash(uint64_t v) {
  v *= 0x9e3779b97f4a7c15u;
  return v ^ v >> 32;
}

}  // namespace

const Kept* Pool::find(const Module* space, uintptr_t pc, bool exact) const {
  for (uint64_t h = hash(pc);; h++) {
    const Kept* k = slot_[h % kSlots].load(std::memory_order_acquire);
    if (k == nullptr) return nullptr;
    if (k->pc == pc && k->space == space && k->exact == exact &&
        (space != nullptr || k->module->permanent || find_module(exact ? pc : pc - 1) == k->module))
      return k;
  }
}

bool Pool::enter(const Kept* k) {
  if (count_.fetch_add(1, std::memory_order_relaxed) >= kSlots / 4 * 3) return false;
  for (uint64_t h = hash(k->pc);; h++) {
    const Kept* none = nullptr;
    if (!slot_[h % kSlots].compare_exchange_strong(none, k, std::memory_order_release)) continue;
    g_lookups.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
}

const char* Pool::string(const char* s, size_t n) {
  uint64_t h = n;
  for (size_t i = 0; i < n; i++) h = (h ^ static_cast<unsigned char>(s[i])) * 0x100000001b3u;
  h = hash(h);
  std::atomic<const char*>* free = nullptr;
  for (int i = 0; i < 8; i++) {
    std::atomic<const char*>& at = string_[(h + static_cast<uint64_t>(i)) % kStrings];
    const char* have = at.load(std::memory_order_acquire);
    if (have == nullptr) {
      free = &at;
      break;
    }
    if (strncmp(have, s, n) == 0 && have[n] == 0) return have;
  }
  char* p = static_cast<char*>(room(n + 1));
  if (p == nullptr) return nullptr;
  memcpy(p, s, n);
  p[n] = 0;
  if (free != nullptr) {
    const char* none = nullptr;
    free->compare_exchange_strong(none, p, std::memory_order_release);
  }
  return p;
}

const Step* Pool::steps(const PlanBuilder& b) {
  auto n = static_cast<size_t>(b.steps());
  auto* step = make<Step>(n);
  auto* text = static_cast<char*>(room(b.text_size()));
  if (step == nullptr || text == nullptr) return nullptr;
  memcpy(text, b.texts(), b.text_size());
  for (size_t i = 0; i < n; i++) {
    step[i] = b.step(static_cast<int>(i));
    if (step[i].op == Step::kText) step[i].x += reinterpret_cast<int64_t>(text);
  }
  return step;
}

Pool* pool_now() {
  Pool* p = g_pool.load();
  return p != nullptr ? p : pool_replace(nullptr);
}

Pool* pool_replace(Pool* old) {
  Pool* now = g_pool.load();
  if (old != nullptr && now != nullptr && now != old) return now;
  old = now;
  if (old != nullptr && g_nretired.load() >= kMaxRetired) return nullptr;
  Pool* fresh = new_pool();
  if (fresh == nullptr) return nullptr;
  fresh->start();
  if (!g_pool.compare_exchange_strong(now, fresh)) {
    munmap(static_cast<void*>(fresh), Pool::kBytes);
    return now;
  }
  if (old != nullptr) {
    g_nretired.fetch_add(1);
    push_retired(old, old);
  }
  return fresh;
}

static void free_retired() {
  Pool* list = g_retired.exchange(nullptr);
  if (list == nullptr) return;
  if (g_pins.load() != 0) {
    Pool* last = list;
    while (last->next_retired() != nullptr) last = last->next_retired();
    return push_retired(list, last);
  }
  int saved = errno;
  while (list != nullptr) {
    Pool* next = list->next_retired();
    munmap(static_cast<void*>(list), Pool::kBytes);
    g_nretired.fetch_sub(1);
    list = next;
  }
  errno = saved;
}

Hold::Hold() {
  g_pins.fetch_add(1);
}

Hold::~Hold() {
  if (g_pins.fetch_sub(1) == 1 && g_retired.load() != nullptr) free_retired();
}

bool is_kept(uintptr_t pc, bool exact) {
  const Pool* p = g_pool.load();
  return p != nullptr && p->find(nullptr, pc, exact) != nullptr;
}

void release() {
  if (Pool* old = g_pool.exchange(nullptr)) {
    g_nretired.fetch_add(1);
    push_retired(old, old);
  }
  Hold hold;  // its end gives back what nobody else holds
  drop_indices();
}

void release_indices() {
  drop_indices();
}

uint64_t lookups() {
  return g_lookups.load(std::memory_order_relaxed);
}

size_t usage() {
  Hold hold;
  const Pool* p = g_pool.load();
  return (p != nullptr ? p->used() : 0) + index_bytes();
}

}  // namespace gort::rt::symtab
