// The first cause counts, for the context and its descendants; Err stays Canceled.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [parent, cancel] = context::WithCancelCause(context::Background());
  auto [child, stop] = context::WithCancelCause(parent);
  auto value = context::WithValue(child, "k", 1);
  fmt::Println(context::Cause(parent), context::Cause(value));
  cancel(errors::New("first"));
  cancel(errors::New("second"));
  stop(errors::New("child's own"));
  for (const auto& ctx : {parent, child, value}) fmt::Println(ctx.Err(), context::Cause(ctx));
  auto [other, cancelOther] = context::WithCancelCause(context::Background());
  cancelOther(nil);
  fmt::Println(other.Err(), context::Cause(other));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
