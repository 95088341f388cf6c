// Interfaces are two words in the arguments of a trace, functions one.
#include <functional>

#include <gort/gort.h>

using namespace gort;

error lastError;
context::Context lastContext;
any lastAny;
std::function<void()> lastFunc;
int64_t lastNumber;

[[gnu::noinline]] void takesError(error err, int64_t n) {
  debug::PrintStack();
  lastError = err, lastNumber = n;
}

[[gnu::noinline]] void takesContext(const context::Context& ctx, int64_t n) {
  debug::PrintStack();
  lastContext = ctx, lastNumber = n;
}

[[gnu::noinline]] void takesAny(const any& v, int64_t n) {
  debug::PrintStack();
  lastAny = v, lastNumber = n;
}

[[gnu::noinline]] void takesFunc(std::function<void()> f, int64_t n) {
  debug::PrintStack();
  lastFunc = f, lastNumber = n;
}

struct T {
  int64_t n = 0;
  [[gnu::noinline]] void method(context::Context ctx, const error& err, any v) {
    debug::PrintStack();
    lastContext = ctx, lastError = err, lastAny = v, lastNumber = n;
  }
};

void entry() {
  func([&] {
    takesError(errors::New("e"), 1);
    takesError(nil, 2);
    auto [ctx, cancel] = context::WithCancel(context::Background());
    defer(cancel);
    takesContext(ctx, 3);
    takesContext(nil, 4);
    takesAny(errors::New("e"), 5);
    takesAny(nil, 6);
    takesFunc([] { println(lastNumber); }, 7);
    takesFunc(nullptr, 8);
    T t;
    t.method(ctx, errors::New("e"), ctx);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
