// Go's test/fixedbugs/issue19201.go: a case's body sees the variables around the select as they are.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

chan<int> ch1 = make_chan<int>();
chan<int> ch2 = make_chan<int>();

const unsigned char bin[] = {'a', 0, 0, 1};

uint32_t bigEndian(const unsigned char* b) {
  return uint32_t(b[0]) << 24 | uint32_t(b[1]) << 16 | uint32_t(b[2]) << 8 | b[3];
}

const uint32_t want = bigEndian(bin);

struct msg {
  uint32_t code = 0;
};

struct consumer {
  virtual ~consumer() = default;
  virtual void consume(msg) = 0;
};

struct noopConsumer : consumer {
  void consume(msg) override {}
} noop;

consumer* c = &noop;

void entry() {
  ch1.close();
  msg m;
  m.code = bigEndian(bin);

  select(recv(ch1,
              [&] {
                c->consume(m);
                if (m.code != want) panic("BigEndian read failed");
              }),
         recv(ch2));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
