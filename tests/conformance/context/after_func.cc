// AfterFunc runs its function once the context is done, on a goroutine of its own; stop prevents it.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto ran = make_chan<std::string>(3);
  auto stopA = context::AfterFunc(ctx, [ran] { ran.send("a"); });
  auto stopB = context::AfterFunc(ctx, [ran] { ran.send("b"); });
  bool first = stopB();
  fmt::Println(first, stopB());
  cancel();
  std::string who = ran.recv();
  fmt::Println(who, stopA());
  auto stopC = context::AfterFunc(ctx, [ran] { ran.send("c"); });
  who = ran.recv();
  bool stopped = stopC();
  fmt::Println(who, stopped, ran.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
