// NumGoroutine counts user goroutines; GOMAXPROCS returns the setting before.
#include <gort/gort.h>

using namespace gort;

void entry() {
  fmt::Println(runtime::NumGoroutine());
  auto stop = make_chan<bool>();
  for (int i = 0; i < 5; i++) go([=] { stop.recv(); });
  fmt::Println(runtime::NumGoroutine());
  int before = runtime::GOMAXPROCS(3), same = runtime::GOMAXPROCS(-1);
  fmt::Println(before, same, runtime::GOMAXPROCS(0));
  stop.close();
  while (runtime::NumGoroutine() > 1) runtime::Gosched();
  fmt::Println(runtime::NumGoroutine());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
