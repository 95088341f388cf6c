// sync.Once and the functions on top of it. The flag and the lock are released by deferred calls, not by destructors:
// they must be released when f panics, before the deferred calls of outer functions run.
#include <gort/func.h>
#include <gort/sync/once.h>

namespace gort {
namespace sync {

[[gnu::noinline]] void Once::doSlow(const rt::once_call& f) {
  func([this, &f] {
    m_.Lock();
    defer([this] { m_.Unlock(); });
    if (done_.load(std::memory_order_relaxed) != 0) return;
    defer([this] { done_.store(1, std::memory_order_release); });
    if (f.fn == nullptr) rt::panicmem();
    f.fn(f.obj);
    asm volatile("");
  });
}

std::function<void()> OnceFunc(std::function<void()> f) {
  struct state {
    rt::once_body body;
    std::function<void()> f;
  };
  auto s = std::make_shared<state>();
  s->f = std::move(f);
  return [s] {
    s->body.run([&s] {
      if (!s->f) rt::panicmem();
      s->f();
      s->f = nullptr;
    });
  };
}

}  // namespace sync

namespace rt {

void once_body::first(const once_call& body) {
  func([&] {
    defer([this] {
      p_ = recover();
      if (!valid_) panic(p_);  // at once, so that the first caller's trace shows the frames below body
    });
    body.fn(body.obj);
    valid_ = true;
  });
}

void once_body::run(const once_call& body) {
  once_.Do([this, &body] { first(body); });
  if (!valid_) panic(p_);
}

}  // namespace rt
}  // namespace gort
