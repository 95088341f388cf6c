// A child of a cancelled context is cancelled from the start.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [parent, cancel] = context::WithCancelCause(context::Background());
  cancel(errors::New("over"));
  auto [child, stop] = context::WithTimeout(parent, time::Hour);
  fmt::Println(child.Err(), context::Cause(child));
  auto [grandchild, stop2] = context::WithCancelCause(child);
  stop2(errors::New("too late"));
  fmt::Println(grandchild.Err(), context::Cause(grandchild));
  stop();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
