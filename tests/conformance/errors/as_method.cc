// An error's own As may fill in another type.
#include <gort/gort.h>

using namespace gort;

struct inner {
  int n;
  std::string Error() const { return fmt::Sprint("inner ", n); }
};

struct outer {
  std::string Error() const { return "outer"; }
  bool As(any target) const {
    if (auto p = target.as<inner*>()) {
      **p = inner{7};
      return true;
    }
    return false;
  }
};

void entry() {
  inner in{0};
  bool found = errors::As(fmt::Errorf("w: %w", outer{}), &in);
  fmt::Println(found, in);
  fmt::Println(errors::As<time::ParseError>(outer{}).has_value());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
