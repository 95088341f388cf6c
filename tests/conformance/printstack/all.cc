// runtime.Stack of all goroutines: the caller first, then the others in the order of creation.
#include <string>

#include <gort/gort.h>

using namespace gort;

void receive(chan<int> ch) {
  ch.recv();
}

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>();
  go(receive, a);
  go([&] { b.send(1); });
  go([] { select(); });
  go([] { time::Sleep(time::Hour); });
  std::string buf(1 << 16, '\0'), text;
  for (auto state : {"[chan receive]", "[chan send]", "[select (no cases)]", "[sleep]"}) {
    while (text.find(state) == text.npos) {
      runtime::Gosched();
      text = buf.substr(0, runtime::Stack(buf, true));
    }
  }
  print(text);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
