// The contexts that are not cancelled themselves, values, names, and the functions that make contexts. See context.h.
#include "runtime/context/context.h"

#include <vector>

#include <gort/errors.h>
#include <gort/func.h>

namespace gort {
namespace rt {

// A chain of contexts ends one after the other, not one inside the other.
void context_free(context_node* n) noexcept {
  for (;;) {
    context_node* up = n->parent;
    delete n;
    if (up == nullptr || !up->counted || up->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    n = up;
  }
}

// Here, so that traces leave it out: in Go this stands in the functions that call it.
static void context_need_parent(const context::Context& parent) {
  if (parent == nil) panic("cannot create context from nil parent");
}

}  // namespace rt

namespace context {

namespace {

// lasting keeps an error of this package for ever: goroutines may still use it while static objects are destroyed.
error lasting(error e) {
  rt::object_retain(e.rt_object());
  return e;
}

}  // namespace

const error Canceled = lasting(errors::New("context canceled"));
const error DeadlineExceeded = lasting(deadlineExceededError{});

namespace {

using rt::context_kind;
using rt::context_node;

// emptyCtx is a root.
class emptyCtx final : public context_node {
 public:
  explicit emptyCtx(context_kind k) noexcept : context_node(k, false) {}
  std::pair<time::Time, bool> Deadline() const override { return {}; }
  done_chan Done() const override { return nil; }
  error Err() const override { return nil; }
  any Value(const any&) const override { return nil; }
  std::string name() const override { return kind == context_kind::background ? "context.Background" : "context.TODO"; }
};

class withoutCancelCtx final : public context_node {
 public:
  withoutCancelCtx() noexcept : context_node(context_kind::without_cancel) {}
  std::pair<time::Time, bool> Deadline() const override { return {}; }
  done_chan Done() const override { return nil; }
  error Err() const override { return nil; }
  any Value(const any& key) const override { return value(this, key); }
  std::string name() const override { return ".WithoutCancel"; }
};

// root gives a root that is never destroyed: contexts may still be in use while static objects are.
template <context_kind K>
context_node* root() noexcept {
  alignas(emptyCtx) static unsigned char memory[sizeof(emptyCtx)];
  static emptyCtx* const made = ::new (memory) emptyCtx(K);
  return made;
}

// under makes n a child of parent, in the handle that is returned.
Context under(Context parent, context_node* n) {
  context_node* p = parent.rt_node();
  rt::context_retain(p);
  n->parent = p;
  return Context::rt_adopt(n);
}

std::string stringify(const any& v) {
  const rt::type_desc* t = v.rt_type();
  if (t != nullptr && t->stringer != nullptr) return t->stringer(v.rt_data());
  if (const std::string* s = v.as<std::string>()) return *s;
  return "<not Stringer>";
}

void cancel_plain(context_node* n) {
  static_cast<cancelCtx*>(n)->cancel(true, Canceled, nil);
}

bool is_cancel_key(const any& key) noexcept {
  const rt::type_desc* t = key.rt_type();
  const any& k = key_of_cancel();
  return t == k.rt_type() && *static_cast<void* const*>(key.rt_data()) == *static_cast<void* const*>(k.rt_data());
}

cancelCtx* withCancel(Context parent, Context* ctx) {
  rt::context_need_parent(parent);
  auto* c = new cancelCtx;
  *ctx = under(parent, c);
  c->propagateCancel(std::move(parent));
  return c;
}

}  // namespace

const any& key_of_cancel() {
  struct cancel_key {};
  static cancel_key address;
  static const any key(&address);
  return key;
}

any value(const context_node* n, const any& key) {
  for (;; n = n->parent) {
    switch (n->kind) {
      case context_kind::background:
      case context_kind::todo:
        return nil;
      case context_kind::custom:
        return n->Value(key);
      case context_kind::value: {
        auto* c = static_cast<const valueCtx*>(n);
        if (c->key == key) return c->val;
        break;
      }
      case context_kind::without_cancel:
        if (is_cancel_key(key)) return nil;
        break;
      case context_kind::cancel:
      case context_kind::timer:
      case context_kind::after_func:
        if (is_cancel_key(key)) {
          auto* self = const_cast<context_node*>(n);
          rt::context_retain(self);
          return cancel_ref{Context::rt_adopt(self)};
        }
        break;
    }
  }
}

cancelCtx* nearest(context_node* n, context_node** custom) {
  *custom = nullptr;
  for (;; n = n->parent) {
    switch (n->kind) {
      case context_kind::background:
      case context_kind::todo:
      case context_kind::without_cancel:
        return nullptr;
      case context_kind::cancel:
      case context_kind::timer:
      case context_kind::after_func:
        return static_cast<cancelCtx*>(n);
      case context_kind::custom:
        *custom = n;
        return nullptr;
      case context_kind::value:
        break;
    }
  }
}

any valueCtx::Value(const any& k) const {
  return value(this, k);
}

std::string valueCtx::name() const {
  return ".WithValue(type " + std::string(key.type_name()) + ", val " + stringify(val) + ")";
}

std::string Context::String() const {
  if (n_ == nullptr) return "<nil>";
  std::vector<const context_node*> path;
  for (const context_node* n = n_; n != nullptr; n = n->kind == context_kind::custom ? nullptr : n->parent)
    path.push_back(n);
  std::string s;
  for (size_t i = path.size(); i-- > 0;) s += path[i]->name();
  return s;
}

Context Background() noexcept {
  return Context::rt_adopt(root<context_kind::background>());
}
Context TODO() noexcept {
  return Context::rt_adopt(root<context_kind::todo>());
}

std::pair<Context, CancelFunc> WithCancel(Context parent) {
  Context ctx;
  withCancel(std::move(parent), &ctx);
  return {ctx, CancelFunc(ctx, cancel_plain)};
}

std::pair<Context, CancelCauseFunc> WithCancelCause(Context parent) {
  Context ctx;
  withCancel(std::move(parent), &ctx);
  return {ctx, CancelCauseFunc(ctx)};
}

void CancelCauseFunc::operator()(error cause) const {
  if (ctx_ == nil) rt::nil_access(0);
  static_cast<cancelCtx*>(ctx_.rt_node())->cancel(true, Canceled, cause);
}

std::pair<Context, CancelFunc> WithDeadline(Context parent, time::Time d) {
  return WithDeadlineCause(std::move(parent), d, nil);
}

std::pair<Context, CancelFunc> WithDeadlineCause(Context parent, time::Time d, error cause) {
  rt::context_need_parent(parent);
  auto [current, ok] = parent.Deadline();
  if (ok && current.Before(d)) return WithCancel(std::move(parent));
  auto* c = new timerCtx(d);
  Context ctx = under(parent, c);
  c->propagateCancel(std::move(parent));
  time::Duration dur = time::Until(d);
  if (dur <= 0)
    c->cancel(true, DeadlineExceeded, cause);
  else
    c->start(dur, std::move(cause));
  return {ctx, CancelFunc(ctx, cancel_plain)};
}

std::pair<Context, CancelFunc> WithTimeout(Context parent, time::Duration timeout) {
  return WithDeadline(std::move(parent), time::Now().Add(timeout));
}

std::pair<Context, CancelFunc> WithTimeoutCause(Context parent, time::Duration timeout, error cause) {
  return WithDeadlineCause(std::move(parent), time::Now().Add(timeout), std::move(cause));
}

Context WithValue(Context parent, any key, any val) {
  rt::context_need_parent(parent);
  if (key == nil) panic("nil key");
  const rt::type_desc* t = key.rt_type();
  if (t->equal == nullptr && (t->flags & rt::tf_identity) == 0) panic("key is not comparable");
  return under(std::move(parent), new valueCtx(std::move(key), std::move(val)));
}

Context WithoutCancel(Context parent) {
  rt::context_need_parent(parent);
  return under(std::move(parent), new withoutCancelCtx);
}

error Cause(Context c) {
  if (c == nil) rt::nil_method(3);
  context_node* custom;
  if (cancelCtx* p = nearest(c.rt_node(), &custom)) return p->Cause();
  if (custom == nullptr) return nil;
  any found = custom->Value(key_of_cancel());
  if (auto* p = found.as<cancel_ref>()) return p->get()->Cause();
  return custom->Err();
}

std::function<bool()> AfterFunc(Context ctx, std::function<void()> f) {
  auto* a = new afterFuncCtx(std::move(f));
  Context held = Context::rt_adopt(a);
  if (ctx == nil) rt::nil_method(1);
  a->propagateCancel(std::move(ctx));
  return [held, a] { return a->stop(); };
}

}  // namespace context
}  // namespace gort
