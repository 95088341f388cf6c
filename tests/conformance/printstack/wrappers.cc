#include <cstring>
#include <string_view>

#include <gort/gort.h>

using namespace gort;

struct St {
  int n = 0;
  void add(int k) { n += k; }
};

[[gnu::noinline]] int helper(int k) {
  asm volatile("");
  return k;
}

[[gnu::noinline]] void plain() {
  asm volatile("");
}

[[gnu::noinline]] void deferpanic(int n) {
  St s;
  func([&] {
    defer(helper, n);
    defer(plain);
    defer(&St::add, &s, 1);
    go(helper, n);
    defer(panic, "one");
    defer([] { println("literal"); });
    defer([](int k) { panic(k); }, n);
  });
}

static std::string_view which;

void entry() {
  func([&] {
    if (which == "deferpanic") {
      deferpanic(3);
    } else if (which == "nildefer") {
      void (*g)(int) = nullptr;
      defer(g, 1);
    } else if (which == "nilgo") {
      void (*g)(int) = nullptr;
      go(g, 1);
      time::Sleep(time::Minute);
    } else if (which == "gopanic") {
      defer(helper, 2);
      go(panic, "in go");
      time::Sleep(time::Minute);
    } else if (which == "inliteral") {
      auto literal = [] {
        func([] {
          defer(helper, 1);
          auto inner = [] { func([] { defer(panic, "deep"); }); };
          inner();
        });
      };
      literal();
    } else if (which == "unstarted") {
      char buf[10000];
      std::string_view text;
      // On a slow machine they may have run before the first trace is ready.
      while (text.find("[runnable]") == text.rfind("[runnable]")) {
        while (runtime::NumGoroutine() > 1) runtime::Gosched();
        go(helper, 1);
        go(plain);
        text = {buf, runtime::Stack(buf, true)};
      }
      println(text);
    }
  });
}

int main(int argc, char** argv) {
  which = argc > 1 ? argv[1] : "";
  return gort::main(argc, argv, entry);
}
