// debug::SetTraceback sets what a panic shows, but never less than the environment asks for.
#include <string>
#include <string_view>

#include <gort/gort.h>

using namespace gort;

const char* level;

// waitFor waits until n goroutines are in a state of traces.
void waitFor(int n, std::string_view state) {
  std::string buf(1 << 16, '\0');
  for (int found = 0; found < n;) {
    found = 0;
    std::string_view text(buf.data(), runtime::Stack(buf, true));
    for (size_t at = 0; (at = text.find(state, at)) != text.npos; at++) found++;
    if (found < n) runtime::Gosched();
  }
}

void entry() {
  go([] { select(); });
  waitFor(1, "[select (no cases)]");
  debug::SetTraceback(level);
  panic("boom");
}

int main(int argc, char** argv) {
  level = argv[1];
  return gort::main(argc, argv, entry);
}
