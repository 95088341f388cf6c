// Why a goroutine is parked: Go's wait reasons, as they stand between the brackets of a goroutine's header.
#pragma once
#include <cstdint>

namespace gort::rt {

enum class waitReason : uint8_t {
  Zero,
  GCAssistMarking,
  IOWait,
  ChanReceiveNilChan,
  ChanSendNilChan,
  PanicWait,
  Select,
  SelectNoCases,
  ChanReceive,
  ChanSend,
  ForceGCIdle,
  Semacquire,
  Sleep,
  SyncCondWait,
  SyncMutexLock,
  SyncRWMutexRLock,
  SyncRWMutexLock,
  StoppingTheWorld,
  Preempted,
  Coroutine,
  Count
};

inline const char* waitReasonString(waitReason r) {
  static constexpr const char* names[] = {"",
                                          "GC assist marking",
                                          "IO wait",
                                          "chan receive (nil chan)",
                                          "chan send (nil chan)",
                                          "panicwait",
                                          "select",
                                          "select (no cases)",
                                          "chan receive",
                                          "chan send",
                                          "force gc (idle)",
                                          "semacquire",
                                          "sleep",
                                          "sync.Cond.Wait",
                                          "sync.Mutex.Lock",
                                          "sync.RWMutex.RLock",
                                          "sync.RWMutex.Lock",
                                          "stopping the world",
                                          "preempted",
                                          "coroutine"};
  static_assert(sizeof(names) / sizeof(names[0]) == static_cast<unsigned>(waitReason::Count));
  return r < waitReason::Count ? names[static_cast<uint8_t>(r)] : "unknown wait reason";
}

}  // namespace gort::rt
