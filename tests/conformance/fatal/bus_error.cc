// A fault in a mapping whose file has been made shorter is a bus error.
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] int touch(volatile uint8_t* p) {
  return *p;
}

volatile uint8_t* shortened() {
  FILE* f = tmpfile();
  if (f == nullptr || ftruncate(fileno(f), 4096) != 0) panic("no temporary file");
  void* b = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fileno(f), 0);
  if (b == MAP_FAILED) panic("no mapping");
  auto* p = static_cast<volatile uint8_t*>(b);
  fmt::Println(touch(p));
  if (ftruncate(fileno(f), 0) != 0) panic("not shortened");
  fclose(f);
  return p;
}

void fatal() {
  fmt::Println(touch(shortened()));
}

void recovered() {
  debug::SetPanicOnFault(true);
  volatile uint8_t* p = shortened();
  for (int i = 0; i < 2; i++) {
    func([&] {
      defer([&] {
        any r = recover();
        fmt::Println(r);
        fmt::Println(r.must_as<runtime::Error>().Addr().value() == reinterpret_cast<uintptr_t>(p));
      });
      fmt::Println(touch(p));
    });
  }
}

void uncaught() {
  debug::SetPanicOnFault(true);
  fmt::Println(touch(shortened()));
}

const std::map<std::string, void (*)()> cases = {{"fatal", fatal}, {"recovered", recovered}, {"uncaught", uncaught}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
