// What io's functions do with a reader or writer that claims more than it was given.
#include <gort/gort.h>

using namespace gort;

struct greedyReader {
  io::Result Read(io::Bytes b) { return {b.size() + 5, nil}; }
};

struct greedyWriter {
  error err;
  io::Result Write(io::ConstBytes b) { return {b.size() + 5, err}; }
};

struct lazyWriter {
  io::Result Write(io::ConstBytes b) { return {b.size() - 1, nil}; }
};

struct oneByte {
  int left;
  io::Result Read(io::Bytes b) {
    if (left == 0) return {0, io::EOF};
    left--;
    b.data()[0] = 'x';
    return {1, nil};
  }
};

template <class F>
void try_(std::string_view what, F f) {
  func([&] {
    defer([&] {
      if (any e = recover()) fmt::Println(what, "panics:", e);
    });
    auto [n, err] = f();
    fmt::Println(what, n, err);
  });
}

void entry() {
  char eight[8];
  try_("copy to a greedy writer", [] { return io::Copy(greedyWriter{}, oneByte{2}); });
  try_("with an error", [] { return io::Copy(greedyWriter{io::ErrClosedPipe}, oneByte{2}); });
  try_("copy to a lazy writer", [] { return io::Copy(lazyWriter{}, oneByte{2}); });
  try_("copy from a greedy reader", [] { return io::Copy(lazyWriter{}, greedyReader{}); });
  try_("read all of it", [] { return io::ReadAll(greedyReader{}); });
  try_("read at least", [&] { return io::ReadAtLeast(greedyReader{}, eight, 4); });
  try_("read full", [&] { return io::ReadFull(greedyReader{}, eight); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
