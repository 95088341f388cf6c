// Go's test/chan/select3.go: which operations block, on nil, closed and other channels, alone and in a select.
#include <string>

#include <gort/gort.h>

using namespace gort;

const std::string always = "function did not";
const std::string never = "function did";

void unreachable() {
  panic("control flow shouldn't reach here");
}

template <class F>
void testPanic(std::string signal, F f) {
  func([&] {
    defer([&] {
      std::string s = never;
      if (recover()) s = always;
      if (s != signal) panic(signal + " panic");
    });
    f();
  });
}

template <class F>
void testBlock(std::string signal, F f) {
  auto c = make_chan<std::string>();
  go([=] {
    f();
    c.send(never);
  });
  go([=] {
    if (signal == never)
      time::Sleep(10 * time::Second);  // long enough not to miss the other on a slow machine
    else
      time::Sleep(10 * time::Millisecond);
    c.send(always);
  });
  if (c.recv() != signal) panic(signal + " block");
}

void entry() {
  constexpr int async = 1;
  chan<int> nilch;
  auto closedch = make_chan<int>();
  closedch.close();

  testBlock(always, [=] { nilch.send(7); });
  testBlock(always, [=] { nilch.recv(); });

  testPanic(never, [=] { select(send(nilch, 7, unreachable), otherwise()); });
  testPanic(never, [=] { select(recv(nilch, unreachable), otherwise()); });

  testBlock(never, [] {
    auto ch = make_chan<int>(async);
    ch.send(7);
  });

  testBlock(never, [=] {
    for (int i = 0; i < 10; i++) {
      if (closedch.recv() != 0) panic("expected zero value when reading from closed channel");
      if (auto [x, ok] = closedch.recv_ok(); x != 0 || ok) {
        println("closedch:", x, ok);
        panic("expected 0, false from closed channel");
      }
    }
  });

  testPanic(always, [=] { closedch.send(7); });

  testBlock(always, [] {
    auto ch = make_chan<int>();
    ch.recv();
  });

  testBlock(always, [] { select(); });

  testBlock(always, [=] { select(recv(nilch, unreachable)); });
  testBlock(always, [=] { select(send(nilch, 7, unreachable)); });
  testBlock(always, [=] { select(recv(nilch, unreachable), send(nilch, 7, unreachable)); });

  testBlock(always, [] {
    auto ch = make_chan<int>();
    select(recv(ch, unreachable));
  });

  testBlock(never, [] { select(otherwise()); });
  testBlock(never, [=] { select(recv(nilch, unreachable), otherwise()); });
  testBlock(never, [=] { select(send(nilch, 7, unreachable), otherwise()); });

  testBlock(never, [] {
    auto ch = make_chan<int>(async);
    select(send(ch, 7), otherwise(unreachable));
  });
  testBlock(never, [] {
    auto ch = make_chan<int>(async);
    ch.send(7);
    select(recv(ch), otherwise(unreachable));
  });

  testBlock(never, [=] { select(recv(closedch)); });
  testBlock(never, [=] { select(recv(closedch, [](int) {})); });
  testBlock(never, [=] { select(recv(closedch, [](int, bool) {})); });
  testPanic(always, [=] { select(send(closedch, 7)); });

  testBlock(always, [] {
    auto c = make_chan<int>();
    select(send(c, 1), recv(c));
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
