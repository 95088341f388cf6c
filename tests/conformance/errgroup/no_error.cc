// A group without tasks, and one whose tasks all succeed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  errgroup::Group empty, g;
  fmt::Println(empty.Wait());
  std::atomic<int> sum{0};
  for (int i = 1; i <= 4; i++) {
    g.Go([&, i]() -> error {
      sum += i;
      return nil;
    });
  }
  error err = g.Wait();
  fmt::Println(err, sum.load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
