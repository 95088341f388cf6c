// A program for traceback_test.cc that is large: this file without LARGE_MAIN is one of its many units, all of the same
// text (functions that are local to a unit do not clash). A call goes through a function of every eighth unit, and at
// its end the time of the process's first trace is printed.
#include <gort/gort.h>

#include <future>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <unordered_map>

struct unit {
  void (*call)(int);
  unit* next;
};
extern unit* units;
void go_on(int n);

#ifdef LARGE_MAIN

unit* units;

static int64_t first_trace() {
  timespec a, b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  std::string s = gort::debug::Stack();
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  std::cout << s;
  return (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
}

void go_on(int n) {
  unit* u = units;
  for (int i = 0; i < 8 * n && u != nullptr; i++) u = u->next;
  if (u != nullptr) return u->call(n + 1);
  int64_t us = first_trace();
  std::cout << "us " << us << "\n";
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, [] { go_on(0); });
}

#else

template class std::map<int, std::string>;
template class std::unordered_map<std::string, int>;
template class std::vector<std::string>;
template class std::basic_regex<char>;
template class std::function<int(std::string)>;

namespace {
[[gnu::noinline]] void hop(int n) {
  std::map<int, std::string> some{{n, "x"}};
  go_on(n);
  std::regex r("a|b");
  if (std::regex_match(some[n], r)) std::cout << "never\n";
}
unit here{hop, nullptr};
struct registration {
  registration() {
    here.next = units;
    units = &here;
  }
} registered;
}  // namespace

#endif
