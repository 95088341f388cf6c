// What the files of package sync share: the calls into the runtime, with Go's names, since a trace of a blocked
// goroutine begins with them.
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>

namespace gort::sync {

void runtime_Semacquire(std::atomic<uint32_t>* s);
void runtime_SemacquireMutex(std::atomic<uint32_t>* s, bool lifo, int64_t skipframes);
void runtime_SemacquireRWMutexR(std::atomic<uint32_t>* s, bool lifo, int64_t skipframes);
void runtime_SemacquireRWMutex(std::atomic<uint32_t>* s, bool lifo, int64_t skipframes);
void runtime_Semrelease(std::atomic<uint32_t>* s, bool handoff, int64_t skipframes);

struct notifyList;
uint32_t runtime_notifyListAdd(notifyList* l);
void runtime_notifyListWait(notifyList* l, uint32_t t);
void runtime_notifyListNotifyAll(notifyList* l);
void runtime_notifyListNotifyOne(notifyList* l);

// fatal ends the program with `fatal error: ` and the text; throw_ does so for errors that are gort's own.
[[noreturn]] void fatal(std::string_view s);
[[noreturn]] void throw_(std::string_view s);

}  // namespace gort::sync
