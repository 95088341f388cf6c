// A nil panic and Goexit in OnceFunc: what later calls see.
#include <gort/gort.h>

using namespace gort;

void try_(std::function<void()> f) {
  auto done = make_chan<bool>();
  go([done, f] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { fmt::Println("recovered:", recover()); });
      f();
      fmt::Println("returned");
    });
  });
  done.recv();
}

void entry() {
  auto f = sync::OnceFunc([] { panic(nil); });
  try_(f);
  try_(f);
  auto g = sync::OnceFunc([] { runtime::Goexit(); });
  try_(g);
  try_(g);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
