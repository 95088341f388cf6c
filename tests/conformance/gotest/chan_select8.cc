// Go's test/chan/select8.go: a case's body may be left early.
#include <gort/gort.h>

using namespace gort;

auto ch = make_chan<int>();
bool leave = true;

void body() {
  if (leave) return;
  panic("unreachable");
}

void entry() {
  go([] {
    for (;;) ch.send(5);
  });

  select(recv(ch, body));
  select(otherwise(body));
  select(recv(ch, body), otherwise(body));
  select(recv(ch, body), send(ch, 10, [] { panic("unreachable"); }), otherwise(body));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
