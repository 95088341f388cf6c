// A panic in New passes through Get; the pool goes on.
#include <gort/gort.h>

using namespace gort;

sync::Pool p;

any get() {
  return func<any>([](any& v) {
    defer([&] {
      if (any e = recover()) v = fmt::Sprint("recovered: ", e);
    });
    v = p.Get();
  });
}

void entry() {
  p.New = []() -> any { panic("no more"); };
  fmt::Println(get());
  p.Put(1);
  fmt::Println(p.Get() != nil);
  fmt::Println(get());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
