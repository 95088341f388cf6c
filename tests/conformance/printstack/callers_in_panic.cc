// Callers, CallersFrames, Caller and FuncForPC in a deferred function during a panic: the frames of the runtime
// between.
#include <span>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void show() {
  std::vector<uintptr_t> pcs(30);
  auto first = [&](int n) { return std::span(pcs).first(size_t(n)); };
  int n = runtime::Callers(0, pcs);
  auto frames = runtime::CallersFrames(first(n));
  for (int i = 0;; i++) {
    auto [frame, more] = frames.Next();
    uintptr_t pc = pcs[size_t(i)] - 1;
    fmt::Println(frame.Function, frame.PC == pc, runtime::FuncForPC(pc).Name() == frame.Function);
    if (!more) {
      fmt::Println(i + 1 == n);
      break;
    }
  }
  for (int skip = 0; skip < 9; skip++) {
    int n = runtime::Callers(skip + 1, pcs);
    auto [frame, _] = runtime::CallersFrames(first(n)).Next();
    auto caller = runtime::Caller(skip);
    if (!caller.ok) break;
    fmt::Println(skip, frame.Function, runtime::FuncForPC(caller.pc).Name());
  }
  recover();
}

volatile int* volatile nowhere;
std::vector<int> empty;

[[gnu::noinline]] void f(std::string what) {
  func([&] {
    defer(show);
    fmt::Println(what);
    if (what == "panic") {
      panic(what);
    } else if (what == "nil") {
      *nowhere = 1;
    } else if (what == "index") {
      int i = 5;
      fmt::Println(at(empty, i));
    } else if (what == "assertion") {
      any v = what;
      fmt::Println(v.must_as<int>());
    } else if (what == "close") {
      chan<int> c;
      c.close();
    }
  });
}

void entry() {
  f("panic");
  f("nil");
  f("index");
  f("assertion");
  f("close");
  f("return");
  auto done = make_chan<bool>();
  go([=] {
    f("panic");
    done.send(true);
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
