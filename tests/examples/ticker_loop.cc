// A loop driven by a ticker, with work that comes in between and an end.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto tick = time::NewTicker(5 * time::Millisecond);
  auto work = make_chan<std::string>(2);
  auto quit = make_chan<bool>();
  work.send("first");
  work.send("second");

  int ticks = 0;
  for (bool running = true; running;) {
    select(recv(tick->C,
                [&](time::Time) {
                  ticks++;
                  fmt::Println("tick", ticks);
                  if (ticks == 2) tick->Reset(2 * time::Millisecond);  // faster from now on
                  if (ticks == 4) go([=] { quit.close(); });
                }),
           recv(work, [](std::string w) { fmt::Println("work:", w); }), recv(quit, [&] { running = false; }));
    if (ticks == 4) tick->Stop();
  }
  fmt::Println("stopped after", ticks, "ticks");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// work: first
// work: second
// tick 1
// tick 2
// tick 3
// tick 4
// stopped after 4 ticks
