// A program for traceback_test.cc: at several places it writes down the stack as gort sees it, frame by frame, and
// stops there for gdb to do the same.
#include <gort/gort.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include "runtime/symtab/symtab.h"
#include "runtime/unwind.h"

using namespace gort;
namespace symtab = gort::rt::symtab;

#define NOINLINE [[gnu::noinline]]

// For gdb: a breakpoint is set here.
extern "C" NOINLINE void stop_here(const char* where) {
  asm volatile("" ::"r"(where) : "memory");
}

NOINLINE void observe(const char* where) {
  uintptr_t pcs[128];
  int n = rt::callers(pcs, 128, 0);
  printf("at %s\n", where);
  symtab::Hold hold;
  for (int i = 1; i < n; i++) {  // the first is in this function
    symtab::Location l[40];
    int logical = symtab::locate(pcs[i], false, l, 40);
    for (int j = 0; j < logical; j++) {
      const char* base = strrchr(l[j].file, '/');
      printf("%s %#lx %s:%d\n", l[j].inlined ? "inlined" : "call", pcs[i], base ? base + 1 : l[j].file, l[j].line);
    }
  }
  printf("end\n");
  fflush(stdout);
  stop_here(where);
}

namespace shapes {

struct Base {
  virtual ~Base() = default;
  virtual int area(int scale) const = 0;
};
struct Square final : Base {
  int side;
  explicit Square(int s) : side(s) {}
  int area(int scale) const override {
    observe("virtual");
    return side * side * scale;
  }
};

}  // namespace shapes

static inline int inner(int x) {
  observe("inlined");
  return x + 1;
}
static inline int middle(int x) {
  return inner(x * 2) + 1;
}
NOINLINE int outer(int x) {
  return middle(x + 3) * 2;
}

template <class T>
NOINLINE T generic(T v, int depth) {
  if (depth == 0) {
    observe("template");
    return v;
  }
  return generic(v, depth - 1) + 1;
}

NOINLINE void recurse(int n, const std::vector<int>& v) {
  if (n == 0) return observe("recursion");
  std::vector<int> copy = v;  // a frame with a cleanup
  copy.push_back(n);
  recurse(n - 1, copy);
}

NOINLINE void variable_frame(int n) {
  char* room = static_cast<char*>(__builtin_alloca(size_t(n)));
  memset(room, 1, size_t(n));
  observe("alloca");
  asm volatile("" ::"r"(room) : "memory");
}

NOINLINE void aligned_frame() {
  alignas(64) char room[64];
  memset(room, 1, sizeof room);
  asm volatile("" ::"r"(room) : "memory");
  observe("aligned");
  asm volatile("" ::"r"(room) : "memory");
}

NOINLINE void many_arguments(int a, int b, int c, int d, int e, int f, int g, int h, long i) {
  if (a + b + c + d + e + f + g + h + i > 0) observe("arguments");
  asm volatile("" ::: "memory");
}

static void handler(int) {
  observe("signal");
}

void entry() {
  volatile int three = 3;
  asm volatile("" ::"r"(outer(three)) : "memory");
  shapes::Square s(three);
  const shapes::Base* b = &s;
  asm volatile("" : "+r"(b));
  asm volatile("" ::"r"(b->area(three)) : "memory");
  asm volatile("" ::"r"(generic(three + 0.5, three)) : "memory");
  recurse(three, {1, 2});
  variable_frame(100 * three);
  aligned_frame();
  many_arguments(three, 2, 3, 4, 5, 6, 7, 8, 9);
  std::function<void(int)> f = [&](int x) {
    if (x == three) observe("function");
  };
  f(three);
  func([&] {
    defer([&] { recover(); });
    defer([&] { observe("panicking"); });
    panic("x");
  });
  ::signal(SIGUSR2, handler);
  raise(SIGUSR2);
  auto done = make_chan<int>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      observe("goroutine");
    });
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
