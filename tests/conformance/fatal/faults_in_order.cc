// What is written before a fault is written, what follows it is not, and a fault whose result nobody needs happens too.
#include <gort/gort.h>

using namespace gort;

struct point {
  int x, y;
};

struct record {
  int a, b, c, d, e, f, g, h;
};

point* nowhere;
record* norecord;
int zero;
int steps;

template <class F>
void attempt(const char* name, F f) {
  func([&] {
    defer([&] { fmt::Println(name, steps, recover()); });
    steps = 0;
    f();
  });
}

[[gnu::noinline]] void store(point* p) {
  steps = 1;
  p->x = 1;
  steps = 2;
}

[[gnu::noinline]] void store_twice(point* p) {
  p->x = 1;
  p->x = 2;
  steps = 1;
}

[[gnu::noinline]] void load(point* p) {
  steps = 1;
  steps = p->y;
  steps = 2;
}

[[gnu::noinline]] void divide(int a, int b) {
  steps = 1;
  steps = a / b;
  steps = 2;
}

[[gnu::noinline]] void local_step(point* p) {
  int step = 0;
  func([&] {
    defer([&] { fmt::Println("deferred call sees", step); });
    step = 1;
    p->y = 1;
    step = 2;
  });
}

[[gnu::noinline]] void result(point* p, int* out) {
  *out = 1;
  p->x = 5;
  *out = 2;
}

[[gnu::noinline]] void unused_load(point* p) {
  int v = p->x;
  (void)v;
  steps = 1;
}

[[gnu::noinline]] void unused_quotient(int a, int b) {
  int v = a / b;
  (void)v;
}

[[gnu::noinline]] void copies(record* from, record* to) {
  steps = 1;
  to->a = 5;
  *from = *to;
  steps = 2;
}

void entry() {
  attempt("store", [] { store(nowhere); });
  attempt("store twice", [] { store_twice(nowhere); });
  attempt("load", [] { load(nowhere); });
  attempt("divide", [] { divide(1, zero); });
  attempt("local", [] { local_step(nowhere); });
  int out = 0;
  attempt("result", [&] { result(nowhere, &out); });
  fmt::Println(out);
  attempt("unused load", [] { unused_load(nowhere); });
  attempt("unused quotient", [] { unused_quotient(1, zero); });
  record r{};
  attempt("copies", [&] { copies(norecord, &r); });
  fmt::Println(r.a);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
