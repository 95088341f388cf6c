// As many tasks at a time as the limit allows, and never more.
#include <gort/gort.h>

using namespace gort;

void entry() {
  errgroup::Group g;
  g.SetLimit(2);
  std::atomic<int> running{0}, most{0};
  auto meet = make_chan<bool>();
  for (int i = 0; i < 6; i++) {
    g.Go([&]() -> error {
      int n = ++running;
      for (int m = most; n > m && !most.compare_exchange_weak(m, n);) {
      }
      select(send(meet, true), recv(meet));  // waits for another task
      running--;
      return nil;
    });
  }
  error err = g.Wait();
  fmt::Println(err, most.load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
