// libgort_crash: gort::traceback::install() by being linked or preloaded, and a stack for signal handlers on every
// thread that the program creates, so that a thread which overflows its stack is traced, too.
//
// New threads are met by a pthread_create of our own before libc's: the shared library is found first, the static one
// is part of the program. The symbol gort_crash is what a link asks for (-u gort_crash, in the pkg-config file), lest
// the linker leave a library out that nobody calls.
#include <dlfcn.h>
#include <new>
#include <pthread.h>

#include <gort/traceback.h>

#include "runtime/signal_tasks.h"

extern "C" const char gort_crash = 1;

// A program that calls install needs no other library than this one. Weak: libgort has the same.
[[gnu::weak]] void gort::traceback::install() {
  rt::install_traceback();
}

namespace gort::rt {

namespace {

[[gnu::constructor]] void loaded() {
  install_traceback();
}

struct start {
  void* (*fn)(void*);
  void* arg;
};

struct signal_stack_of_thread {
  signal_stack_of_thread() { give_signal_stack(); }
  ~signal_stack_of_thread() { take_signal_stack_back(); }
};

void* thread_start(void* a) {
  start s = *static_cast<start*>(a);
  delete static_cast<start*>(a);
  signal_stack_of_thread stack;
  return s.fn(s.arg);
}

using creator = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

}  // namespace

// In this namespace, and pthread_create by another name, so that traces do not show it.
extern "C" int gort_create_thread(pthread_t* thread, const pthread_attr_t* attr, void* (*fn)(void*),
                                  void* arg) noexcept {
  static const auto real = reinterpret_cast<creator>(dlsym(RTLD_NEXT, "pthread_create"));
  auto* s = new (std::nothrow) start{fn, arg};
  if (s == nullptr) return real(thread, attr, fn, arg);
  int err = real(thread, attr, thread_start, s);
  if (err != 0) delete s;
  return err;
}

}  // namespace gort::rt

extern "C" [[gnu::alias("gort_create_thread")]] int pthread_create(pthread_t* thread, const pthread_attr_t* attr,
                                                                   void* (*fn)(void*), void* arg) noexcept;
