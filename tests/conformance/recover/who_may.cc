// Who may recover: only a function that the panic itself has called. The cases of go1.22/src/p2.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

template <class F>
void attempt(const char* name, F f) {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer([&] {
        any r = recover();
        fmt::Println(std::string(name) + ": outer recover =", r);
      });
      f();
      fmt::Println(std::string(name) + ": f returned normally");
    });
  });
  done.recv();
}

struct T {
  int n = 0;
  void Rec() const { fmt::Println("  T.Rec recover:", recover()); }
  void PRec() { fmt::Println("  (*T).PRec recover:", recover()); }
};

struct Emb : T {};

any helper() {
  return recover();
}
void doRec() {
  fmt::Println("  doRec recover:", recover());
}

int namedResult() {
  return func<int>([&](int& x) {
    defer([&] {
      recover();
      x *= 2;
    });
    x = 21;
    panic("z");
  });
}

int unnamed() {
  return func<int>([&]() -> int {
    defer([] { recover(); });
    panic("z");
  });
}

void entry() {
  attempt("direct closure", [] {
    func([&] {
      defer([] { fmt::Println("  r:", recover()); });
      panic("p");
    });
  });
  attempt("defer recover()", [] {
    func([&] {
      defer(recover);
      panic("p");
    });
  });
  attempt("helper called by deferred", [] {
    func([&] {
      defer([] { fmt::Println("  r:", helper()); });
      panic("p");
    });
  });
  attempt("nested closure", [] {
    func([&] {
      defer([] {
        auto f = [] { fmt::Println("  r:", recover()); };
        f();
      });
      panic("p");
    });
  });
  attempt("defer inside deferred fn", [] {
    func([&] {
      defer([] {
        func([&] {  //
          defer([] { fmt::Println("  r:", recover()); });
        });
      });
      panic("p");
    });
  });
  attempt("defer recover() inside deferred fn", [] {
    func([&] {
      defer([] {
        func([&] {  //
          defer(recover);
        });
      });
      panic("p");
    });
  });
  attempt("method value", [] {
    func([&] {
      defer(&T::Rec, T{});
      panic("p");
    });
  });
  attempt("pointer method", [] {
    T t;
    func([&] {
      defer(&T::PRec, &t);
      panic("p");
    });
  });
  attempt("value method through a pointer", [] {
    T t;
    func([&] {
      defer(&T::Rec, &t);
      panic("p");
    });
  });
  attempt("embedded promoted", [] {
    func([&] {
      defer(&Emb::Rec, Emb{});
      panic("p");
    });
  });
  attempt("func var", [] {
    func([&] {
      auto f = doRec;
      defer(f);
      panic("p");
    });
  });
  attempt("defer func with args", [] {
    func([&] {
      defer([](int a) { fmt::Println("  r:", recover(), a); }, 3);
      panic("p");
    });
  });
  attempt("second defer sees nil", [] {
    func([&] {
      defer([] { fmt::Println("  second r:", recover()); });
      defer([] { fmt::Println("  first r:", recover()); });
      panic("p");
    });
  });
  attempt("recover then panic", [] {
    func([&] {
      defer([] { fmt::Println("  second r:", recover()); });
      defer([] {
        recover();
        panic("new");
      });
      panic("p");
    });
  });
  attempt("panic in defer replaces", [] {
    func([&] {
      defer([] {
        fmt::Println("  r:", recover());
        fmt::Println("  r2:", recover());
      });
      defer([] { panic("second"); });
      panic("first");
    });
  });
  attempt("inner panic recovered, outer continues", [] {
    func([&] {
      defer([] { fmt::Println("  final r:", recover()); });
      defer([] {
        func([&] {
          defer([] { fmt::Println("  inner r:", recover()); });
          panic("second");
        });
      });
      panic("first");
    });
  });
  attempt("nil panic", [] {
    func([&] {
      defer([] {
        any r = recover();
        fmt::Println("  r:", r);
        fmt::Println("  runtime.Error:", r.is<runtime::Error>());
      });
      panic(nil);
    });
  });
  attempt("defer nil func", [] {
    func([&] {
      void (*f)() = nullptr;
      defer([] { fmt::Println("  r:", recover()); });
      defer(f);
      fmt::Println("  body runs");
    });
  });
  attempt("D1/D2/D3", [] {
    func([&] {
      defer([] {
        any r = recover();
        fmt::Println("  D1 recovered", r);
      });
      defer([] {
        fmt::Println("  D2");
        panic("inner");
      });
      defer([] { fmt::Println("  D3 runs"); });
    });
  });
  attempt("recover in goexit", [] {
    func([&] {
      defer([] { fmt::Println("  recover during Goexit:", recover()); });
      runtime::Goexit();
    });
  });
  attempt("panic during goexit recovered", [] {
    func([&] {
      defer([] { fmt::Println("  last"); });
      defer([] { fmt::Println("  recover:", recover()); });
      defer([] { panic("in goexit defer"); });
      runtime::Goexit();
    });
  });
  attempt("goexit during panic", [] {
    func([&] {
      defer([] { fmt::Println("  after goexit-in-panic recover:", recover()); });
      defer([] { runtime::Goexit(); });
      panic("p");
    });
  });
  attempt("runtime error", [] {
    func([&] {
      defer([] {
        any r = recover();
        fmt::Println("  ", r.is<runtime::Error>(), r);
      });
      std::vector<int> a;
      at(a, 3);
    });
  });
  fmt::Println("named result after recover:", namedResult());
  fmt::Println("unnamed:", unnamed());
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
