// Waiting for a context that nobody can cancel any more.
#include <gort/gort.h>

using namespace gort;

std::string arg;

void entry() {
  auto ctx = context::Background();
  if (arg == "cancel") ctx = context::WithCancel(ctx).first;
  ctx.Done().recv();
}

int main(int argc, char** argv) {
  arg = argv[1];
  return gort::main(argc, argv, entry);
}
