#include <optional>
#include <string>

#include <gort/gort.h>

using namespace gort;

struct big {
  int a, b, c, d;
};

[[gnu::noinline]] any helper() {
  return recover();
}

[[gnu::noinline]] any selectIn(chan<int> c) {
  any e;
  select(recv(c, [&] { e = recover(); }), recv(make_chan<int>(), [] {}));
  return e;
}

[[gnu::noinline]] void deferred(const char* name) {
  std::string how = name;
  auto ints = make_chan<int>(1);
  ints.send(5);
  auto other = make_chan<int>();
  if (how == "direct") {
    select(recv(ints, [&](int v, bool ok) { println("int", v, ok, recover() != nil); }), recv(other, [] {}));
  } else if (how == "string") {
    auto words = make_chan<std::string>(1);
    words.send("word");
    select(recv(words, [&](std::string v) { println(v, recover() != nil); }), recv(other, [] {}));
  } else if (how == "optional") {
    auto bigs = make_chan<big>(1);
    bigs.send(big{1, 2, 3, 4});
    select(recv(bigs, [&](std::optional<big> v) { println(v->a, v->b, v->c, v->d, v.has_value(), recover() != nil); }),
           recv(other, [] {}));
  } else if (how == "send") {
    auto out = make_chan<int>(1);
    select(send(out, 7, [&] { println("sent", recover() != nil); }), recv(other, [] {}));
  } else if (how == "otherwise") {
    select(recv(other, [] {}), otherwise([&] { println("default", recover() != nil); }));
  } else if (how == "nested") {
    select(recv(ints, [&] { select(recv(other, [] {}), otherwise([&] { println("nested", recover() != nil); })); }),
           recv(other, [] {}));
  } else if (how == "helper") {
    select(recv(ints,
                [&] {
                  bool h = helper() != nil;
                  println("helper", h, recover() != nil);
                }),
           recv(other, [] {}));
  } else if (how == "inhelper") {
    bool h = selectIn(ints) != nil;
    println("in helper", h, recover() != nil);
  } else if (how == "literal") {
    select(recv(ints,
                [&] {
                  auto literal = [] { return recover(); };
                  bool h = literal() != nil;
                  println("literal", h, recover() != nil);
                }),
           recv(other, [] {}));
  }
}

[[gnu::noinline]] void recovers(const char* how) {
  func([&] {
    defer(deferred, how);
    panic("value");
  });
}

[[gnu::noinline]] void stack(int n) {
  auto c = make_chan<int>(1);
  c.send(n);
  select(recv(c,
              [&](int v) {
                println(v);
                debug::PrintStack();
                auto literal = [] { debug::PrintStack(); };
                literal();
              }),
         recv(make_chan<int>(), [] {}));
}

[[gnu::noinline]] void caller(int n) {
  auto c = make_chan<int>(1);
  c.send(n);
  select(recv(c,
              [&] {
                int line1 = runtime::Caller(0).line;
                int line2 = runtime::Caller(0).line;
                println(line2 - line1);
                println(runtime::FuncForPC(runtime::Caller(0).pc).Name());
                uintptr_t pcs[10];
                int n = runtime::Callers(1, pcs);
                auto frames = runtime::CallersFrames(std::span(pcs, size_t(n)));
                for (;;) {
                  auto [f, more] = frames.Next();
                  println(f.Function);
                  if (!more || f.Function == "main.main") break;
                }
                println(runtime::FuncForPC(runtime::Caller(1).pc).Name());
                println(runtime::Callers(2, pcs) > 0);
                println(runtime::CallersFrames(std::span(pcs, 1)).Next().first.Function);
              }),
         recv(make_chan<int>(), [] {}));
}

[[gnu::noinline]] void panics(int n) {
  auto c = make_chan<int>(1);
  c.send(n);
  select(recv(c, [&](int v) { panic(v); }), recv(make_chan<int>(), [] {}));
}

static std::string how;

void entry() {
  if (how == "stack") {
    stack(3);
  } else if (how == "caller") {
    caller(3);
  } else if (how == "panics") {
    panics(3);
  } else {
    recovers(how.c_str());
    println("done");
  }
}

int main(int argc, char** argv) {
  how = argc > 1 ? argv[1] : "";
  return gort::main(argc, argv, entry);
}
