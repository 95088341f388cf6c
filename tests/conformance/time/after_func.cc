// AfterFunc runs its function in a goroutine of its own, unless it is stopped in time.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<bool>();
  time::AfterFunc(5 * time::Millisecond, [=] {
    fmt::Println("ran");
    done.close();
  });
  auto t = time::AfterFunc(time::Hour, [] { fmt::Println("never"); });
  done.recv();
  fmt::Println(t->Stop());
  auto again = make_chan<bool>();
  t = time::AfterFunc(time::Hour, [=] { again.send(true); });
  fmt::Println(t->Reset(time::Millisecond));
  again.recv();
  fmt::Println(t->Stop());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
