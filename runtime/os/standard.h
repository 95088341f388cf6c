// The three files that every process has, also for who prints before os::Stdout is constructed.
#pragma once

#include <gort/os/file.h>

namespace gort::rt {

// standard_file is os::Stdin (0), os::Stdout (1) or os::Stderr (2).
const os::File& standard_file(int fd);

}  // namespace gort::rt
