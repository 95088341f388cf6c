// Fan-in with select: several sources, one loop. A source that has ended becomes a nil channel, which select never
// chooses again.
#include <gort/gort.h>

using namespace gort;

recv_chan<std::string> source(std::string name, int n, time::Duration pause) {
  auto out = make_chan<std::string>();
  go([=] {
    for (int i = 1; i <= n; i++) {
      time::Sleep(pause);
      out.send(fmt::Sprintf("%s %d", name, i));
    }
    out.close();
  });
  return out;
}

void entry() {
  auto fast = source("fast", 6, 2 * time::Millisecond);
  auto slow = source("slow", 3, 5 * time::Millisecond);
  auto timeout = time::After(time::Minute);

  int from_fast = 0, from_slow = 0;
  while (fast != nil || slow != nil) {
    select(recv(fast,
                [&](std::string, bool ok) {
                  if (!ok)
                    fast = nil;
                  else
                    from_fast++;
                }),
           recv(slow,
                [&](std::string, bool ok) {
                  if (!ok)
                    slow = nil;
                  else
                    from_slow++;
                }),
           recv(timeout, [] { panic("the sources hang"); }));
  }
  fmt::Println(from_fast, "from the fast one,", from_slow, "from the slow one");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// 6 from the fast one, 3 from the slow one
