// singleflight.Group. The end of a call is done by a deferred call: fn may panic, throw or call Goexit.
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
namespace {

enum class how : uint8_t { returned, panicked, goexited };

struct call {
  sync::WaitGroup wg;
  // Written once, before wg is done; read afterwards.
  any val;
  error err;
  how ended = how::goexited;
  // Under the group's lock; read without it once the call is done.
  int dups = 0;
  std::vector<chan<Result>> chans;
};

// The trace begins with a line that names the goroutine, which is another one for some of those who see it.
error new_panic_error(any v) {
  std::string stack = debug::Stack();
  size_t line = stack.find('\n');
  return panicError{std::move(v), line == std::string::npos ? stack : stack.substr(line + 1)};
}

}  // namespace

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

  void finish(call& c, const std::string& key) {
    mu.Lock();
    c.wg.Done();
    if (auto it = m.find(key); it != m.end() && it->second.get() == &c) m.erase(it);
    std::vector<chan<Result>> chans = c.chans;
    if (c.ended == how::returned)
      for (auto& ch : chans) ch.send(Result{c.val, c.err, c.dups > 0});
    mu.Unlock();
    if (c.ended != how::panicked) return;
    if (chans.empty()) panic(c.err);
    // Those who wait for a channel would wait for ever: the panic gets a goroutine of its own, where nobody recovers
    // it, and this one stays to be seen in the trace.
    go(panic, any(c.err));
    rt::select_forever();
  }

  void doCall(call& c, const std::string& key, function& fn) {
    func([&] {
      defer([&] { finish(c, key); });
      func([&] {
        defer([&] {
          if (c.ended == how::returned) return;
          if (any v = recover()) {
            c.err = new_panic_error(std::move(v));
            c.ended = how::panicked;
          }
        });
        std::tie(c.val, c.err) = fn();
        c.ended = how::returned;
      });
    });
  }
};

Group::Group() : s_(std::make_shared<state>()) {}

Result Group::Do(std::string key, function fn) {
  std::shared_ptr<state> s = s_;
  bool fresh;
  std::shared_ptr<call> c = s->join(key, nil, &fresh);
  if (fresh) {
    s->doCall(*c, key, fn);
    return {c->val, c->err, c->dups > 0};
  }
  c->wg.Wait();
  if (c->ended == how::panicked) panic(c->err);
  if (c->ended == how::goexited) runtime::Goexit();
  return {c->val, c->err, true};
}

recv_chan<Result> Group::DoChan(std::string key, function fn) {
  auto ch = make_chan<Result>(1);
  bool fresh;
  std::shared_ptr<call> c = s_->join(key, ch, &fresh);
  if (fresh) {
    go([s = s_, c, key = std::move(key), fn = std::move(fn)]() mutable { s->doCall(*c, key, fn); });
  }
  return ch;
}

void Group::Forget(const std::string& key) {
  s_->mu.Lock();
  s_->m.erase(key);
  s_->mu.Unlock();
}

}  // namespace gort::singleflight
