// Unlocking what is not locked is fatal: not recoverable, and every goroutine is shown.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

void unlock() {
  sync::Mutex mu;
  mu.Unlock();
}

void readUnlock() {
  sync::RWMutex mu;
  mu.RUnlock();
}

void writeUnlock() {
  sync::RWMutex mu;
  mu.Unlock();
}

void notRecoverable() {
  func([&] {
    defer([] { fmt::Println("recovered?", recover()); });
    sync::RWMutex mu;
    mu.Unlock();
  });
}

const std::map<std::string, void (*)()> cases = {
    {"unlock", unlock},
    {"readUnlock", readUnlock},
    {"writeUnlock", writeUnlock},
    {"notRecoverable", notRecoverable},
};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
