// catch_panic.h: runs a function on a goroutine and returns what it panicked with, nil where it returned.
#pragma once

#include <gort/gort.h>

#include <string>

namespace gort {

template <class F>
any catch_panic(F f) {
  any caught;
  gort::run([&] {
    func([&] {
      defer([&] { caught = recover(); });
      f();
    });
  });
  return caught;
}

// panic_text is how fmt prints the caught value, its type in front: `runtime.boundsError: runtime error: index out of
// range [-5]`.
template <class F>
std::string panic_text(F f) {
  any v = catch_panic(f);
  return std::string(v.type_name()) + ": " + fmt::Sprint(v);
}

}  // namespace gort
