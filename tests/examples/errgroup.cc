// An errgroup: tasks that work on parts of one thing. The first one that fails stops the others.
#include <gort/gort.h>

using namespace gort;

error load(context::Context ctx, std::string name, time::Duration takes) {
  error err;
  select(recv(time::After(takes),
              [&] {
                if (name == "orders") err = fmt::Errorf("load %s: %w", name, errors::New("connection refused"));
              }),
         recv(ctx.Done(), [&] { err = ctx.Err(); }));
  return err;
}

void entry() {
  auto [group, ctx] = errgroup::WithContext(context::Background());
  auto ended = make_chan<std::string>(3);
  auto start = [&, ctx = ctx, &group = group](std::string name, time::Duration takes) {
    group.Go([=]() -> error {
      error err = load(ctx, name, takes);
      ended.send(fmt::Sprint(name, ": ", err));
      return err;
    });
  };
  start("users", time::Millisecond);
  fmt::Println(ended.recv());
  start("orders", 20 * time::Millisecond);
  start("invoices", time::Minute);  // is not waited for

  error err = group.Wait();
  ended.close();
  for (const std::string& e : ended) fmt::Println(e);
  fmt::Println("first error:", err);
  fmt::Println("the context's cause is it:", context::Cause(ctx) == err);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// users: <nil>
// orders: load orders: connection refused
// invoices: context canceled
// first error: load orders: connection refused
// the context's cause is it: true
