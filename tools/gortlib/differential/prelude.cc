#include "prelude.h"

#include <string_view>

volatile int sink, zero = 0, one = 1, two = 2, five = 5, minus = -1;
std::string sinks;
volatile bool sinkb;
chan<int> sinkch;
std::vector<int> arr{1, 2, 3};
std::string text = "abc";
int* volatile nowhere;
St* volatile nostruct;
void (*volatile nofunc)();
any anyint = 1, anynil, anyslice = std::vector<int>{1};
chan<int> closedch = [] {
  auto c = make_chan<int>();
  c.close();
  return c;
}();
chan<int> nilch;
sync::WaitGroup badwg;

bool EAs::As(any target) const {
  E* const* own = target.as<E*>();
  if (own != nullptr) **own = E{"as " + s};
  return own != nullptr;
}

void say(const char* id, int v) {
  fmt::Println(id, v);
}

void sayOk(const char* id, int v, bool ok) {
  fmt::Println(id, v, ok);
}

void show(const char* id, const any& v) {
  std::string name = fmt::Sprintf("%T", v);
  bool is_error = v.is<error>();
  if (!is_error && (name.starts_with("*") || name.starts_with("chan"))) {
    fmt::Println(id, name);
    return;
  }
  fmt::Println(id, name, v, is_error, v.is<runtime::Error>());
}

void showFirst(const char* id) {
  any v = recover();
  std::string text = fmt::Sprint(v);
  fmt::Println(id, fmt::Sprintf("%T", v), text.substr(0, text.find('\n')));
}

void recNamed(const char* id) {
  show(id, recover());
}

void recTwice(const char* id, int n) {
  show(id, recover());
  say(id, n);
  show(id, recover());
}

void R::Value() const {
  show(id, recover());
}
void R::Pointer() {
  show(id, recover());
}
void RI::Rec() {
  show(id, recover());
}

std::function<void()> counter(const char* id, int n) {
  return [id, n = std::make_shared<int>(n)] {
    ++*n;
    say(id, *n);
    show(id, recover());
  };
}

void call(const std::function<void()>& f) {
  f();
}

void gone(int n) {
  for (int i = 0; i < 100 && runtime::NumGoroutine() > n; i++) time::Sleep(time::Millisecond);
}

bool hidden(bool cond) {
  return cond;
}

static std::string_view chosen;

static void entry() {
  for (const program_entry* p = programs; p->name != nullptr; p++) {
    if (chosen == p->name) return p->start();
  }
}

int main(int argc, char** argv) {
  chosen = argc > 1 ? argv[1] : "";
  return gort::main(argc, argv, entry);
}
