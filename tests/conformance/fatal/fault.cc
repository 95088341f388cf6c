// A fault at an address that is not small is fatal, unless SetPanicOnFault asks for a panic.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] int touch(uintptr_t a) {
  return *reinterpret_cast<volatile int*>(a);
}

void fatal() {
  println(touch(0xdead0000));
}

void panics() {
  func([&] {
    debug::SetPanicOnFault(true);
    defer([] {
      any r = recover();
      fmt::Println(r);
      fmt::Printf("%#x\n", r.must_as<runtime::Error>().Addr().value());
    });
    println(touch(0xdead0000));
  });
}

const std::map<std::string, void (*)()> cases = {{"fatal", fatal}, {"panics", panics}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
