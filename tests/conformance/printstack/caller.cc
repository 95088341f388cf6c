// runtime.Caller and FuncForPC name the function that calls, and its callers.
#include <string>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] std::string name(int skip) {
  auto [pc, file, line, ok] = runtime::Caller(skip);
  if (!ok) return "none";
  return std::string(runtime::FuncForPC(pc).Name());
}

[[gnu::noinline]] void f() {
  fmt::Println(name(0), name(1), name(2));
  [] [[gnu::noinline]] { fmt::Println(name(1), name(2)); }();
}

void entry() {
  f();
  auto [pc, file, line, ok] = runtime::Caller(100);
  fmt::Println(ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
