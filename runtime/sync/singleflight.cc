// singleflight.Group. The end of a call is done by a deferred call: fn may panic, throw or call Goexit. Functions and
// literals stand as in Go's package, for they are seen in traces.
#include <gort/singleflight.h>

#include <gort/debug.h>
#include <gort/errors.h>
#include <gort/fmt.h>
#include <gort/func.h>
#include <gort/go.h>
#include <gort/runtime.h>
#include <gort/select.h>
#include <gort/sync.h>

namespace gort::singleflight {

// panicError is what a panic of fn becomes, for every caller.
struct panicError {
  any value;
  std::string stack;
  std::string Error() const { return fmt::Sprintf("%v\n\n%s", value, stack); }
  error Unwrap() const {
    const error* e = value.as<error>();
    return e != nullptr ? *e : error(nil);
  }
};

}  // namespace gort::singleflight

template <>
struct gort::rt::go_type<gort::singleflight::panicError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*singleflight.panicError"); }
};

namespace gort::singleflight {

enum class how : uint8_t { returned, panicked, goexited };

struct Group::call {
  sync::WaitGroup wg;
  // Written once, before wg is done; read afterwards.
  any val;
  error err;
  std::exception_ptr thrown;  // what panicked, if that was a C++ exception
  how ended = how::goexited;
  // Under the group's lock; read without it once the call is done.
  int dups = 0;
  std::vector<chan<Result>> chans;
};

// The trace begins with a line that names the goroutine, which is another one for some of those who see it.
[[gnu::noinline]] static error newPanicError(const any& v) {
  std::string stack = debug::Stack();
  size_t line = stack.find('\n');
  return panicError{v, line == std::string::npos ? stack : stack.substr(line + 1)};
}

struct Group::state {
  sync::Mutex mu;
  std::unordered_map<std::string, std::shared_ptr<call>> m;

  // join returns the call with that key, to which another caller has been added, or a new one (*fresh).
  std::shared_ptr<call> join(const std::string& key, const chan<Result>& ch, bool* fresh) {
    mu.Lock();
    auto& c = m[key];
    *fresh = c == nullptr;
    if (*fresh) {
      c = std::make_shared<call>();
      c->wg.Add(1);
    } else {
      c->dups++;
    }
    if (ch != nil) c->chans.push_back(ch);
    std::shared_ptr<call> joined = c;
    mu.Unlock();
    return joined;
  }
};

[[gnu::noinline]] void Group::doCall(const std::shared_ptr<call>& c, const std::string& key, const function& fn) {
  func([&] {
    defer([&] {
      s_->mu.Lock();
      c->wg.Done();
      if (auto it = s_->m.find(key); it != s_->m.end() && it->second == c) s_->m.erase(it);
      std::vector<chan<Result>> chans = c->chans;
      if (c->ended == how::returned)
        for (auto& ch : chans) ch.send(Result{c->val, c->err, c->dups > 0});
      s_->mu.Unlock();
      if (c->ended != how::panicked) return;
      if (chans.empty()) {
        if (c->thrown != nullptr) std::rethrow_exception(c->thrown);
        panic(c->err);
      }
      // Those who wait for a channel would wait for ever: the panic gets a goroutine of its own, where nobody recovers
      // it, and this one stays to be seen in the trace.
      go(panic, any(c->err));
      rt::select_forever();
    });
    auto run = [](how * ended, call * running, const function* f) __attribute__((noinline)) {
      func([&] {
        defer([&] {
          if (*ended == how::returned) return;
          running->thrown = rt::thrown_exception();
          if (any v = recover()) {
            running->err = newPanicError(v);
            *ended = how::panicked;
          }
        });
        std::tie(running->val, running->err) = (*f)();
        *ended = how::returned;
      });
    };
    run(&c->ended, c.get(), &fn);
  });
}

Group::Group() : s_(std::make_shared<state>()) {}

Result Group::Do(const std::string& key, const function& fn) {
  bool fresh;
  std::shared_ptr<call> c = s_->join(key, nil, &fresh);
  if (fresh) {
    Group kept = *this;
    kept.doCall(c, key, fn);
    return {c->val, c->err, c->dups > 0};
  }
  c->wg.Wait();
  if (c->thrown != nullptr) std::rethrow_exception(c->thrown);
  if (c->ended == how::panicked) panic(c->err);
  if (c->ended == how::goexited) runtime::Goexit();
  return {c->val, c->err, true};
}

recv_chan<Result> Group::DoChan(const std::string& key, const function& fn) {
  auto ch = make_chan<Result>(1);
  bool fresh;
  std::shared_ptr<call> c = s_->join(key, ch, &fresh);
  if (fresh) go(&Group::doCall, *this, c, key, fn);
  return ch;
}

void Group::Forget(const std::string& key) {
  s_->mu.Lock();
  s_->m.erase(key);
  s_->mu.Unlock();
}

}  // namespace gort::singleflight
