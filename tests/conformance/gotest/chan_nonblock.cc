// Go's test/chan/nonblock.go: a select with a default neither blocks nor misses a partner that waits.
#include <cstdint>
#include <string>

#include <gort/gort.h>

using namespace gort;

void i32receiver(chan<int32_t> c, chan<bool> strobe) {
  if (c.recv() != 123) panic("i32 value");
  strobe.send(true);
}

void i32sender(chan<int32_t> c, chan<bool> strobe) {
  c.send(234);
  strobe.send(true);
}

void i64receiver(chan<int64_t> c, chan<bool> strobe) {
  if (c.recv() != 123456) panic("i64 value");
  strobe.send(true);
}

void i64sender(chan<int64_t> c, chan<bool> strobe) {
  c.send(234567);
  strobe.send(true);
}

void breceiver(chan<bool> c, chan<bool> strobe) {
  if (!c.recv()) panic("b value");
  strobe.send(true);
}

void bsender(chan<bool> c, chan<bool> strobe) {
  c.send(true);
  strobe.send(true);
}

void sreceiver(chan<std::string> c, chan<bool> strobe) {
  if (c.recv() != "hello") panic("s value");
  strobe.send(true);
}

void ssender(chan<std::string> c, chan<bool> strobe) {
  c.send("hello again");
  strobe.send(true);
}

recv_chan<time::Time> ticker;

void sleep() {
  ticker.recv();
  ticker.recv();
  runtime::Gosched();
  runtime::Gosched();
  runtime::Gosched();
}

constexpr int maxTries = 10000;

// tries repeats a select until it goes ahead; missed says what could not be done.
template <class F, class M>
void tries(F attempt, M missed) {
  for (int n = 0; !attempt();) {
    n++;
    if (n > maxTries) missed();
    sleep();
  }
}

// check has a receiver take value and a sender give answer, on a channel with and without a buffer.
template <class T, class R, class S>
void check(const char* kind, int buffer, chan<T> c, R receiver, T value, S sender, T answer) {
  auto sync = make_chan<bool>();
  auto fail = [&](const char* who) {
    println(who, "of", kind, "buffer=", buffer);
    panic("fail");
  };
  auto went = [](int index) { return index == 0; };

  go(receiver, c, sync);
  tries([&] { return went(select(send(c, value), otherwise())); }, [&] { fail("receiver"); });
  sync.recv();

  T got{};
  go(sender, c, sync);
  if (buffer > 0) sync.recv();
  tries([&] { return went(select(recv(c, &got), otherwise())); }, [&] { fail("sender"); });
  if (got != answer) panic(std::string(kind) + " sender value");
  if (buffer == 0) sync.recv();
}

void entry() {
  ticker = time::Tick(10 * time::Microsecond);
  for (int buffer = 0; buffer < 2; buffer++) {
    auto c32 = make_chan<int32_t>(buffer);
    auto c64 = make_chan<int64_t>(buffer);
    auto cb = make_chan<bool>(buffer);
    auto cs = make_chan<std::string>(buffer);

    select(recv(c32, [](int32_t) { panic("blocked i32sender"); }), otherwise());
    select(recv(c64, [](int64_t) { panic("blocked i64sender"); }), otherwise());
    select(recv(cb, [](bool) { panic("blocked bsender"); }), otherwise());
    select(recv(cs, [](std::string) { panic("blocked ssender"); }), otherwise());

    check<int32_t>("i32", buffer, c32, i32receiver, 123, i32sender, 234);
    check<int64_t>("i64", buffer, c64, i64receiver, 123456, i64sender, 234567);
    check<bool>("bool", buffer, cb, breceiver, true, bsender, true);
    check<std::string>("string", buffer, cs, sreceiver, "hello", ssender, "hello again");
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
