#include <gort/os/file.h>
#include <gort/runtime.h>

#include <sys/stat.h>

#include "runtime/net/poll.h"
#include "runtime/net/sys.h"
#include "runtime/os/standard.h"

namespace gort::os {

namespace poll = ::gort::internal::poll;
namespace sys = rt::sys;

struct File::file {
  file(int fd, std::string_view name) : pfd(fd, true, true, true), name(name) {}
  // The error of an operation as users see it. EOF and nil stay as they are.
  error wrap(const char* op, error err) const {
    if (!err || err == io::EOF) return err;
    if (err == poll::ErrFileClosing()) err = ErrClosed;
    return PathError{op, name, std::move(err)};
  }
  io::Result wrap(const char* op, io::Result r) const {
    if (r.err) r.err = wrap(op, std::move(r.err));
    return r;
  }
  poll::FD pfd;
  std::string name;
  bool append = false;
};

struct file_maker {
  enum class how { opened, pipe, nonblocking, blocking };
  static File make(int fd, std::string_view name, how h, bool append = false) {
    auto p = std::make_shared<File::file>(fd, name);
    p->append = append;
    struct stat st {};
    bool known = h != how::blocking && sys::raw(SYS_fstat, fd, sys::word(&st), 0) == 0;
    // As in Go, a broken pipe on standard output or error ends the program.
    p->pfd.isPipe = fd > 2 && (h == how::pipe || !known || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
    // Epoll does not take regular files and directories.
    if (known && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && p->pfd.Init(true) == 0 && h == how::opened)
      ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return File(std::move(p));
  }
};

static error path_error(const char* op, std::string_view path, int err) {
  return PathError{op, std::string(path), syscall::Errno(err)};
}

// ---- File ----

[[gnu::noinline]] io::Result File::Read(io::Bytes b) {
  if (p_ == nullptr) return {0, ErrInvalid};
  return p_->wrap("read", p_->pfd.Read(b));
}

[[gnu::noinline]] io::Result File::Write(io::ConstBytes b) {
  if (p_ == nullptr) return {0, ErrInvalid};
  return p_->wrap("write", p_->pfd.Write(b));
}

io::Result File::ReadAt(io::Bytes b, int64_t off) const {
  if (p_ == nullptr) return {0, ErrInvalid};
  if (off < 0) return {0, PathError{"readat", p_->name, errors::New("negative offset")}};
  io::Result sum;
  while (sum.n < b.size() && !sum.err) {
    io::Result r = p_->pfd.Pread(b.from(sum.n), off + static_cast<int64_t>(sum.n));
    sum.n += r.n;
    sum.err = std::move(r.err);
  }
  return p_->wrap("read", std::move(sum));
}

io::Result File::WriteAt(io::ConstBytes b, int64_t off) const {
  if (p_ == nullptr) return {0, ErrInvalid};
  if (p_->append) return {0, errors::New("os: invalid use of WriteAt on file opened with O_APPEND")};
  if (off < 0) return {0, PathError{"writeat", p_->name, errors::New("negative offset")}};
  return p_->wrap("write", p_->pfd.Pwrite(b, off));
}

File::SeekResult File::Seek(int64_t offset, int whence) const {
  if (p_ == nullptr) return {0, ErrInvalid};
  poll::FD::offset r = p_->pfd.Seek(offset, whence);
  return {r.off, p_->wrap("seek", std::move(r.err))};
}

error File::Truncate(int64_t size) const {
  return p_ == nullptr ? ErrInvalid : p_->wrap("truncate", p_->pfd.Ftruncate(size));
}
error File::Sync() const {
  return p_ == nullptr ? ErrInvalid : p_->wrap("sync", p_->pfd.Fsync());
}
error File::Close() const {
  return p_ == nullptr ? ErrInvalid : p_->wrap("close", p_->pfd.Close());
}

// As in Go, their errors are as the poller gives them.
error File::SetDeadline(time::Time t) const {
  return p_ == nullptr ? ErrInvalid : p_->pfd.SetDeadline(t);
}
error File::SetReadDeadline(time::Time t) const {
  return p_ == nullptr ? ErrInvalid : p_->pfd.SetReadDeadline(t);
}
error File::SetWriteDeadline(time::Time t) const {
  return p_ == nullptr ? ErrInvalid : p_->pfd.SetWriteDeadline(t);
}
std::string File::Name() const {
  return p_ == nullptr ? "" : p_->name;
}
int File::Fd() const {
  return p_ == nullptr ? -1 : p_->pfd.Sysfd;
}

// ---- making files ----

// The system would take a name with a NUL inside for a shorter one.
static bool has_nul(std::string_view name) {
  return name.find('\0') != std::string_view::npos;
}

OpenResult OpenFile(std::string_view name, int flag, unsigned perm) {
  if (has_nul(name)) return {nil, path_error("open", name, EINVAL)};
  std::string path(name);
  int fd;
  do {
    fd = runtime::blocking([&] {
      return static_cast<int>(
          sys::raw(SYS_openat, AT_FDCWD, sys::word(path.c_str()), flag | O_CLOEXEC, static_cast<long>(perm)));
    });
  } while (fd == -EINTR);
  if (fd < 0) return {nil, path_error("open", name, -fd)};
  return {file_maker::make(fd, name, file_maker::how::opened, (flag & O_APPEND) != 0), nil};
}

OpenResult Open(std::string_view name) {
  return OpenFile(name, O_RDONLY, 0);
}
OpenResult Create(std::string_view name) {
  return OpenFile(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
}

PipeResult Pipe() {
  int fds[2];
  long r = sys::raw(SYS_pipe2, sys::word(fds), O_CLOEXEC | O_NONBLOCK, 0);
  if (r < 0) return {nil, nil, NewSyscallError("pipe2", syscall::Errno(static_cast<int>(-r)))};
  return {file_maker::make(fds[0], "|0", file_maker::how::pipe), file_maker::make(fds[1], "|1", file_maker::how::pipe),
          nil};
}

File NewFile(int fd, std::string_view name) {
  if (fd < 0) return nil;
  long flags = sys::raw(SYS_fcntl, fd, F_GETFL, 0);
  if (flags < 0) flags = 0;
  bool nonblocking = (flags & O_NONBLOCK) != 0;
  return file_maker::make(fd, name, nonblocking ? file_maker::how::nonblocking : file_maker::how::blocking,
                          (flags & O_APPEND) != 0);
}

io::ReadAllResult ReadFile(std::string_view name) {
  auto [f, err] = Open(name);
  if (err) return {"", err};
  io::ReadAllResult r = io::ReadAll(f);
  f.Close();
  return r;
}

error WriteFile(std::string_view name, io::ConstBytes data, unsigned perm) {
  auto [f, err] = OpenFile(name, O_WRONLY | O_CREAT | O_TRUNC, perm);
  if (err) return err;
  io::Result r = f.Write(data);
  error closed = f.Close();
  return r.err ? r.err : closed;
}

error Remove(std::string_view name) {
  if (has_nul(name)) return path_error("remove", name, EINVAL);
  std::string path(name);
  long file, dir;
  runtime::blocking([&] {
    file = sys::raw(SYS_unlink, sys::word(path.c_str()), 0, 0);
    dir = file == 0 ? 0 : sys::raw(SYS_rmdir, sys::word(path.c_str()), 0, 0);
  });
  if (file == 0 || dir == 0) return nil;
  // Which of the two errors tells more: it is no directory, so the first one.
  return path_error("remove", name, static_cast<int>(dir == -ENOTDIR ? -file : -dir));
}

const File Stdin = rt::standard_file(0);
const File Stdout = rt::standard_file(1);
const File Stderr = rt::standard_file(2);

}  // namespace gort::os

// A reference of each is never given back: the descriptors are not closed at exit.
const gort::os::File& gort::rt::standard_file(int fd) {
  static os::File* const files[] = {new os::File(os::NewFile(0, "/dev/stdin")),
                                    new os::File(os::NewFile(1, "/dev/stdout")),
                                    new os::File(os::NewFile(2, "/dev/stderr"))};
  return *files[fd];
}
