// A crash handler: what goes wrong in one request, a fault of the processor included, is reported with its stack and
// does not end the others. What goes wrong anywhere else ends the program, with a trace of every goroutine.
#include <gort/gort.h>

using namespace gort;

struct request {
  std::string path;
  int divisor;
};

int* nowhere = nullptr;

int handle(const request& r) {
  if (r.path == "/null") return *nowhere;
  if (r.path == "/assert") panic(fmt::Sprintf("%s: not ready", r.path));
  return 100 / r.divisor;
}

// where says which of the program's functions panicked: the first one in the stack below panic itself.
std::string where(const std::string& stack) {
  size_t begin = stack.find("main.", stack.find("\npanic("));
  return stack.substr(begin, stack.find('(', begin) - begin);
}

// guarded runs f and reports a panic as an error.
error guarded(const std::function<void()>& f) {
  return func<error>([&](error& err) {
    defer([&] {
      any v = recover();
      if (!v) return;
      std::string stack = debug::Stack();  // the frames of the panic are still there
      const error* cause = v.as<error>();
      err = cause != nullptr ? fmt::Errorf("panic in %s: %w", where(stack), *cause)
                             : fmt::Errorf("panic in %s: %v", where(stack), v);
    });
    f();
  });
}

void entry() {
  for (const request& r :
       {request{"/", 5}, request{"/zero", 0}, request{"/null", 1}, request{"/assert", 1}, request{"/", 4}}) {
    int answer = 0;
    error err = guarded([&] { answer = handle(r); });
    bool fault = false;
    for (error e = err; e != nil; e = errors::Unwrap(e)) fault |= e.is<runtime::Error>();
    if (err != nil)
      fmt::Println(r.path, "failed:", err, "| fault:", fault);
    else
      fmt::Println(r.path, "=", answer);
  }
  handle({"/zero", 0});  // unguarded: the end of the program
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Exit status: 2
// Output:
// / = 20
// /zero failed: panic in main.handle: runtime error: integer divide by zero | fault: true
// /null failed: panic in main.handle: runtime error: invalid memory address or nil pointer dereference | fault: true
// /assert failed: panic in main.handle: /assert: not ready | fault: false
// / = 25
