// A program for symtab_test.cc: each capture prints the caller's registers after unwinding and the stack above, and the
// words that a trace must show for the caller's arguments ("~" stands for a word that may be anything, "|" separates
// alternatives).
#include <array>
#include <cstdint>
#include <cstdio>
#include <link.h>
#include <memory>
#include <string>
#include <string_view>
#include <unwind.h>
#include <vector>

struct Dump {
  uintptr_t regs[2][17];
  uintptr_t cfa[2];
  int frame = 0;
};

static _Unwind_Reason_Code step(_Unwind_Context* c, void* p) {
  auto& d = *static_cast<Dump*>(p);
  int f = d.frame++ - 1;  // 0 is capture itself
  if (f < 0) return _URC_NO_REASON;
  if (f == 2) return _URC_END_OF_STACK;
  for (int r : {3, 6, 12, 13, 14, 15}) d.regs[f][r] = _Unwind_GetGR(c, r);
  d.regs[f][16] = _Unwind_GetIP(c);
  d.cfa[f] = _Unwind_GetCFA(c);  // libgcc: the value of rsp in this frame
  return _URC_NO_REASON;
}

__attribute__((noinline)) void capture(const char* want) {
  Dump d{};
  _Unwind_Backtrace(step, &d);
  uintptr_t bias = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* i, size_t, void* p) {
        *static_cast<uintptr_t*>(p) = i->dlpi_addr;
        return 1;
      },
      &bias);
  std::printf("args %zx %s\n", static_cast<size_t>(bias), want);
  for (int f = 0; f < 2; f++) {
    d.regs[f][7] = d.cfa[f];
    std::printf("%zx", static_cast<size_t>(f ? 0 : d.cfa[1]));
    for (uintptr_t r : d.regs[f]) std::printf(" %zx", static_cast<size_t>(r));
    std::printf("\n");
  }
  auto* sp = reinterpret_cast<const uintptr_t*>(d.cfa[0]);
  std::printf("%zx", static_cast<size_t>(d.cfa[0]));
  for (int i = 0; i < 400; i++) std::printf(" %zx", static_cast<size_t>(sp[i]));
  std::printf("\n");
}

#define KEEP(...) __asm__ volatile("" ::__VA_ARGS__ : "memory")
#define NOINLINE __attribute__((noinline))

struct Pair {
  long a;
  long b;
};
struct Deep {
  int x;
  struct {
    struct {
      struct {
        struct {
          int y;
        } d;
      } c;
    } b;
  } a;
};
struct Bits {
  unsigned a : 3, b : 5;
  int c;
};
struct ManyBits {
  long a : 40;
  unsigned b : 20;
  unsigned c : 4, d : 28;
  unsigned char e : 1, f : 7;
};
struct Empty {};
struct Object {
  int v = 7;
  NOINLINE void method(long k) {
    capture("~, 0x5");
    KEEP("r"(this), "r"(k));
  }
};

NOINLINE void ints(int a, long b, unsigned char c, bool d) {
  capture("0x1, 0x2, 0x3, 0x1");
  KEEP("r"(a), "r"(b), "r"(static_cast<int>(c)), "r"(static_cast<int>(d)));
}
NOINLINE void negative(int a, short b) {
  capture("0xffffffff, 0xfffe");
  KEEP("r"(a), "r"(static_cast<int>(b)));
}
NOINLINE void many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k) {
  capture("0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, ...");
  KEEP("r"(a + b + c + d + e + f), "r"(g + h + i + j + k));
}
NOINLINE void pair(Pair p, const char* s) {
  capture("{0x11, 0x22}, ~");
  KEEP("r"(p.a), "r"(p.b), "r"(s));
}
NOINLINE void deep(Deep d) {
  capture("{0x1, {{{{...}}}}}");
  KEEP("m"(d));
}
NOINLINE void bits(Bits b, ManyBits m) {
  capture("{0x1, 0x2, 0x3}, {0x4, 0x5, 0x6, 0x7, 0x1, 0x8}");
  KEEP("m"(b), "m"(m));
}
NOINLINE void array(std::array<int, 3> a, Empty e) {
  capture("{0x1, 0x2, 0x3}, {}");
  KEEP("m"(a), "m"(e));
}
NOINLINE void view(std::string_view v, std::string s, const std::string& r) {
  capture("{~, 0x3}, {~, 0x4}, {~, 0x4}");
  KEEP("m"(v), "m"(s), "m"(r));
}
NOINLINE void vec(std::vector<int> v, std::unique_ptr<int> p, std::shared_ptr<int> q) {
  capture("{~, 0x2, 0x2}, ~, {~, ~}");
  KEEP("m"(v), "m"(p), "m"(q));
}
NOINLINE void floats(double d, float f) {
  capture("0x3ff8000000000000, 0x3f800000");
  KEEP("m"(d), "m"(f));
}
template <class F>
NOINLINE void lambda(F f, int k) {
  f(k);
  KEEP("r"(k));
}

NOINLINE int calls(int argc) {
  volatile int one = argc;
  ints(one, 2, 3, true);
  negative(-one, -2);
  many(one, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  pair({one * 0x11, 0x22}, "x");
  Deep d{};
  d.x = one;
  deep(d);
  bits({static_cast<unsigned>(one), 2, 3}, {4, 5, 6, 7, static_cast<unsigned char>(one), 8});
  array({one, 2, 3}, {});
  view("abc", "four", std::string("four"));
  vec({one, 2}, std::make_unique<int>(1), std::make_shared<int>(2));
  floats(one * 1.5, static_cast<float>(one));
  Object{}.method(one + 4);
  lambda(
      [one](int x) __attribute__((noinline)) {
        capture("0x9");
        KEEP("r"(x + one));
      },
      one + 8);
  return 0;
}

int main(int argc, char**) {
  char above[8192] = {};  // what the dumps reach into
  KEEP("r"(above));
  int r = calls(argc);
  KEEP("r"(above));
  return r;
}
