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
  bool operator==(const E&) const = default;
};
struct EP {
  std::string s;
  std::string Error() const { return "EP:" + s; }
};
struct S {
  std::string s;
  std::string String() const { return "S:" + s; }
  bool operator==(const S&) const = default;
};
struct Both {
  std::string Error() const { return "both as error"; }
  std::string String() const { return "both as string"; }
};
struct EIs {
  std::string s;
  error as;
  std::string Error() const { return "EIs:" + s; }
  bool Is(error target) const { return target == as; }
  bool operator==(const EIs&) const = default;
};
struct EAs {
  std::string s;
  std::string Error() const { return "EAs:" + s; }
  bool As(any target) const;
  bool operator==(const EAs&) const = default;
};
struct EWrap {
  std::string s;
  error next;
  std::string Error() const { return "EWrap:" + s; }
  error Unwrap() const { return next; }
  bool operator==(const EWrap&) const = default;
};
struct EMany {
  std::string s;
  std::vector<error> errs;
  std::string Error() const { return "EMany:" + s; }
  std::vector<error> Unwrap() const { return errs; }
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
void showFirst(const char* id);

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
void gone(int n);
bool hidden(bool cond);

struct program_entry {
  const char* name;
  void (*start)();
};
extern const program_entry programs[];
