// A context type of one's own in the middle: values, cancellation and cause pass through it.
#include <gort/gort.h>

using namespace gort;

struct traced : context::Embedded {
  using Embedded::Embedded;
  any Value(const any& key) const {
    if (key == any("who")) return "traced";
    return Embedded::Value(key);
  }
};

void entry() {
  auto [parent, cancel] = context::WithCancelCause(context::WithValue(context::Background(), "k", "v"));
  auto [child, stop] = context::WithCancel(traced(parent));
  fmt::Println(child.Value("who"), child.Value("k"), child.Err());
  cancel(errors::New("above"));
  child.Done().recv();
  fmt::Println(child.Err(), context::Cause(child));
  stop();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
