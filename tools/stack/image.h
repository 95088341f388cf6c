// Image: the goroutines of a target, and what the library's own traceback printer needs to print them.
//
//   Image image(target);
//   target.stop(); image.collect(); target.resume();
//   for (auto& gp : image.goroutines()) rt::traceback_g(sink, &gp->copy, 1, image);
//
// collect copies every g and the used part of every stack, so that a process need not be stopped while frames are
// looked up and printed. What else a trace reads (the arguments that are references to strings) comes from the live
// memory afterwards.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/panic.h"
#include "runtime/traceback.h"
#include "tools/stack/target.h"

namespace gort::tool {

// Snapshot is copied memory, in front of the target's.
class Snapshot final : public rt::MemReader {
 public:
  explicit Snapshot(rt::MemReader& live) : live_(live) {}
  // copy reads ranges [start, end), largest gain in one go; the earlier ones are forgotten. The buffer is kept between
  // calls, so that a second call finds its pages there.
  void copy(Target& target, std::vector<std::pair<uint64_t, uint64_t>> ranges);
  bool read(uint64_t addr, void* out, size_t n) override;
  size_t bytes() const { return bytes_; }

 private:
  struct Range {
    uint64_t start, end;
    const char* bytes;
  };
  rt::MemReader& live_;
  std::vector<Range> ranges_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0, bytes_ = 0;
  size_t last_ = 0;  // where the last read was
};

// Goroutine is a copy of a g with its panics, and where its stack begins.
struct Goroutine {
  rt::g copy;
  rt::m thread;  // a copy of copy.m: id only
  std::deque<rt::_panic> panics;
  uint64_t address = 0;
  uint64_t lo = 0, hi = 0;  // its stack
  bool running = false;     // on a thread: start is that thread's registers
  rt::Space::Stack stack = rt::Space::Stack::kNotStarted;
  rt::Context start{};
};

class Image final : public rt::Space {
 public:
  // The target is read for its gort_debug_info; Failure where it has none.
  explicit Image(Target& target);
  ~Image();

  void collect();
  std::vector<std::unique_ptr<Goroutine>>& goroutines() { return goroutines_; }
  size_t copied_bytes() const { return memory_.bytes(); }

  Stack context_of(const rt::g* gp, rt::Context* ctx) override;
  rt::StackBounds bounds_of(const rt::g*, uintptr_t) override { return {0, UINTPTR_MAX}; }
  rt::Step step(rt::StackBounds, rt::Regs& regs, uint64_t* cfa, bool* exact_pc) override {
    return unwinder_.step(regs, cfa, exact_pc);
  }
  bool guess_caller(rt::StackBounds, rt::Regs& regs, uint64_t* cfa) override {
    return unwinder_.guess_caller(regs, cfa);
  }
  bool recover_bad_pc(rt::StackBounds, rt::Regs& regs) override { return unwinder_.recover_bad_pc(regs); }
  const rt::symtab::Kept* lookup(uintptr_t pc, bool exact, rt::symtab::Spare* spare) override;
  rt::MemReader& memory() override { return memory_; }
  uintptr_t gofunc_ret() override { return layout_.gofunc_ret; }
  void panic_words(const rt::_panic* p, uint64_t* type, uint64_t* data) override;
  uint64_t address(const rt::g* gp) override;
  uint64_t address(const rt::m* mp) override;
  int64_t now() override { return now_; }

 private:
  // What gort_debug_info says, by its names with _ for the dot.
  struct Layout {
    uint64_t allglen, allgchunks, allgchunk, allm, stack_sizes, main_entry, gofunc_ret, gostart, lastpoll;
    uint64_t g_size, g_sched_sp, g_sched_bp, g_sched_pc, g_m, g_panic, g_status, g_waitreason, g_thread, g_system,
        g_stackhi, g_stackclass, g_goid, g_parentgoid, g_gopc, g_startpc, g_blocking, g_waitsince, g_lockedm;
    uint64_t m_size, m_curg, m_prev, m_alllink, m_id, m_tid, m_gsignal, gsignal_stopped, m_stacklo, m_stackhi;
    uint64_t panic_size, panic_arg, panic_link, panic_goexit;
    uint64_t any_type, any_words, type_desc_flags, type_desc_offset, type_desc_boxed;
  };
  struct Machine {
    uint64_t address, curg, prev;
    int64_t id;
    int tid;
    uint64_t lo, hi;  // the thread's own stack
    uint64_t signal;  // its signal stack's description
    const Thread* thread = nullptr;
  };

  bool find_info();
  void read_layout(const std::vector<std::pair<std::string, uint64_t>>& entries);
  void open_modules();
  uint64_t word(uint64_t addr);
  size_t lost_stacks();
  void read_machines();
  std::vector<uint64_t> read_allgs();
  void read_goroutines(const std::vector<uint64_t>& addresses);
  std::unique_ptr<Goroutine> decode(const char* bytes, uint64_t address);
  Goroutine* owner_of(uint64_t sp);
  void place_threads();
  rt::Regs regs_of(const Machine& mp);
  void copy_stacks();
  void read_panics(Goroutine& gp, uint64_t first);
  rt::symtab::Module* module_at(uint64_t pc);

  Target& target_;
  Snapshot memory_;
  rt::RemoteSpace unwinder_;
  Layout layout_{};
  uint64_t stack_sizes_[3] = {};
  uint64_t main_entry_ = 0;
  int64_t now_ = 0;
  std::vector<rt::symtab::Module*> symbols_;  // of target_.modules, opened at first need
  std::vector<bool> tried_;
  std::deque<std::string> images_;  // contents of modules without a file
  std::vector<Machine> machines_;
  std::vector<char> gs_;
  std::vector<std::unique_ptr<Goroutine>> goroutines_;
  std::vector<Goroutine*> by_stack_;
  std::unordered_map<const rt::g*, Goroutine*> by_copy_;
};

}  // namespace gort::tool
