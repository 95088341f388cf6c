// os::File: regular files and pipes. Texts of errors are Go's.
#include <unistd.h>

#include <thread>

#include "net_testing.h"

namespace {

using namespace net_testing;

struct TempFile {
  std::string path = "/tmp/gort_" + std::to_string(getpid()) + ".txt";
  ~TempFile() { unlink(path.c_str()); }
};

NET_TEST(OsFile, WriteSeekRead) {
  TempFile t;
  auto [f, err] = os::Create(t.path);
  ASSERT_EQ(text(err), "<nil>");
  EXPECT_EQ(f.WriteString("hello, file").n, 11u);
  EXPECT_EQ(f.Seek(7, SEEK_SET).pos, 7);
  char buf[16];
  auto [n, rerr] = f.Read(buf);
  EXPECT_EQ(std::string(buf, n), "file");
  EXPECT_TRUE(f.Read(buf).err == io::EOF);
  auto at = f.ReadAt(buf, 7);
  EXPECT_EQ(at.n, 4u);
  EXPECT_TRUE(at.err == io::EOF);
  EXPECT_FALSE(f.WriteAt("FILE", 7).err);
  EXPECT_FALSE(f.Truncate(11));
  EXPECT_FALSE(f.Sync());
  EXPECT_FALSE(f.Close());
  EXPECT_EQ(os::ReadFile(t.path).data, "hello, FILE");
  EXPECT_FALSE(os::WriteFile(t.path, "new", 0600));
  EXPECT_EQ(os::ReadFile(t.path).data, "new");
  EXPECT_FALSE(os::Remove(t.path));
  EXPECT_EQ(text(os::Remove(t.path)), "remove " + t.path + ": no such file or directory");
}

NET_TEST(OsFile, Errors) {
  error err = os::Open("/nonexistent/x").err;
  EXPECT_EQ(text(err), "open /nonexistent/x: no such file or directory");
  EXPECT_TRUE(errors::Is(err, os::ErrNotExist));
  EXPECT_TRUE(os::IsNotExist(err));
  EXPECT_EQ(text(os::ReadFile("/tmp").err), "read /tmp: is a directory");
  EXPECT_EQ(text(os::File().Close()), "invalid argument");
  TempFile t;
  auto [f, cerr] = os::Create(t.path);
  char buf[4];
  EXPECT_EQ(text(f.SetDeadline(time::Now())), "file type does not support deadline");
  EXPECT_EQ(text(f.Seek(-1, SEEK_SET).err), "seek " + t.path + ": invalid argument");
  EXPECT_EQ(text(f.ReadAt(buf, -1).err), "readat " + t.path + ": negative offset");
  f.Close();
  EXPECT_EQ(text(f.Read(buf).err), "read " + t.path + ": file already closed");
  EXPECT_TRUE(errors::Is(f.Read(buf).err, os::ErrClosed));
  EXPECT_EQ(text(f.Close()), "close " + t.path + ": file already closed");
  EXPECT_EQ(text(f.Sync()), "sync " + t.path + ": file already closed");
  for (error e : {f.SetDeadline(time::Now()), f.SetReadDeadline(time::Now()), f.SetWriteDeadline(time::Now())}) {
    EXPECT_EQ(text(e), "use of closed file");
    EXPECT_FALSE(errors::Is(e, os::ErrClosed));
  }
}

NET_TEST(OsFile, ANulInsideANameIsInvalid) {
  TempFile t;
  ASSERT_FALSE(os::WriteFile(t.path, "kept", 0600));
  std::string name = t.path + '\0' + "b", invalid = name + ": invalid argument";
  error err = os::Open(name).err;
  EXPECT_EQ(text(err), "open " + invalid);
  EXPECT_TRUE(errors::Is(err, syscall::Errno(EINVAL)));
  EXPECT_EQ(text(os::Create(name).err), "open " + invalid);
  EXPECT_EQ(text(os::ReadFile(name).err), "open " + invalid);
  EXPECT_EQ(text(os::WriteFile(name, "", 0600)), "open " + invalid);
  EXPECT_EQ(text(os::Remove(name)), "remove " + invalid);
  EXPECT_EQ(os::ReadFile(t.path).data, "kept");
}

NET_TEST(OsFile, WriteAtIsNotForAppending) {
  TempFile t;
  const char* want = "os: invalid use of WriteAt on file opened with O_APPEND";
  auto [f, err] = os::OpenFile(t.path, O_RDWR | O_CREAT | O_APPEND, 0600);
  ASSERT_EQ(text(err), "<nil>");
  f.WriteString("kept");
  for (int64_t off : {0, -1}) {
    auto [n, werr] = f.WriteAt("abc", off);
    EXPECT_EQ(n, 0u);
    EXPECT_EQ(text(werr), want);
    EXPECT_EQ(werr.type_name(), "*errors.errorString");
  }
  EXPECT_EQ(text(os::NewFile(::dup(f.Fd()), "dup").WriteAt("abc", 0).err), want);
  EXPECT_EQ(os::ReadFile(t.path).data, "kept");
}

NET_TEST(OsFile, PipeWaitsInThePoller) {
  auto [r, w, err] = os::Pipe();
  ASSERT_FALSE(err);
  go([w = w] {
    EXPECT_TRUE(waiting(1));
    w.Write("through");
    w.Close();
  });
  auto [all, rerr] = io::ReadAll(r);
  EXPECT_EQ(all, "through");
  EXPECT_EQ(text(rerr), "<nil>");
}

NET_TEST(OsFile, PipeErrors) {
  auto [r, w, err] = os::Pipe();
  char buf[4];
  r.SetReadDeadline(in(5 * time::Millisecond));
  error late = r.Read(buf).err;
  EXPECT_EQ(text(late), "read |0: i/o timeout");
  EXPECT_TRUE(os::IsTimeout(late));
  auto done = make_chan<std::string>();
  r.SetReadDeadline(time::Time());
  go([&, r = r] { done.send(text(r.Read(buf).err)); });
  EXPECT_TRUE(waiting(1));
  r.Close();
  EXPECT_EQ(done.recv(), "read |0: file already closed");
  // No SIGPIPE kills the test.
  EXPECT_EQ(text(w.Write("x").err), "write |1: broken pipe");
}

// An error of one's own that says it is a timeout.
struct Late {
  std::string Error() const { return "late"; }
  bool Timeout() const { return true; }
};
struct LateForNow : Late {
  bool Temporary() const { return false; }
};

NET_TEST(OsFile, IsTimeoutAsksWhateverErrorItIs) {
  EXPECT_FALSE(os::IsTimeout(nil));
  EXPECT_TRUE(os::IsTimeout(context::DeadlineExceeded));
  EXPECT_FALSE(os::IsTimeout(context::Canceled));
  EXPECT_FALSE(os::IsTimeout(fmt::Errorf("%w", context::DeadlineExceeded)));
  EXPECT_TRUE(os::IsTimeout(net::DialTimeout("tcp", "127.0.0.1:1", 1).err));
  auto [a, b] = net::Pipe();
  a.SetDeadline(in(-1));
  char buf[1];
  EXPECT_TRUE(os::IsTimeout(a.Read(buf).err));

  net::DNSError dns;
  EXPECT_FALSE(os::IsTimeout(dns));
  dns.IsTimeout = true;
  EXPECT_TRUE(os::IsTimeout(dns));
  EXPECT_TRUE(os::IsTimeout(net::OpError{"dial", "tcp", nil, nil, dns}));
  EXPECT_TRUE(os::IsTimeout(os::PathError{"open", "x", dns}));
  EXPECT_TRUE(os::IsTimeout(os::NewSyscallError("x", context::DeadlineExceeded)));
  EXPECT_TRUE(os::IsTimeout(os::PathError{"open", "x", os::NewSyscallError("x", syscall::Errno(EAGAIN))}));

  EXPECT_TRUE(os::IsTimeout(Late{}));
  EXPECT_TRUE(os::IsTimeout(std::make_shared<Late>()));
  EXPECT_TRUE(os::IsTimeout(os::PathError{"open", "x", Late{}}));
  net::OpError op{"read", "tcp", nil, nil, Late{}};
  EXPECT_TRUE(op.Timeout());
  EXPECT_FALSE(op.Temporary());
  op.Err = os::PathError{"read", "x", syscall::Errno(EAGAIN)};
  EXPECT_TRUE(op.Timeout());
  EXPECT_FALSE(op.Temporary());
  // A net::Error has both methods.
  EXPECT_FALSE(net::Error(Late{}));
  net::Error both(LateForNow{});
  ASSERT_TRUE(both);
  EXPECT_TRUE(both.Timeout());
  EXPECT_FALSE(both.Temporary());
  EXPECT_FALSE(net::Error(os::PathError{"read", "x", syscall::Errno(EAGAIN)}));
}

NET_TEST(OsFile, DescriptorsOfOneselfJoinThePoller) {
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
  os::File r = os::NewFile(fds[0], "mine");
  auto done = make_chan<std::string>();
  go([&] {
    char buf[8];
    auto [n, err] = r.Read(buf);
    done.send(std::string(buf, n));
  });
  EXPECT_TRUE(waiting(1));
  EXPECT_EQ(::write(fds[1], "raw", 3), 3);
  EXPECT_EQ(done.recv(), "raw");
  ::close(fds[1]);
}

// A blocking descriptor blocks its thread, and the processor goes on.
NET_TEST(OsFile, BlockingReadsHandTheirProcessorOn) {
  int old = runtime::GOMAXPROCS(1);
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  os::File r = os::NewFile(fds[0], "blocking");
  EXPECT_EQ(text(r.SetDeadline(time::Now())), "file type does not support deadline");
  auto done = make_chan<std::string>();
  go([&] {
    char buf[8];
    auto [n, err] = r.Read(buf);
    done.send(std::string(buf, n));
  });
  EXPECT_TRUE(in_state(1, "syscall"));
  EXPECT_EQ(::write(fds[1], "go on", 5), 5);
  EXPECT_EQ(done.recv(), "go on");
  ::close(fds[1]);
  runtime::GOMAXPROCS(old);
}

NET_TEST(OsFile, ReaderHelpers) {
  auto [r, w, err] = os::Pipe();
  w.Write("abcdef");
  w.Close();
  std::string four(4, ' ');
  EXPECT_EQ(io::ReadFull(r, four).n, 4u);
  EXPECT_EQ(four, "abcd");
  auto [n, rerr] = io::ReadFull(r, four);
  EXPECT_EQ(n, 2u);
  EXPECT_TRUE(rerr == io::ErrUnexpectedEOF);
  EXPECT_TRUE(io::ReadFull(r, four).err == io::EOF);
  EXPECT_TRUE(io::ReadAtLeast(r, four, 5).err == io::ErrShortBuffer);
}

}  // namespace
