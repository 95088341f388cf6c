#include <array>
#include <complex>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct E {
  std::string s;
  std::string Error() const { return "E:" + s; }
};
struct EP {
  std::string s;
  std::string Error() const { return "EP:" + s; }
};
struct S {
  std::string s;
  std::string String() const { return "S:" + s; }
};
struct Both {
  std::string Error() const { return "both as error"; }
  std::string String() const { return "both as string"; }
};
struct MyInt : named<int> {
  using named::named;
};
struct MyStr : std::string {
  using std::string::string;
};
struct St {
  int64_t a, b;
  auto Fields() const { return std::tie(a, b); }
};

extern volatile int sink, zero, one, two, five, minus;
extern std::string sinks;
extern volatile bool sinkb;
extern chan<int> sinkch;
extern std::vector<int> arr;
extern std::string text;
extern int* volatile nowhere;
extern St* volatile nostruct;
extern void (*volatile nofunc)();
extern any anyint, anynil, anyslice;
extern chan<int> closedch, nilch;
extern sync::WaitGroup badwg;

void say(const char* id, int v);
void sayOk(const char* id, int v, bool ok);
void show(const char* id, const any& v);

// In the header, so that it may be inlined into the function that recovers.
inline any helper() {
  return recover();
}

void recNamed(const char* id);
void recTwice(const char* id, int n);
struct recFunctor {
  const char* id;
  void operator()() const { show(id, recover()); }
};
struct R {
  const char* id;
  void Value() const;
  void Pointer();
};
struct Outer : R {};
struct Recoverer {
  virtual ~Recoverer() = default;
  virtual void Rec() = 0;
};
struct RI : Recoverer {
  const char* id;
  explicit RI(const char* i) : id(i) {}
  void Rec() override;
};
std::function<void()> counter(const char* id, int n);
[[gnu::noinline]] void call(const std::function<void()>& f);
bool hidden(bool cond);

struct program_entry {
  const char* name;
  void (*start)();
};
extern const program_entry programs[];
