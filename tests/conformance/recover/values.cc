// What is thrown comes out of recover with its type and value.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct myErr {
  int code;
  std::string Error() const { return "myErr " + std::to_string(code); }
};

struct plain {
  int a, b;
};

any caught(any v) {
  return func<any>([&](any& r) {
    defer([&] { r = recover(); });
    panic(v);
  });
}

void entry() {
  fmt::Println(caught(42).must_as<int>());
  fmt::Println(caught("text").must_as<std::string>());
  fmt::Println(caught(true).must_as<bool>());
  fmt::Println(caught(errors::New("e")).must_as<error>().Error());
  fmt::Println(caught(myErr{7}).must_as<myErr>().code);
  fmt::Println(caught(myErr{8}).must_as<error>().Error());
  fmt::Println(caught(plain{1, 2}).must_as<plain>().b);
  plain p{3, 4};
  fmt::Println(caught(&p).must_as<plain*>() == &p);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
