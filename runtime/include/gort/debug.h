// gort/debug.h: Go's package runtime/debug.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gort::debug {

// Stack returns the trace of the calling goroutine, as PrintStack would print it.
[[gnu::noinline]] std::string Stack();

// PrintStack writes the trace of the calling goroutine to standard error.
[[gnu::noinline]] void PrintStack();

// SetTraceback sets what an uncaught panic prints: none, single, all, system, crash or a number, as the environment
// variable GOTRACEBACK; it cannot show less than that variable asked for.
void SetTraceback(std::string_view level);

// SetMaxStack sets the limit of a goroutine's stack in bytes (default 1000000000) and returns the previous one. The
// largest power of two not above it is what recursion may use; it applies to the large stacks that the first 1024
// goroutines have.
int SetMaxStack(int bytes);

// SetMaxThreads sets the limit of threads (default 10000) and returns the previous one; a program that exceeds it dies.
int SetMaxThreads(int threads);

// SetPanicOnFault makes a fault at any address, not only near null, a panic in the current goroutine, whose error has
// Addr(); returns the previous setting.
bool SetPanicOnFault(bool enabled);

// FreeOSMemory gives memory of free goroutine stacks back to the system.
void FreeOSMemory();

}  // namespace gort::debug
