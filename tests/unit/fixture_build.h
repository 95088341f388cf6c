// fixture_build.h: tests that compile programs, in ways other than their own: another compiler, other optimisation, the
// shared library. Such tests skip themselves where the compiler or the library is missing, and in sanitizer builds.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "child_program.h"

namespace fixture {

namespace fs = std::filesystem;

inline fs::path source_dir() {
  if (const char* d = getenv("GORT_UNIT_DIR")) return d;
  return fs::absolute(fs::path(__FILE__)).parent_path();
}

// root is the source tree; build_dir the folder of the library that belongs to this test program, empty if not found.
inline fs::path root() {
  return source_dir().parent_path().parent_path();
}
inline fs::path build_dir() {
  for (fs::path p = fs::read_symlink("/proc/self/exe").parent_path(); p != p.root_path(); p = p.parent_path())
    if (fs::exists(p / "libgort.a")) return p;
  return fs::exists(root() / "build" / "libgort.a") ? root() / "build" : fs::path();
}

class Scratch {
 public:
  Scratch() {
    char t[] = "/tmp/gort-fixture-XXXXXX";
    dir_ = mkdtemp(t);
  }
  ~Scratch() { fs::remove_all(dir_); }
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
};

inline const std::string& scratch() {
  static Scratch s;
  return s.dir();
}

inline bool have(const std::string& tool) {
  return child::execute({"sh", "-c", "command -v " + tool}).exited(0);
}

// clang is the clang++ at hand: Debian's clang-14 brings no other name.
inline std::string clang() {
  return have("clang++-14") ? "clang++-14" : "clang++";
}

// missing says why the fixtures cannot be built here; empty where they can.
inline std::string missing(const std::string& compiler) {
  if (gort::rt::kUnderTool) return "fixtures are built without the tool";
  if (build_dir().empty()) return "libgort.a was not found";
  if (build_dir().string().find("sanitize") != std::string::npos) return "libgort.a is built for a sanitizer";
  if (!have(compiler)) return compiler + " is not installed";
  return "";
}

inline std::vector<std::string> split(const std::string& s) {
  std::vector<std::string> words;
  size_t at = 0;
  while ((at = s.find_first_not_of(' ', at)) != std::string::npos) {
    size_t end = s.find(' ', at);
    words.push_back(s.substr(at, end == std::string::npos ? end : end - at));
    at = end;
    if (end == std::string::npos) break;
  }
  return words;
}

inline std::string static_libgort() {
  return (build_dir() / "libgort.a").string() + " -ldl -pthread";
}
inline std::string shared_libgort() {
  return "-L" + build_dir().string() + " -Wl,-rpath," + build_dir().string() + " -l:libgort.so -pthread";
}

// compile builds a program from a file of this folder and returns its path, empty (and a failure) if it does not
// compile.
inline std::string compile(const std::string& source, const std::string& compiler, const std::string& flags,
                           const std::string& libraries) {
  static int n;
  std::string out = scratch() + "/f" + std::to_string(n++);
  std::string cmd = compiler + " -std=c++20 -fnon-call-exceptions -fno-optimize-sibling-calls ";
  if (compiler.find("clang") == std::string::npos) cmd += GORT_GCC_FLAGS " ";
  cmd += "-I" + (root() / "runtime/include").string() + " -I" + (root() / "arch/include").string() + " " + flags + " " +
         (source[0] == '/' ? source : (source_dir() / source).string()) + " -o " + out + " " + libraries;
  child::outcome o = child::execute(split(cmd), {}, 300);
  if (o.exited(0)) return out;
  ADD_FAILURE() << cmd << "\n" << o.err;
  return "";
}

// output is what a program writes to standard output when it ends well.
inline std::string output(const std::string& program, const std::vector<std::string>& env = {}) {
  if (program.empty()) return "(not built)";
  child::outcome o = child::execute({program}, env);
  EXPECT_TRUE(o.exited(0)) << o;
  return o.out;
}

}  // namespace fixture
