// gort/os/exit.h: the end of the process.
#ifndef GORT_OS_EXIT_H_
#define GORT_OS_EXIT_H_

namespace gort::os {

// Exit ends the process at once, with the low eight bits of code as its status: no deferred call runs, no destructor
// and no function given to atexit, and nobody waits for other goroutines. What stdout has buffered is written first,
// unless another thread is just writing there. Any thread may call it; ::exit, on the other hand, destroys static
// objects while goroutines still use them.
//
//   if (err != nil) {
//     fmt::Println(err);
//     os::Exit(1);
//   }
[[noreturn]] void Exit(int code);

}  // namespace gort::os

#endif
