// An error's own Is decides too.
#include <gort/gort.h>

using namespace gort;

const error errSlow = errors::New("slow");

struct timeout {
  std::string op;
  std::string Error() const { return op + ": timeout"; }
  bool Is(error target) const { return target == errSlow; }
  bool operator==(const timeout&) const = default;
};

void entry() {
  error err = fmt::Errorf("call: %w", timeout{"read"});
  fmt::Println(err, errors::Is(err, errSlow), errors::Is(err, timeout{"read"}), errors::Is(err, timeout{"write"}));
  fmt::Println(errors::Is(errSlow, timeout{"read"}));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
