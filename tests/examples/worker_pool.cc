// A worker pool: a fixed number of goroutines take jobs from one channel and send results to another.
#include <algorithm>

#include <gort/gort.h>

using namespace gort;

struct result {
  int job;
  int64_t value;
};

int64_t fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

void worker(recv_chan<int> jobs, send_chan<result> results) {
  for (int job : jobs) results.send({job, fibonacci(job)});
}

void entry() {
  auto jobs = make_chan<int>();
  auto results = make_chan<result>();

  sync::WaitGroup wg;
  for (int i = 0; i < 4; i++) {
    wg.Add(1);
    go([&] {
      worker(jobs, results);
      wg.Done();
    });
  }
  go([&] {  // the results end when the last worker has ended
    wg.Wait();
    results.close();
  });
  go([=] {
    for (int n = 10; n < 20; n++) jobs.send(n);
    jobs.close();
  });

  std::vector<result> all;
  for (const result& r : results) all.push_back(r);
  std::sort(all.begin(), all.end(), [](const result& a, const result& b) { return a.job < b.job; });
  for (const result& r : all) fmt::Println("fibonacci", r.job, "is", r.value);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// fibonacci 10 is 55
// fibonacci 11 is 89
// fibonacci 12 is 144
// fibonacci 13 is 233
// fibonacci 14 is 377
// fibonacci 15 is 610
// fibonacci 16 is 987
// fibonacci 17 is 1597
// fibonacci 18 is 2584
// fibonacci 19 is 4181
