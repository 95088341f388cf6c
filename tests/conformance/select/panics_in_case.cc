// A send case on a closed channel panics when it is chosen; the panic may be recovered.
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string f() {
  return func<std::string>([&](std::string& result) {
    defer([&] { result = fmt::Sprint(recover()); });
    auto ch = make_chan<int>();
    ch.close();
    select(send(ch, 1, [&] { result = "sent"; }));
  });
}

void entry() {
  fmt::Println(f());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
