// Standard input, output and error: closed ones, slow and non-blocking readers, what several print.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

#include "child_program.h"

using namespace gort;

namespace {

constexpr int kLines = 5000;

// become goes on as the program of that name, whose output goes through a pipe, non-blocking or not, with a reader that
// looks up only after a while.
int become(const char* name, bool nonblocking) {
  int fds[2];
  if (pipe(fds) != 0) return 90;
  if (fork() == 0) {
    close(fds[1]);
    usleep(500'000);
    char buf[4096];
    for (ssize_t n; (n = read(fds[0], buf, sizeof buf)) > 0;)
      if (write(1, buf, size_t(n)) != n) _exit(1);
    _exit(0);
  }
  if (nonblocking) fcntl(fds[1], F_SETFL, O_NONBLOCK);
  dup2(fds[1], 1);
  close(fds[0]);
  close(fds[1]);
  const std::string self = child::self();
  execl(self.c_str(), self.c_str(), "--child", name, nullptr);
  return 91;
}

GO_PROGRAM(prints_lines) {
  for (int i = 0; i < kLines; i++) fmt::Printf("line %06d of a log with some text behind it\n", i);
}
HOST_PROGRAM(prints_to_a_nonblocking_pipe) {
  return become("prints_lines", true);
}

GO_PROGRAM(many_print) {
  sync::WaitGroup wg;
  for (int i = 0; i < kLines / 10; i++) {
    wg.Add(1);
    go([&wg] {
      for (int k = 0; k < 10; k++) fmt::Println("line of a log with some text behind it, for the pipe is to be full");
      wg.Done();
    });
  }
  wg.Wait();
  std::filesystem::directory_iterator tasks("/proc/self/task");
  println(std::distance(begin(tasks), end(tasks)));
}
HOST_PROGRAM(many_print_to_a_full_pipe) {
  return become("many_print", false);
}

GO_PROGRAM(opens_a_file) {
  const int fd = open("/dev/null", O_RDONLY);
  os::WriteFile("/tmp/gort_standard_" + std::to_string(getppid()), fmt::Sprint(fd), 0600);
  println("not for a file of the program's");
}
HOST_PROGRAM(opens_a_file_with_all_closed) {
  const std::string self = child::self();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    for (int fd : {0, 1, 2}) close(fd);
    execl(self.c_str(), self.c_str(), "--child", "opens_a_file", nullptr);
  }
  int status;
  waitpid(pid, &status, 0);
  const std::string file = "/tmp/gort_standard_" + std::to_string(parent);
  printf("%s\n", os::ReadFile(file).data.c_str());
  unlink(file.c_str());
  return WEXITSTATUS(status);
}

TEST(StandardOutput, LosesNothingWhereItDoesNotBlock) {
  child::outcome o = child::start("prints_to_a_nonblocking_pipe");
  EXPECT_TRUE(o.exited(0)) << o.status;
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), kLines);
  EXPECT_TRUE(o.out.ends_with(fmt::Sprintf("line %06d of a log with some text behind it\n", kLines - 1)));
}

TEST(StandardOutput, ThatNobodyReadsHoldsOneThread) {
  child::outcome o = child::start("many_print_to_a_full_pipe");
  EXPECT_TRUE(o.exited(0)) << o.status;
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), kLines);
  EXPECT_GT(atoi(o.err.c_str()), 1) << o.err;
  EXPECT_LT(atoi(o.err.c_str()), 30) << o.err;
}

TEST(StandardOutput, ComesAfterWhatStdioHasBuffered) {
  testing::internal::CaptureStdout();
  printf("one ");
  fmt::Print("two ");
  printf("three\n");
  fflush(stdout);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "one two three\n");
}

// Or the program's first file would be number 2, and have the trace written into it.
TEST(StandardFiles, ThatAreClosedAreDevNull) {
  child::outcome o = child::start("opens_a_file_with_all_closed");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_GE(atoi(o.out.c_str()), 3) << o;
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
