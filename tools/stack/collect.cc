// Copying the goroutines out of a target that stands still.
//
// Where a goroutine's registers are: if a thread's stack pointer lies in its stack, in that thread; if it is some
// thread's curg and that thread is on a signal stack, there too; otherwise where the switch left them, in g.sched. In
// the middle of a switch (sched/switch.h) m.curg already names the goroutine that is switched to, which still lies in
// its g.sched: the stack pointer decides.
#include <ucontext.h>

#include <algorithm>
#include <cstring>

#include "tools/stack/image.h"

namespace gort::tool {

using namespace rt;

namespace {

constexpr uint64_t kRedZone = 128;            // below the stack pointer, still in use
constexpr uint64_t kSignalStack = 64 * 1024;  // of a signal stack, what is copied
constexpr uint64_t kPage = 4096;
constexpr int kMaxPanics = 1000;
constexpr int kMaxThreads = 100'000;

template <class T>
T field(const char* bytes, uint64_t offset) {
  T v;
  memcpy(&v, bytes + offset, sizeof v);
  return v;
}

uint64_t sp(const Thread& t) {
  return t.regs.r[Regs::kRsp];
}

}  // namespace

void Image::collect() {
  goroutines_.clear();
  by_copy_.clear();
  by_stack_.clear();
  read_machines();
  read_goroutines(read_allgs());
  place_threads();
  copy_stacks();
  now_ = target_.now();
  for (auto& gp : goroutines_) {
    if (gp->copy.panic != nullptr) read_panics(*gp, reinterpret_cast<uint64_t>(static_cast<_panic*>(gp->copy.panic)));
    // A core does not say when it was made: the last time that the program itself noted has to do.
    if (target_.is_core()) now_ = std::max(now_, gp->copy.waitsince.load(std::memory_order_relaxed));
  }
  if (target_.is_core()) now_ = std::max(now_, int64_t(word(layout_.lastpoll)));
  if (size_t lost = target_.is_core() ? lost_stacks() : 0; lost > 0)
    warn(target_.name + " lacks the stacks of " + std::to_string(lost) +
         " goroutines: gdb's gcore leaves out memory with guard pages in it, which the kernel's own dumps hold "
         "(GOTRACEBACK=crash and SIGQUIT)");
}

// The end of a stack in use is not all zeros: the core has a hole there.
size_t Image::lost_stacks() {
  size_t lost = 0;
  for (auto& gp : goroutines_) {
    uint64_t words[8], all = 0;
    if (gp->stack != Stack::kKnown || gp->running || !memory_.read(gp->start.regs.r[Regs::kRsp], words, sizeof words))
      continue;
    for (uint64_t w : words) all |= w;
    if (all != 0) continue;
    gp->stack = Stack::kUnavailable;
    lost++;
  }
  return lost;
}

void Image::read_machines() {
  machines_.clear();
  std::vector<char> bytes(layout_.m_size);
  for (uint64_t at = word(layout_.allm); at != 0 && machines_.size() < kMaxThreads;) {
    if (!target_.memory().read(at, bytes.data(), bytes.size())) break;
    const char* b = bytes.data();
    Machine& mp = machines_.emplace_back();
    mp.address = at;
    mp.curg = field<uint64_t>(b, layout_.m_curg);
    mp.prev = field<uint64_t>(b, layout_.m_prev);
    mp.id = field<int64_t>(b, layout_.m_id);
    mp.tid = field<int32_t>(b, layout_.m_tid);
    mp.lo = field<uint64_t>(b, layout_.m_stacklo);
    mp.hi = field<uint64_t>(b, layout_.m_stackhi);
    mp.signal = field<uint64_t>(b, layout_.m_gsignal);
    for (const Thread& t : target_.threads)
      if (t.tid == mp.tid) mp.thread = &t;
    at = field<uint64_t>(b, layout_.m_alllink);
  }
}

std::vector<uint64_t> Image::read_allgs() {
  uint64_t n = word(layout_.allglen), per = layout_.allgchunk;
  std::vector<uint64_t> all(n);
  std::vector<Piece> pieces;
  for (uint64_t i = 0; i < n; i += per)
    pieces.push_back({word(layout_.allgchunks + i / per * 8), size_t(std::min(per, n - i) * 8),
                      reinterpret_cast<char*>(&all[i]), false});
  target_.read_many(pieces);
  for (const Piece& p : pieces)
    if (!p.ok) throw Failure(target_.name + ": the list of goroutines cannot be read");
  return all;
}

// The g's stand side by side in large blocks; neighbours are read together.
void Image::read_goroutines(const std::vector<uint64_t>& addresses) {
  std::vector<uint64_t> sorted(addresses);
  std::sort(sorted.begin(), sorted.end());
  uint64_t size = layout_.g_size;
  std::vector<Piece> pieces;
  size_t total = 0;
  for (uint64_t at : sorted) {
    if (!pieces.empty() && at - (pieces.back().addr + pieces.back().size) < kPage)
      pieces.back().size = size_t(at + size - pieces.back().addr);
    else
      pieces.push_back({at, size_t(size), nullptr, false});
  }
  for (const Piece& p : pieces) total += p.size;
  gs_.resize(total);
  char* to = gs_.data();
  for (Piece& p : pieces) {
    p.to = to;
    to += p.size;
  }
  target_.read_many(pieces);
  size_t piece = 0;
  for (uint64_t at : sorted) {
    while (at >= pieces[piece].addr + pieces[piece].size) piece++;
    if (!pieces[piece].ok) continue;
    if (auto gp = decode(pieces[piece].to + (at - pieces[piece].addr), at)) {
      by_copy_[&gp->copy] = gp.get();
      if (gp->hi != 0) by_stack_.push_back(gp.get());
      goroutines_.push_back(std::move(gp));
    }
  }
  std::sort(by_stack_.begin(), by_stack_.end(), [](const Goroutine* a, const Goroutine* b) { return a->lo < b->lo; });
  std::sort(goroutines_.begin(), goroutines_.end(),
            [](const auto& a, const auto& b) { return a->copy.goid < b->copy.goid; });
}

// Null for what no trace shows.
std::unique_ptr<Goroutine> Image::decode(const char* b, uint64_t address) {
  auto status = field<uint32_t>(b, layout_.g_status);
  if (status == _Gdead || status == _Gidle || field<bool>(b, layout_.g_thread) || field<bool>(b, layout_.g_system))
    return nullptr;
  auto gp = std::make_unique<Goroutine>();
  g& c = gp->copy;
  gp->address = address;
  c.status.store(status, std::memory_order_relaxed);
  c.waitreason = waitReason(field<uint8_t>(b, layout_.g_waitreason));
  c.goid = field<uint64_t>(b, layout_.g_goid);
  c.parentgoid = field<uint64_t>(b, layout_.g_parentgoid);
  c.gopc = field<uint64_t>(b, layout_.g_gopc);
  c.startpc = field<uint64_t>(b, layout_.g_startpc);
  c.blocking = field<uint32_t>(b, layout_.g_blocking);
  c.waitsince.store(field<int64_t>(b, layout_.g_waitsince), std::memory_order_relaxed);
  c.panic = reinterpret_cast<_panic*>(field<uint64_t>(b, layout_.g_panic));
  if (field<uint64_t>(b, layout_.g_lockedm) != 0) c.lockedm = &gp->thread;  // only that there is one matters
  uint64_t mp = field<uint64_t>(b, layout_.g_m);
  for (const Machine& known : machines_) {
    if (known.address != mp) continue;
    gp->thread.id = known.id;
    c.m = &gp->thread;
  }
  gp->hi = field<uint64_t>(b, layout_.g_stackhi);
  auto stack_class = field<uint32_t>(b, layout_.g_stackclass);
  if (gp->hi != 0) gp->lo = gp->hi - stack_sizes_[stack_class < 3 ? stack_class : 0];
  c.sched.sp = field<char*>(b, layout_.g_sched_sp);
  c.sched.bp = field<void*>(b, layout_.g_sched_bp);
  c.sched.pc = field<void*>(b, layout_.g_sched_pc);
  gp->start = context_of_saved(c.sched);
  return gp;
}

Goroutine* Image::owner_of(uint64_t addr) {
  auto it = std::upper_bound(by_stack_.begin(), by_stack_.end(), addr,
                             [](uint64_t a, const Goroutine* gp) { return a < gp->lo; });
  return it != by_stack_.begin() && addr < it[-1]->hi ? it[-1] : nullptr;
}

// Decides for every goroutine where its registers are; one that has none in a thread keeps those in its g.sched.
void Image::place_threads() {
  for (auto& gp : goroutines_)
    if (gp->hi != 0 && gp->copy.sched.sp != nullptr && gp->start.regs.r[Regs::kRip] != layout_.gostart)
      gp->stack = Stack::kKnown;
  auto on_thread = [this](Goroutine& gp, const Machine& mp) {
    gp.stack = Stack::kKnown;
    gp.running = true;
    gp.start = {regs_of(mp), true};
  };
  std::unordered_map<uint64_t, Goroutine*> by_address;
  for (const Machine& mp : machines_)
    if (mp.curg != 0 || mp.prev != 0) by_address[mp.curg] = by_address[mp.prev] = nullptr;
  for (auto& gp : goroutines_)
    if (auto it = by_address.find(gp->address); it != by_address.end()) it->second = gp.get();
  for (const Machine& mp : machines_) {
    Goroutine* current = by_address[mp.curg];
    if (mp.thread == nullptr || !mp.thread->known) {
      if (current != nullptr && current->copy.status == _Grunning) current->stack = Stack::kUnavailable;
      continue;
    }
    const Thread& t = *mp.thread;
    if (Goroutine* owner = owner_of(sp(t)))
      on_thread(*owner, mp);
    else if (current != nullptr && !(sp(t) >= mp.lo && sp(t) < mp.hi))
      on_thread(*current, mp);
  }
  for (auto& gp : goroutines_) {
    uint64_t at = gp->start.regs.r[Regs::kRsp];
    if (gp->stack == Stack::kKnown && !gp->running && (at < gp->lo || at >= gp->hi)) gp->stack = Stack::kUnavailable;
  }
}

// A thread that a dying one has stopped stands in the handler; its goroutine is where the signal came.
Regs Image::regs_of(const Machine& mp) {
  uint64_t stopped;
  char context[sizeof(ucontext_t)];
  if (mp.signal != 0 && target_.memory().read(mp.signal + layout_.gsignal_stopped, &stopped, 8) && stopped != 0 &&
      target_.memory().read(stopped, context, sizeof context))
    return regs_from_ucontext(context);
  return mp.thread->regs;
}

void Image::copy_stacks() {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (const auto& gp : goroutines_) {
    if (gp->stack != Stack::kKnown) continue;
    uint64_t at = gp->start.regs.r[Regs::kRsp];
    if (at >= gp->lo && at < gp->hi) {
      ranges.emplace_back(std::max(gp->lo, at - kRedZone), gp->hi);
      continue;
    }
    // A signal stack of unknown length: by pages, as far as they can be read. The goroutine's own is then used from an
    // unknown place on; its pages that are there are copied.
    for (uint64_t from = at & ~(kPage - 1), i = 0; i < kSignalStack / kPage; i++)
      ranges.emplace_back(from + i * kPage, from + (i + 1) * kPage);
    for (uint64_t from = gp->hi - std::min(gp->hi - gp->lo, kSignalStack); from < gp->hi; from += kPage)
      ranges.emplace_back(from, std::min(from + kPage, gp->hi));
  }
  memory_.copy(target_, std::move(ranges));
}

void Image::read_panics(Goroutine& gp, uint64_t first) {
  gp.copy.panic = nullptr;
  _panic* last = nullptr;
  std::vector<char> bytes(layout_.panic_size);
  for (uint64_t at = first; at != 0 && gp.panics.size() < kMaxPanics;) {
    if (!memory_.read(at, bytes.data(), bytes.size())) return;
    const char* b = bytes.data();
    _panic& p = gp.panics.emplace_back();
    if (last == nullptr)
      gp.copy.panic = &p;
    else
      last->link = &p;
    last = &p;
    p.goexit = field<bool>(b, layout_.panic_goexit);
    // The words that a trace shows: the type, and where the value is.
    uint64_t value = at + layout_.panic_arg + layout_.any_words;
    auto type = field<uint64_t>(b, layout_.panic_arg + layout_.any_type);
    auto box = field<uint64_t>(b, layout_.panic_arg + layout_.any_words);
    uint32_t flags = 0, offset = 0;
    if (type != 0 && memory_.read(type + layout_.type_desc_flags, &flags, 4) &&
        (flags & layout_.type_desc_boxed) != 0 && memory_.read(type + layout_.type_desc_offset, &offset, 4))
      value = box + offset;
    memcpy(p.argbytes, &type, 8);
    memcpy(p.argbytes + 8, &value, 8);
    at = field<uint64_t>(b, layout_.panic_link);
  }
}

}  // namespace gort::tool
