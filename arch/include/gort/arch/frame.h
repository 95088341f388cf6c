// Function frames: the records that tie `func`, `defer`, `panic` and `recover` to the stack, and what assembly knows of
// them.
//
// `func(body)` enters gort_gofunc (arch/amd64/gofunc.S), which lays a funcframe on the stack, links it to the
// goroutine, calls the body and afterwards the deferred calls. The stack of a function with deferred calls, growing
// down:
//
//     the function that contains `func`      (CFA of gofunc: funcframe + kFrameToCFA)
//     return address, rbp, rbx, r12..r15     saved by gofunc
//     funcframe                              <- rsp of gofunc while the body or a deferred call runs
//     the body, or a deferred call
//
// Frames of one goroutine are linked from the innermost outwards and are touched by that goroutine only.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gort::rt {

struct g;

// _defer is one pending deferred call: a header, then the closure. fn is called with the closure's address.
struct _defer {
  _defer* link;            // next older record of the frame; while the call runs, next older running record
  void (*fn)(void*);       // null: a deferred nil function, which faults when it is called
  void (*destroy)(void*);  // ends the closure after the call; null where there is nothing to do
  uint8_t wrapper;         // fn is gort's wrapper, which calls the user's function: recover looks through it
  uint8_t isrecover;       // the deferred function is recover itself
  uint8_t stdcallable;     // fn is a std::function or its like: recover looks through its frames
  uint8_t spare;
  int32_t statement;  // of a wrapper: where its defer statement is, counted from fn
  void* closure() { return this + 1; }
};

// framecold is what few frames have: records that did not fit into the frame, in chunks that double in size, and
// variables made by local<T>.
struct framecold;

// funcframe lives in gofunc's stack frame.
struct funcframe {
  funcframe* link;  // the frame of the caller, outwards
  _defer* defers;   // pending, newest first
  _defer* running;  // calls in progress, newest first (several only after a panic in one of them)
  framecold* cold;  // null for most
  uint32_t thunk;   // the body is gort's thunk around the user's: recover looks through it
  uint32_t spare;
  char* free;         // unused part of storage
  char storage[160];  // records that fit
};

inline constexpr size_t kFrameLink = 0, kFrameDefers = 8, kFrameRunning = 16, kFrameCold = 24, kFrameThunk = 32,
                        kFrameFree = 40, kFrameStorage = 48, kFrameSize = 216, kFrameToRBP = 256, kFrameToRetaddr = 264,
                        kFrameToCFA = 272;
static_assert(offsetof(funcframe, link) == kFrameLink && offsetof(funcframe, defers) == kFrameDefers);
static_assert(offsetof(funcframe, running) == kFrameRunning && offsetof(funcframe, cold) == kFrameCold);
static_assert(offsetof(funcframe, free) == kFrameFree && offsetof(funcframe, thunk) == kFrameThunk);
static_assert(offsetof(funcframe, storage) == kFrameStorage && sizeof(funcframe) <= kFrameSize);
static_assert(offsetof(_defer, link) == 0 && offsetof(_defer, fn) == 8 && offsetof(_defer, destroy) == 16);
static_assert(sizeof(_defer) == 32);

// gort_setpoint's frame: what lies below its saved rbp.
inline constexpr size_t kSetpointRoom = 48;

// gort_calldefer's frame: below the saved rbp the address of the closure, twice.
inline constexpr size_t kCalldeferRoom = 16, kCalldeferClosure = 8;

// The body of a select's case is called by a trampoline (gort/select.h) whose return address is marked: there stands a
// `nopl mark(%rax)`. recover and traces know by it that the body is a part of the function around the select.
inline constexpr uint32_t kCaseBodyMark = 0x45534143;   // the body itself has been called
inline constexpr uint32_t kCaseThunkMark = 0x4b4e4854;  // a thunk that calls the body

inline bool is_marked(uintptr_t return_pc, uint32_t mark) {
  constexpr uint8_t kNopl[] = {0x0f, 0x1f, 0x80};
  auto* code = reinterpret_cast<const uint8_t*>(return_pc);
  for (size_t i = 0; i < sizeof kNopl; i++)
    if (code[i] != kNopl[i]) return false;
  for (size_t i = 0; i < sizeof mark; i++)
    if (code[sizeof kNopl + i] != (mark >> 8 * i & 0xff)) return false;
  return true;
}

// ghead is the part of a goroutine that headers and assembly touch; struct g begins with it.
struct ghead {
  funcframe* frame;  // innermost function frame
};
static_assert(offsetof(ghead, frame) == 0);

extern "C" {
// gort_tls_g is the current goroutine of this thread. Never read it by name: a compiler may keep its address across a
// switch to another thread. getg is the only reader, stores are made by the switch.
extern __thread g* gort_tls_g __attribute__((tls_model("initial-exec")));
// gort_getg_thread makes this thread known to the runtime (an ordinary thread that uses goroutine constructs) and
// returns the g that stands for it.
g* gort_getg_thread();
}

// getg_or_null returns the g that this thread runs, null on a thread that the runtime has not met.
inline g* getg_or_null() {
  g* gp;
  asm volatile(
      "movq gort_tls_g@gottpoff(%%rip), %0\n\t"
      "movq %%fs:(%0), %0"
      : "=r"(gp));
  return gp;
}

inline g* getg() {
  g* gp = getg_or_null();
  return __builtin_expect(gp != nullptr, 1) ? gp : gort_getg_thread();
}

inline funcframe*& current_frame() {
  return reinterpret_cast<ghead*>(getg())->frame;
}

}  // namespace gort::rt
