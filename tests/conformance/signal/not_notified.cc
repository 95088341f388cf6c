// Signals that nobody asked for end the program by themselves.
#include <unistd.h>
#include <map>

#include <gort/gort.h>

using namespace gort;

std::string arg;
const std::map<std::string, int> signals = {
    {"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}, {"USR1", SIGUSR1}, {"KILL", SIGKILL}};

void entry() {
  fmt::Println("before");
  kill(getpid(), signals.at(arg));
  time::Sleep(5 * time::Second);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  arg = argv[1];
  return gort::main(argc, argv, entry);
}
