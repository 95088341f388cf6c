// Package context.
#include "bench.h"

using namespace gort;

// A tree of 10,000 contexts below a root: 100 with 99 each. Building is not counted in cancel_tree.
struct tree {
  context::Context root;
  context::CancelFunc cancel;
  std::vector<context::Context> held;
};

static tree make_tree() {
  tree t;
  std::tie(t.root, t.cancel) = context::WithCancel(context::Background());
  for (int i = 0; i < 100; i++) {
    auto branch = context::WithCancel(t.root).first;
    t.held.push_back(branch);
    for (int j = 0; j < 99; j++) t.held.push_back(context::WithCancel(branch).first);
  }
  return t;
}

static const int kTrees = 50;

// wait says whether somebody has asked for each Done channel, so that there is one to close.
static double cancel_tree(bool asked) {
  double ns = 0;
  for (int i = 0; i < kTrees; i++) {
    tree t = make_tree();
    if (asked)
      for (auto& c : t.held) bench_use(c.Done());
    bench_clock clock;
    t.cancel();
    ns += clock.ns_per(10000);
  }
  return ns / kTrees;
}

static double context_cancel_tree() {
  return cancel_tree(false);
}
static double context_cancel_tree_done() {
  return cancel_tree(true);
}

static double context_with_cancel() {
  const int n = 2000000;
  auto [parent, stop] = context::WithCancel(context::Background());
  bench_clock t;
  for (int i = 0; i < n; i++) {
    auto [ctx, cancel] = context::WithCancel(parent);
    cancel();
  }
  double ns = t.ns_per(n);
  stop();
  return ns;
}

static double context_with_timeout() {
  const int n = 1000000;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Hour);
    cancel();
  }
  return t.ns_per(n);
}

static double context_value_depth10() {
  const int n = 10000000;
  auto ctx = context::Background();
  for (int i = 0; i < 10; i++) ctx = context::WithValue(ctx, i, i);
  any key = 0;
  bench_clock t;
  for (int i = 0; i < n; i++) bench_use(ctx.Value(key));
  return t.ns_per(n);
}

static const bench_row rows[] = {
    {"context_cancel_tree", "ns", context_cancel_tree},
    {"context_cancel_tree_done", "ns", context_cancel_tree_done},
    {"context_with_cancel", "ns", context_with_cancel},
    {"context_with_timeout", "ns", context_with_timeout},
    {"context_value_depth10", "ns", context_value_depth10},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
