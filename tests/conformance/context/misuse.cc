// What the functions that derive contexts panic with.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  auto bg = context::Background();
  try_([] { context::WithCancel(nil); });
  try_([] { context::WithCancelCause(nil); });
  try_([] { context::WithDeadline(nil, time::Now()); });
  try_([] { context::WithTimeout(nil, 1); });
  try_([] { context::WithValue(nil, "k", 1); });
  try_([] { context::WithoutCancel(nil); });
  try_([&] { context::WithValue(bg, nil, 1); });
  try_([&] { context::WithValue(bg, std::vector<int>{1}, 1); });
  try_([] {
    context::Context ctx;
    ctx.Err();
  });
  try_([] {
    context::CancelFunc cancel;
    cancel();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
