// Every misuse of a channel is a panic that may be recovered, with Go's text.
#include <string>

#include <gort/gort.h>

using namespace gort;

template <class F>
void attempt(const char* name, F f) {
  func([&] {
    defer([&] { fmt::Println(std::string(name) + ":", recover()); });
    f();
  });
}

void entry() {
  attempt("close nil", [] {
    chan<int> ch;
    ch.close();
  });
  attempt("close closed", [] {
    auto ch = make_chan<int>();
    ch.close();
    ch.close();
  });
  attempt("send on closed", [] {
    auto ch = make_chan<int>(1);
    ch.close();
    ch.send(1);
  });
  attempt("select send on closed", [] {
    auto ch = make_chan<int>(1);
    ch.close();
    select(send(ch, 1, [] {}), otherwise([] {}));
  });
  attempt("negative size", [] {
    int n = -1;
    make_chan<int>(n);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
