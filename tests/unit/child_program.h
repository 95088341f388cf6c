// child_program.h: tests that look at a whole program from outside. The test program starts itself again, to run one of
// the small programs that it holds, and looks at what that one wrote and how it ended.
//
//   GO_PROGRAM(two_plus_two) { println(2 + 2); }        // func main of a Go program, under gort::main
//   HOST_PROGRAM(embeds) { gort::run([] { ... }); }     // main of a C++ program: int argc, char** argv are at hand
//
//   TEST(Print, WritesToStandardError) { EXPECT_EQ(start("two_plus_two").err, "4\n"); }
//
//   int main(int argc, char** argv) { return child_program_main(argc, argv); }
#pragma once

#include <gtest/gtest.h>

#include <gort/main.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <poll.h>
#include <regex>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tests/under_tool.h"

namespace child {

struct program {
  void (*entry)() = nullptr;
  int (*main)(int, char**) = nullptr;
};

inline std::map<std::string, program>& programs() {
  static std::map<std::string, program> all;
  return all;
}

struct registration {
  registration(const char* name, program p) { programs()[name] = p; }
};

#define GO_PROGRAM(name)                                                        \
  static void name();                                                           \
  static const child::registration registration_##name(#name, {name, nullptr}); \
  static void name()

#define HOST_PROGRAM(name)                                                      \
  static int name(int argc, char** argv);                                       \
  static const child::registration registration_##name(#name, {nullptr, name}); \
  static int name([[maybe_unused]] int argc, [[maybe_unused]] char** argv)

struct outcome {
  std::string out, err;
  int status = 0;
  double seconds = 0;      // on the clock
  double cpu_seconds = 0;  // of the processor
  bool hung = false;       // it did not end and was killed
  bool exited(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
  bool killed(int sig) const { return WIFSIGNALED(status) && WTERMSIG(status) == sig; }
  bool has(const std::string& text) const { return err.find(text) != std::string::npos; }
  bool matches(const std::string& re) const { return std::regex_search(err, std::regex(re, std::regex::multiline)); }
};

inline std::ostream& operator<<(std::ostream& o, const outcome& r) {
  if (r.hung) o << "it hung; ";
  if (WIFSIGNALED(r.status)) o << "killed by signal " << WTERMSIG(r.status);
  if (WIFEXITED(r.status)) o << "exit status " << WEXITSTATUS(r.status);
  return o << "\nstdout:\n" << r.out.substr(0, 4000) << "\nstderr:\n" << r.err.substr(0, 8000);
}

// execute runs a command (its words) with variables NAME=value added to the environment.
inline outcome execute(const std::vector<std::string>& words, const std::vector<std::string>& env = {},
                       int seconds = 60) {
  int fds[2][2];
  EXPECT_EQ(pipe2(fds[0], O_CLOEXEC) | pipe2(fds[1], O_CLOEXEC), 0);
  std::vector<char*> argv;
  for (const std::string& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  outcome o;
  pid_t pid = fork();
  if (pid == 0) {
    dup2(fds[0][1], 1);
    dup2(fds[1][1], 2);
    // A sanitizer's handlers are a host's to gort: its report would come instead.
    const char* options = "halt_on_error=1:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0:detect_leaks=0";
    if (gort::rt::kUnderTool) {
      setenv("ASAN_OPTIONS", options, 1);
      setenv("TSAN_OPTIONS", options, 1);
    }
    for (const std::string& e : env) putenv(strdup(e.c_str()));
    execvp(argv[0], argv.data());
    _exit(99);
  }
  pollfd p[2];
  for (int i = 0; i < 2; i++) {
    close(fds[i][1]);
    p[i] = {fds[i][0], POLLIN, 0};
  }
  std::string* to[2] = {&o.out, &o.err};
  for (int open = 2; open > 0;) {
    if (poll(p, 2, 100) < 0) break;
    if (elapsed() > seconds && !o.hung) {
      o.hung = true;
      kill(pid, SIGKILL);
    }
    for (int i = 0; i < 2; i++) {
      if (p[i].fd < 0 || p[i].revents == 0) continue;
      char buf[8192];
      ssize_t n = read(p[i].fd, buf, sizeof buf);
      if (n > 0) {
        to[i]->append(buf, size_t(n));
      } else {
        p[i].fd = -1;
        open--;
      }
    }
  }
  rusage u{};
  wait4(pid, &o.status, 0, &u);
  for (auto& f : fds) close(f[0]);
  o.seconds = elapsed();
  auto seconds_of = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  o.cpu_seconds = seconds_of(u.ru_utime) + seconds_of(u.ru_stime);
  EXPECT_FALSE(o.hung) << words[0] << " " << words.back() << "\n" << o;
  return o;
}

// self is this test program's path. Not /proc/self/exe itself, which under Valgrind would start Valgrind.
inline std::string self() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

// start runs one of this test's programs.
inline outcome start(const std::string& name, const std::vector<std::string>& env = {}, int seconds = 60) {
  EXPECT_EQ(programs().count(name), 1u) << name;
  return execute({self(), "--child", name}, env, seconds);
}

}  // namespace child

inline int child_program_main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "--child") == 0) {
    const child::program& p = child::programs().at(argv[2]);
    return p.main != nullptr ? p.main(argc, argv) : gort::main(argc, argv, p.entry);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
