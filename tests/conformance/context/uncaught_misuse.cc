// Misuse that nobody recovers, with the frames of the package.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

any key = std::vector<int>{1};
any val = errors::New("value");

void cancel() {
  context::WithCancel(nil);
}

void cause() {
  context::WithCancelCause(nil);
}

void timeout() {
  context::WithTimeout(nil, time::Second);
}

void value() {
  context::WithValue(nil, val, val);
}

void nilKey() {
  context::WithValue(context::Background(), nil, val);
}

void uncomparable() {
  context::WithValue(context::Background(), key, val);
}

void without() {
  context::WithoutCancel(nil);
}

const std::map<std::string, void (*)()> cases = {
    {"cancel", cancel}, {"cause", cause},     {"timeout", timeout},          {"value", value},
    {"key", nilKey},    {"without", without}, {"uncomparable", uncomparable}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
