// A loop driven by a ticker, with work that comes in between and an end.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto tick = time::NewTicker(5 * time::Millisecond);
  recv_chan<time::Time> ticking = tick->C;
  auto work = make_chan<std::string>(2);
  auto quit = make_chan<bool>();
  work.send("first");
  work.send("second");

  int ticks = 0;
  std::vector<std::string> done;
  for (bool running = true; running;) {
    select(recv(ticking,
                [&](time::Time) {
                  ticks++;
                  fmt::Println("tick", ticks);
                  if (ticks == 2) tick->Reset(2 * time::Millisecond);  // faster from now on
                  if (ticks < 4) return;
                  tick->Stop();
                  ticking = nil;  // one more may be in the channel already; a nil channel is never ready
                  go([=] { quit.close(); });
                }),
           recv(work, [&](std::string w) { done.push_back(w); }), recv(quit, [&] { running = false; }));
  }
  while (auto w = work.try_recv()) done.push_back(*w);  // select takes any case that is ready: quit, perhaps
  for (const std::string& w : done) fmt::Println("work:", w);
  fmt::Println("stopped after", ticks, "ticks");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// tick 1
// tick 2
// tick 3
// tick 4
// work: first
// work: second
// stopped after 4 ticks
