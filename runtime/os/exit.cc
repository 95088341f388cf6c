#include <cstdio>
#include <unistd.h>

#include <gort/os/exit.h>

namespace gort::os {

void Exit(int code) {
  if (ftrylockfile(stdout) == 0) fflush_unlocked(stdout);
  _exit(code);
}

}  // namespace gort::os
