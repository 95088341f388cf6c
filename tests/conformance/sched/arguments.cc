// The arguments of a go statement are evaluated by the statement.
#include <string>

#include <gort/gort.h>

using namespace gort;

void show(chan<std::string> out, const char* what, int n) {
  out.send(fmt::Sprint(what, " ", n));
}

int next(int* p) {
  return ++*p;
}

void entry() {
  auto out = make_chan<std::string>();
  int n = 0;
  go(show, out, "first", next(&n));
  n = 100;
  fmt::Println(out.recv());
  go(show, out, "second", next(&n));
  n = 200;
  fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
