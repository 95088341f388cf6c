// Target: a program that is looked at from outside, alive (process.cc) or as a core file (core.cc).
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/unwind.h"

namespace gort::tool {

// Failure ends the tool with one line on standard error and status 1.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Thread is a thread of the target, with its registers where they are known.
struct Thread {
  int tid;  // as the target itself numbers it
  bool known;
  rt::Regs regs;
};

// Piece is memory to be read: size bytes at addr go to `to`.
struct Piece {
  uint64_t addr;
  size_t size;
  char* to;
  bool ok;
};

class Target {
 public:
  virtual ~Target() = default;
  virtual rt::MemReader& memory() = 0;
  // read_many reads pieces with as few system calls as it can.
  virtual void read_many(std::vector<Piece>& pieces);
  // stop stops every thread, so that what is read fits together, and fills threads; resume lets them go on. A core
  // stands still as it is.
  virtual void stop() {}
  virtual void resume() {}
  // now is the target's nanotime, 0 where that is not known.
  virtual int64_t now() { return 0; }
  // dump: it cannot change under the reader's feet.
  virtual bool is_core() const { return false; }

  std::string name;                       // for messages
  std::vector<rt::RemoteModule> modules;  // sorted by start
  std::vector<Thread> threads;
};

std::unique_ptr<Target> open_process(int pid);
// binary: the program that left the core, empty for the one named in it.
std::unique_ptr<Target> open_core(const std::string& path, const std::string& binary);

// warn writes a line to standard error.
void warn(const std::string& text);

// Note is one ELF note of a module.
struct Note {
  std::string desc;
  uint64_t address;  // of the description, in the target
};
// find_note looks for a note in the program headers of the module that starts at `start`, through mem.
bool find_note(rt::MemReader& mem, uint64_t start, const char* owner, uint32_t type, Note* out);
// file_note does so in a file; address is then meaningless.
bool file_note(const std::string& path, const char* owner, uint32_t type, Note* out);

}  // namespace gort::tool
