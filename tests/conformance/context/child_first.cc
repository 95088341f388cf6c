// A child that was cancelled before its parent keeps its own cause.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [parent, cancel] = context::WithCancelCause(context::Background());
  auto [child, stop] = context::WithCancelCause(parent);
  stop(errors::New("child"));
  fmt::Println(parent.Err(), context::Cause(child));
  cancel(errors::New("parent"));
  fmt::Println(context::Cause(parent), context::Cause(child));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
