// As finds the first error of a type and copies it out.
#include <gort/gort.h>

using namespace gort;

struct notFound {
  std::string key;
  std::string Error() const { return "not found: " + key; }
};

struct denied {
  std::string who;
  std::string Error() const { return "denied: " + who; }
};

void entry() {
  error err = errors::Join(errors::New("x"), fmt::Errorf("get: %w", notFound{"a"}), notFound{"b"});
  notFound nf;
  bool found = errors::As(err, &nf);
  fmt::Println(found, nf.key);
  denied d;
  found = errors::As(err, &d);
  fmt::Println(found, d.who == "");
  fmt::Println(errors::As(nil, &d));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
