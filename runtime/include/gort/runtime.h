// gort/runtime.h: Go's package runtime, the part that programs use.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gort/runtime_error.h>

namespace gort::runtime {

// Gosched lets other goroutines run: the current one goes to the end of the global run queue. On an ordinary thread:
// sched_yield.
void Gosched();

// Goexit runs the deferred calls of the current goroutine, destroys the C++ objects on its stack, and ends it.
// recover() in those deferred calls returns nil. On goroutine 1 the program goes on without it, and dies with Go's text
// once no goroutine is left.
[[noreturn]] void Goexit();

// NumGoroutine returns how many goroutines exist, the runtime's own not counted.
int NumGoroutine();

// GOMAXPROCS sets how many goroutines may run at the same time, at most 1024, and returns the previous setting; n < 1
// changes nothing.
// At the start it is the environment variable GOMAXPROCS, or the number of processors that the process may use.
int GOMAXPROCS(int n);
int NumCPU();

// LockOSThread wires the current goroutine to its thread, which runs no other goroutine until UnlockOSThread has been
// called as often; calls nest. A goroutine that ends while locked ends its thread. UnlockOSThread without a lock does
// nothing.
void LockOSThread();
void UnlockOSThread();

// GC runs a cycle at once and waits for it: the memory of all stacks that no goroutine has goes back to the system, and
// the sync::Pools age. gort has no garbage; that is its collection. Cycles also run by themselves, see
// debug::SetGCPercent.
void GC();

inline constexpr std::string_view GOOS = "linux", GOARCH = "amd64", Compiler = "gort";
// Version names the Go release whose behaviour this is.
std::string_view Version();

// Stack writes the trace of the calling goroutine, or with all of every goroutine, into buf as an uncaught panic would
// show it, and returns the bytes written; what does not fit is cut off. all stops the other goroutines meanwhile.
[[gnu::noinline]] size_t Stack(std::span<char> buf, bool all);

// Func is a function in the program, as FuncForPC finds it. Name is in Go's form (main.f, main.(*T).m).
class Func {
 public:
  explicit operator bool() const { return entry_ != 0; }
  const std::string& Name() const { return name_; }
  uintptr_t Entry() const { return entry_; }
  // FileLine returns the source position of pc in this function.
  std::pair<std::string, int> FileLine(uintptr_t pc) const;

 private:
  friend Func FuncForPC(uintptr_t pc);
  std::string name_;
  uintptr_t entry_ = 0;
};
// FuncForPC returns the function that contains pc, an address or what Caller, Callers and Frames call one; with
// inlining, the innermost that is the program's own (or the one that pc names), but the entry of the outermost. Empty
// (false) if none does.
Func FuncForPC(uintptr_t pc);

struct CallerInfo {
  uintptr_t pc;
  std::string file;
  int line;
  bool ok;
};
// Caller describes the frame skip levels above its caller: 0 is the caller of Caller itself. ok is false beyond the
// stack. pc is the call's, as Frame's.
[[gnu::noinline]] CallerInfo Caller(int skip);

// Callers fills pcs with one return pc for each function on the calling goroutine's stack, innermost first, leaving out
// skip of them: 0 is Callers itself, 1 its caller. Returns how many. Of the runtime's functions, Caller and Callers
// show those that Go does, under its names: runtime.gopanic, runtime.panicmem, runtime.sigpanic, runtime.goexit and so
// on. Where several functions are inlined at an address, the innermost has that address; the pcs of the others say in
// their upper 16 bits which one they are for, and mean something to FuncForPC and CallersFrames only.
[[gnu::noinline]] int Callers(int skip, std::span<uintptr_t> pcs);

struct Frame {
  uintptr_t PC = 0;  // of the call: one less than the return pc
  std::string Function;
  std::string File;
  int Line = 0;
  uintptr_t Entry = 0;  // of the function that others are inlined into
};
// Frames goes through what Callers returned, one frame for each pc; addresses that no function contains are left out.
//   for (auto fs = CallersFrames(pcs);;) { auto [f, more] = fs.Next(); ...; if (!more) break; }
class Frames {
 public:
  explicit Frames(std::span<const uintptr_t> pcs);
  std::pair<Frame, bool> Next();

 private:
  void skip_unknown();
  std::vector<uintptr_t> pcs_;
  size_t next_ = 0;
};
inline Frames CallersFrames(std::span<const uintptr_t> pcs) {
  return Frames(pcs);
}

// KeepAlive does nothing; C++ objects live by their own rules.
template <class T>
void KeepAlive(const T&) {}

}  // namespace gort::runtime

namespace gort::rt {
// syscall_site is a place in the program where system calls are made. brief: they have come back soon, so far.
struct syscall_site {
  std::atomic<bool> brief{false};
};
void entersyscall(syscall_site& at);
void exitsyscall();
struct syscall_scope {
  // Inlined, for traces begin where entersyscall is called.
  [[gnu::always_inline]] explicit syscall_scope(syscall_site& at) { entersyscall(at); }
  ~syscall_scope() { exitsyscall(); }
  syscall_scope(const syscall_scope&) = delete;
  syscall_scope& operator=(const syscall_scope&) = delete;
};
}  // namespace gort::rt

namespace gort::runtime {

// blocking(f) runs f, which may block its thread (a system call, a std::mutex, a foreign library), and lets other
// goroutines use the processor meanwhile: at once if any is waiting; where functions of f's type have come back at once
// so far, or nobody waits, as soon as f has not come back for some 20 us. Returns f's result.
template <class F>
decltype(auto) blocking(F&& f) {
  static constinit rt::syscall_site at;
  rt::syscall_scope s(at);
  return std::forward<F>(f)();
}

}  // namespace gort::runtime
