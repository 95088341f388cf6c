// Embedding: a program with a main and threads of its own uses goroutines for some of its work. Threads and goroutines
// share channels and locks; a thread that waits sleeps in the kernel, a goroutine leaves its thread to others.
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <thread>

#include <gort/gort.h>

// sum_of_squares looks like any function from outside; inside, a goroutine an element works on it.
int sum_of_squares(const std::vector<int>& v) {
  return gort::run([&] {
    auto parts = gort::make_chan<int>();
    for (int n : v) gort::go([=] { parts.send(n * n); });
    int sum = 0;
    for (size_t i = 0; i < v.size(); i++) sum += parts.recv();
    return sum;
  });
}

int main() {
  std::vector<int> v(100);
  std::iota(v.begin(), v.end(), 1);
  std::printf("sum of squares: %d\n", sum_of_squares(v));

  // Threads of the program hand work to a goroutine and get the answers back.
  auto questions = gort::make_chan<int>();
  auto answers = gort::make_chan<std::string>(4);
  gort::go([=] {
    for (int q : questions) answers.send(gort::fmt::Sprintf("%d times two is %d", q, 2 * q));
    answers.close();
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back([=] { questions.send(i); });
  for (std::thread& t : threads) t.join();
  questions.close();
  std::vector<std::string> texts;
  for (const std::string& a : answers) texts.push_back(a);
  std::sort(texts.begin(), texts.end());
  for (const std::string& t : texts) std::printf("%s\n", t.c_str());

  // An exception leaves run as it leaves any function.
  try {
    gort::run([] { throw std::runtime_error("too much"); });
  } catch (const std::exception& e) {
    std::printf("caught: %s\n", e.what());
  }
}

// Output:
// sum of squares: 338350
// 0 times two is 0
// 1 times two is 2
// 2 times two is 4
// 3 times two is 6
// caught: too much
