// sync.Once and the functions on top of it. The flag and the lock are released by deferred calls, not by destructors:
// they must be released when f panics, before the deferred calls of outer functions run.
#include <variant>

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
    if (f.fn == nullptr) rt::nil_access(0);
    f.fn(f.obj);
    asm volatile("");
  });
}

std::function<void()> OnceFunc(std::function<void()> f) {
  auto s = std::make_shared<rt::once_state<std::function<void()>, std::monostate>>(std::move(f));
  auto g = [s = s.get()] {
    func([&] {
      defer([s] {
        s->thrown = rt::thrown_exception();
        s->p = recover();
        if (!s->valid) s->fail();
      });
      if (!*s->f) rt::nil_access(0);
      (*s->f)();
      s->f.reset();
      s->valid = true;
    });
  };
  return [s, g] {
    s->once.Do(g);
    if (!s->valid) s->fail();
  };
}

}  // namespace sync
}  // namespace gort
