// A channel of channels: a request carries where its answer goes.
#include <gort/gort.h>

using namespace gort;

struct request {
  int n;
  chan<int> reply;
};

void entry() {
  auto requests = make_chan<request>();
  go([=] {
    for (request r : requests) r.reply.send(r.n * 2);
  });
  for (int i = 1; i <= 3; i++) {
    request r{i, make_chan<int>()};
    requests.send(r);
    fmt::Println(r.reply.recv());
  }
  requests.close();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
