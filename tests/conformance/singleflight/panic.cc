// A panic of the function comes out of Do as an error with the value and the stack; Goexit ends the caller.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  auto done = make_chan<bool>();
  go([&, done] {
    func([&] {
      defer([&] { done.close(); });
      defer([] {
        any v = recover();
        if (auto* err = v.as<error>()) {
          std::string text = err->Error();
          fmt::Printf("%T %q %v\n", *err, text.substr(0, text.find('\n')), errors::Unwrap(*err));
        } else {
          fmt::Println(v);
        }
      });
      f();
    });
  });
  done.recv();
}

void entry() {
  singleflight::Group g;
  try_([&] { g.Do("k", []() -> std::pair<any, error> { panic("invalid"); }); });
  try_([&] { g.Do("k", []() -> std::pair<any, error> { panic(errors::New("an error")); }); });
  try_([&] {
    g.Do("k", [] {
      runtime::Goexit();
      return std::pair<any, error>(nil, nil);
    });
    fmt::Println("not reached");
  });
  auto [v, err, shared] = g.Do("k", [] { return std::pair<any, error>("works again", nil); });
  fmt::Println(v, err, shared);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
