// gort/main.h: starting the runtime.
#pragma once
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>

namespace gort {

// main makes the process a Go program: entry is goroutine 1, called main.main in traces. When entry returns, the other
// goroutines are stopped where they are and main returns 0, to be returned from the program's main. An uncaught panic
// exits with status 2; a program in which every goroutine is asleep dies with Go's deadlock report. Call it once, from
// the program's main, on the main thread. Once it has returned, no goroutine runs any more: what static destructors
// start with go never begins, and run is a fatal error.
//
//   void entry() { println("hello"); }
//   int main(int argc, char** argv) { return gort::main(argc, argv, entry); }
int main(int argc, char** argv, void (*entry)());

namespace rt {
void run_blocking(void (*fn)(void*), void* arg);
[[noreturn]] void run_without_result();  // throws std::runtime_error
bool on_goroutine();
}  // namespace rt

// run is for embedding: from an ordinary thread it starts the runtime if need be, runs f on a goroutine, blocks the
// thread until f has returned, and returns its result. A C++ exception that leaves f is rethrown here; a panic that
// nobody recovers ends the process, as in Go; if f calls runtime::Goexit, run returns, or throws std::runtime_error
// where there should be a result. The runtime stays up afterwards, idle. Any number of threads may call run, any number
// of times; on a goroutine it just calls f.
//
//   int n = gort::run([] { return compute(); });
template <class F>
auto run(F&& f) -> std::invoke_result_t<F&> {
  using R = std::invoke_result_t<F&>;
  if (rt::on_goroutine()) return f();
  std::exception_ptr thrown;
  if constexpr (std::is_reference_v<R>) {
    return static_cast<R>(*run([&f] {
      auto&& r = f();
      return std::addressof(r);
    }));
  } else if constexpr (std::is_void_v<R>) {
    struct call {
      std::remove_reference_t<F>* f;
      std::exception_ptr* thrown;
    } c{&f, &thrown};
    rt::run_blocking(
        [](void* a) {
          auto* cp = static_cast<call*>(a);
          try {
            (*cp->f)();
          } catch (...) {
            *cp->thrown = std::current_exception();
          }
        },
        &c);
    if (thrown) std::rethrow_exception(thrown);
  } else {
    static_assert(std::is_move_constructible_v<R>, "gort::run(f): the result of f must be movable");
    struct slot {
      alignas(R) unsigned char bytes[sizeof(R)];
    } result;
    struct call {
      std::remove_reference_t<F>* f;
      std::exception_ptr* thrown;
      slot* result;
      bool done;
    } c{&f, &thrown, &result, false};
    rt::run_blocking(
        [](void* a) {
          auto* cp = static_cast<call*>(a);
          try {
            ::new (static_cast<void*>(cp->result->bytes)) R((*cp->f)());
            cp->done = true;
          } catch (...) {
            *cp->thrown = std::current_exception();
          }
        },
        &c);
    if (thrown) std::rethrow_exception(thrown);
    if (!c.done) rt::run_without_result();
    R* r = reinterpret_cast<R*>(result.bytes);
    R moved = std::move(*r);
    r->~R();
    return moved;
  }
}

}  // namespace gort
