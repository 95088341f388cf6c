// All goroutines asleep in package sync: the wait reasons, and the frames of the package.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void mutex() {
  sync::Mutex mu;
  mu.Lock();
  mu.Lock();
}

void readLock() {
  sync::RWMutex mu;
  mu.Lock();
  mu.RLock();
}

void writeLock() {
  sync::RWMutex mu;
  mu.RLock();
  mu.Lock();
}

void secondWriter() {
  sync::RWMutex mu;
  mu.Lock();
  mu.Lock();
}

void waitGroup() {
  sync::WaitGroup wg;
  wg.Add(1);
  wg.Wait();
}

void cond() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  mu.Lock();
  c.Wait();
}

void once() {
  sync::Once o;
  o.Do([&] { o.Do([] {}); });
}

const std::map<std::string, void (*)()> cases = {
    {"mutex", mutex},         {"readLock", readLock}, {"writeLock", writeLock}, {"secondWriter", secondWriter},
    {"waitGroup", waitGroup}, {"cond", cond},         {"once", once},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
