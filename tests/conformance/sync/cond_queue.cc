// A bounded queue with two conditions.
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct queue {
  sync::Mutex mu;
  sync::Cond notEmpty{&mu};
  sync::Cond notFull{&mu};
  std::vector<int> items;

  void put(int v) {
    func([&] {
      mu.Lock();
      defer([&] { mu.Unlock(); });
      while (items.size() == 2) notFull.Wait();
      items.push_back(v);
      notEmpty.Signal();
    });
  }

  int get() {
    return func<int>([&] {
      mu.Lock();
      defer([&] { mu.Unlock(); });
      while (items.empty()) notEmpty.Wait();
      int v = items.front();
      items.erase(items.begin());
      notFull.Signal();
      return v;
    });
  }
};

void entry() {
  queue q;
  auto done = make_chan<bool>();
  go([&] {
    for (int i = 0; i < 100; i++) q.put(i);
    done.close();
  });
  int sum = 0;
  for (int i = 0; i < 100; i++) {
    int v = q.get();
    if (v != i) fmt::Println("out of order", v);
    sum += v;
  }
  done.recv();
  fmt::Println(sum);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
