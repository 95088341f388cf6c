// Sink: where the text of traces goes. Usable in signal handlers.
#pragma once
#include <cstddef>
#include <cstdint>

// gort_write makes the system call nr, SYS_write or SYS_writev, for what the runtime itself says on standard error;
// negative: an errno. What nobody reads any more is lost, and no reason to die of SIGPIPE: the handler knows the place
// after the call, gort_write_done.
extern "C" {
[[gnu::visibility("hidden")]] int64_t gort_write(int fd, const void* p, size_t n, int64_t nr);
[[gnu::visibility("hidden")]] extern const char gort_write_done[];
}

namespace gort::rt {

// Sink takes text: to a file descriptor through a small buffer, or to memory, where it counts on past the end.
class Sink {
 public:
  explicit Sink(int fd) : fd_(fd) {}
  Sink(char* buf, size_t cap) : out_(buf), cap_(cap) {}
  ~Sink() { flush(); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void write(const char* s, size_t n);
  void str(const char* s);
  void dec(int64_t v);
  void hex(uint64_t v);  // 0x...
  void flush();
  // room returns where n bytes may be written directly, to be followed by advance(); null if there is no such place.
  char* room(size_t n);
  void advance(size_t n);
  size_t size() const { return total_; }  // bytes written, whether they fitted or not

 private:
  int fd_ = -1;
  char* out_ = nullptr;
  size_t cap_ = 0;
  size_t total_ = 0;
  size_t used_ = 0;
  char buf_[1024];
};

// put_hex writes 0x... (at most 18 bytes) and returns the length.
size_t put_hex(char* to, uint64_t v);

}  // namespace gort::rt
