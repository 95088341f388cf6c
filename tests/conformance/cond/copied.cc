// Every method panics on a copy made after the first use.
#include <gort/gort.h>

using namespace gort;

void try_(const char* name, const std::function<void()>& f) {
  func([&] {
    defer([&] { fmt::Println(name, recover()); });
    f();
  });
}

void entry() {
  sync::Mutex mu;
  sync::Cond c(&mu);
  c.Signal();
  sync::Cond d = c;
  try_("Signal", [&] { d.Signal(); });
  try_("Broadcast", [&] { d.Broadcast(); });
  try_("Wait", [&] { d.Wait(); });
  try_("original", [&] { c.Broadcast(); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
