// Go's test/fixedbugs/issue21879.go: the second frame of Callers is the caller, with its name in a method's result too.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct call {
  runtime::Frame frame;
  std::string name() const { return frame.Function; }
};

call caller() {
  std::vector<uintptr_t> pcs(3);
  pcs.resize(size_t(runtime::Callers(1, pcs)));
  auto frames = runtime::CallersFrames(pcs);
  frames.Next();
  auto [frame, _] = frames.Next();

  return {frame};
}

void entry() {
  println(caller().frame.Function);
  println(caller().name());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
