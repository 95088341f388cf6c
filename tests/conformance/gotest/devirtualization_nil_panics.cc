// Go's test/devirtualization_nil_panics.go: a method of a nil interface panics on its line, even if the variable is set
// later.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct A {
  virtual ~A() = default;
  virtual void M() = 0;
};

struct Impl : A {
  void M() override {}
} impl;

struct Impl2 : A {
  void M() override {}
} impl2;

int cnt = 0;
volatile int wantLine;  // g++ may move a plain store behind the load that faults

template <class F>
void shouldNilPanic(F f) {
  cnt++;
  func([&] {
    defer([] {
      any p = recover();
      if (!p) panic("no nil deref panic");
      if (fmt::Sprintf("%s", p).find("invalid memory address or nil pointer dereference") != std::string::npos) {
        std::vector<uintptr_t> callers(128);
        callers.resize(size_t(runtime::Callers(0, callers)));

        auto frames = runtime::CallersFrames(callers);
        int line = -1;
        for (auto [f, next] = frames.Next(); next; std::tie(f, next) = frames.Next()) {
          if (f.Function == fmt::Sprintf("main.main.func%v", cnt)) {
            line = f.Line;
            break;
          }
        }

        if (line != wantLine) panic(fmt::Sprintf("invalid line number in panic = %v; want = %v", line, int(wantLine)));
        return;
      }
      panic(p);
    });
    f();
  });
}

void entry() {
  shouldNilPanic([] {
    A* volatile v = nullptr;
    wantLine = __LINE__ + 1;
    v->M();
    v = &impl;
  });
  shouldNilPanic([] {
    A* volatile v = nullptr;
    func([&] {
      defer([&] { v = &impl; });
      wantLine = __LINE__ + 1;
      v->M();
    });
  });
  shouldNilPanic([] {
    A* volatile v = nullptr;
    auto f = [&] { v = &impl; };
    wantLine = __LINE__ + 1;
    v->M();
    f();
  });
  shouldNilPanic([] {
    A* volatile v = nullptr;
    func([&] {
      defer([&] {
        v = &impl;
        v = &impl2;
      });
      wantLine = __LINE__ + 1;
      v->M();
    });
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
