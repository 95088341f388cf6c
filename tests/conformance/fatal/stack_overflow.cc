// Endless recursion is a fatal error of its own, in a deferred call and while panicking too; nothing can recover it.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] int over(int n) {
  volatile int next = n + 1;
  return over(next) + 1;
}

void overflow() {
  println(over(1));
}

void deferred() {
  func([&] {
    defer([] { println("recovered", bool(recover())); });
    defer([] { println(over(1)); });
    println("body");
  });
}

void panicking() {
  func([&] {
    defer([] { println("recovered", bool(recover())); });
    defer([] { println(over(1)); });
    panic("not printed");
  });
}

void goroutine() {
  auto done = make_chan<bool>();
  go([done] {
    func([&] {
      defer([&] { done.close(); });
      println(over(1));
    });
  });
  done.recv();
}

const std::map<std::string, void (*)()> cases = {
    {"overflow", overflow}, {"deferred", deferred}, {"panicking", panicking}, {"goroutine", goroutine}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
