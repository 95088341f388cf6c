// gort/os/file.h: files and pipes whose reads and writes block a goroutine and not the processor that it ran on.
//
// A read or write of a pipe, FIFO, terminal or socket waits in the network poller (`IO wait`), so it can have a
// deadline and is ended by Close. One of a regular file is a system call that gives its processor to other goroutines
// while it lasts.
#ifndef GORT_OS_FILE_H_
#define GORT_OS_FILE_H_

#include <fcntl.h>

#include <memory>

#include <gort/io.h>
#include <gort/os/error.h>
#include <gort/time/time.h>

namespace gort::rt {
// File's Read and Write are not const, for their names in traces; these let a const handle, such as one captured by a
// lambda, call them.
template <class F>
class os_const_file {
 public:
  io::Result Read(io::Bytes b) const { return self().Read(b); }
  io::Result Write(io::ConstBytes b) const { return self().Write(b); }

 private:
  F& self() const { return const_cast<F&>(static_cast<const F&>(*this)); }
};
}  // namespace gort::rt

namespace gort::os {

// File is an open file: a handle that copies share; a default-constructed one is nil, and its methods give ErrInvalid.
// A file that is not closed is closed when its last handle goes. Errors are PathErrors, but for io::EOF.
//
//   auto [f, err] = os::Open("/etc/hostname");
//   if (err) return err;               // open /etc/hostname: no such file or directory
//   auto [text, rerr] = io::ReadAll(f);
//   f.Close();
//
//   f.Read(buf);
//   f.Write(buf);
//   f.WriteString("line\n");
//   f.ReadAt(buf, 100);
//   f.WriteAt(buf, 100);
//   auto [pos, serr] = f.Seek(0, SEEK_END);
//   if (error e = f.Truncate(0); e == nil) e = f.Sync();
//   f.SetDeadline(time::Now().Add(time::Second));   // SetReadDeadline, SetWriteDeadline
//   println(f.Name(), f.Fd());
class File : public rt::os_const_file<File> {
 public:
  File() = default;
  File(nil_t) {}

  using rt::os_const_file<File>::Read;
  using rt::os_const_file<File>::Write;
  // Read reads up to b.size() bytes; at the end of the file n is 0 and err is io::EOF.
  io::Result Read(io::Bytes b);
  // Write writes all of b.
  io::Result Write(io::ConstBytes b);
  io::Result WriteString(std::string_view s) const { return Write(io::ConstBytes(s)); }
  // ReadAt fills b from an offset, and gives io::EOF when the file ends before; WriteAt writes all of b there, but
  // not in a file opened with O_APPEND. Neither moves the file's position.
  io::Result ReadAt(io::Bytes b, int64_t off) const;
  io::Result WriteAt(io::ConstBytes b, int64_t off) const;
  struct SeekResult {
    int64_t pos = 0;
    error err;
  };
  // Seek sets the position of the next Read or Write: whence is SEEK_SET, SEEK_CUR or SEEK_END.
  SeekResult Seek(int64_t offset, int whence) const;
  error Truncate(int64_t size) const;
  // Sync waits until the file's contents are on the disk.
  error Sync() const;
  // Close closes the file; reads and writes that wait in the poller fail with ErrClosed, and so does a second Close.
  error Close() const;
  // Deadlines, for files in the poller; others give ErrNoDeadline, and a closed file `use of closed file`.
  error SetDeadline(time::Time t) const;
  error SetReadDeadline(time::Time t) const;
  error SetWriteDeadline(time::Time t) const;
  // Name is what the file was opened by. Fd is the descriptor, -1 when it is closed; it stays the File's.
  std::string Name() const;
  int Fd() const;

  explicit operator bool() const noexcept { return p_ != nullptr; }
  friend bool operator==(const File& a, const File& b) { return a.p_ == b.p_; }
  friend bool operator==(const File& a, nil_t) { return a.p_ == nullptr; }

 private:
  struct file;
  friend File NewFile(int fd, std::string_view name);
  friend struct file_maker;
  explicit File(std::shared_ptr<file> p) : p_(std::move(p)) {}
  std::shared_ptr<file> p_;
};

struct OpenResult {
  File file;
  error err;
};
struct PipeResult {
  File r, w;
  error err;
};

// Open opens for reading. Create makes or empties a file, to read and write, with mode 0666 before the umask. OpenFile
// takes the flags of open(2).
//
//   auto [f, err] = os::Create("out");
//   auto [log_file, lerr] = os::OpenFile("log", O_WRONLY | O_APPEND | O_CREAT, 0644);
OpenResult Open(std::string_view name);
OpenResult Create(std::string_view name);
OpenResult OpenFile(std::string_view name, int flag, unsigned perm);
// Pipe makes a pipe: what is written to w is read from r.
//
//   auto [r, w, err] = os::Pipe();
PipeResult Pipe();
// NewFile takes over a descriptor; one in non-blocking mode is given to the poller. nil for a negative one.
//
//   os::File f = os::NewFile(3, "inherited");
File NewFile(int fd, std::string_view name);

// ReadFile and WriteFile do a whole file at once.
//
//   auto [text, err] = os::ReadFile("in");
//   if (err == nil) err = os::WriteFile("out", text, 0644);
io::ReadAllResult ReadFile(std::string_view name);
error WriteFile(std::string_view name, io::ConstBytes data, unsigned perm);
// Remove removes a file or an empty directory.
//
//   if (error err = os::Remove("out"); os::IsNotExist(err)) log("was not there");
error Remove(std::string_view name);

extern const File Stdin, Stdout, Stderr;

}  // namespace gort::os

#endif  // GORT_OS_FILE_H_
