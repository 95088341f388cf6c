// The usual ways to give up: After in a select, and a timer that is stopped in time.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto work = make_chan<std::string>();
  select(recv(work, [](std::string w) { fmt::Println(w); }),
         recv(time::After(2 * time::Millisecond), [] { fmt::Println("gave up"); }));
  go([&] { work.send("done"); });
  auto t = time::NewTimer(time::Minute);
  select(recv(work, [&](std::string w) { fmt::Println(w, t->Stop()); }), recv(t->C, [] { fmt::Println("gave up"); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
