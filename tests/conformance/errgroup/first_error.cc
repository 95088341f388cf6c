// Wait returns the first error, when all have ended.
#include <gort/gort.h>

using namespace gort;

void entry() {
  errgroup::Group g;
  auto failed = make_chan<bool>();
  g.Go([&]() -> error {
    failed.recv();
    time::Sleep(2 * time::Millisecond);
    fmt::Println("slow one ends");
    return errors::New("second");
  });
  g.Go([&]() -> error {
    return func<error>([&]() -> error {
      defer([&] { failed.close(); });
      return errors::New("first");
    });
  });
  g.Go([]() -> error { return nil; });
  fmt::Println(g.Wait());
  fmt::Println(g.Wait());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
