// Go's test/sigchld.go: a SIGCHLD that nobody waits for does nothing.
#include <signal.h>
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  kill(getpid(), SIGCHLD);
  println("survived SIGCHLD");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
