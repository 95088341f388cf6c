// Plugins that are unloaded, and others, or other builds of them, that get their addresses: what was learned of the old
// code must not be said of the new.
#include "runtime/find_object.h"
#include "runtime/symtab/symtab.h"
#include "tests/unit/unwind_test_util.h"

#include <filesystem>
#include <fstream>

namespace gort::rt {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path;
  Folder() {
    char name[] = "/tmp/gort_reload_XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path); }

  // compile makes lib/NAME.so of source; empty if there is no compiler.
  std::string compile(const std::string& name, const std::string& source, const std::string& flags) {
    std::string c = path / (name + ".c"), so = path / (name + ".so");
    std::ofstream(c) << source;
    return system(("cc -g -O1 -shared -fPIC -fexceptions " + flags + " -o " + so + " " + c).c_str()) == 0 ? so : "";
  }
};

// Each calls f from inner from outer; equal in the size of everything.
std::string plugin(const std::string& inner, int frame) {
  const std::string body = "volatile char b[" + std::to_string(frame) + "]; b[0] = 1; ";
  return "__attribute__((noinline)) void " + inner + "(void (*f)(void)) { " + body + "f(); b[1] = 2; }\n" +
         "void outer(void (*f)(void)) { " + body + inner + "(f); b[1] = 2; }\n";
}

struct Seen {
  std::vector<std::string> functions, files;
} seen;

void look() {
  take_walks();
  seen = {};
  for (size_t i = 1; i < walks.ours.size(); i++) {
    symtab::Location at[4];
    symtab::locate(walks.ours[i], false, at, 4);
    seen.functions.push_back(at[0].function);
    seen.files.push_back(fs::path(at[0].file).filename());
  }
  sink = 1;
}

struct Plugin {
  void* library;
  uintptr_t outer;

  explicit Plugin(const std::string& so) : library(dlopen(so.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    outer = library != nullptr ? uintptr_t(dlsym(library, "outer")) : 0;
  }
  ~Plugin() {
    if (library != nullptr) dlclose(library);
  }
  void run() const { reinterpret_cast<void (*)(void (*)())>(outer)(look); }
};

// The frames are inner, outer and all that libgcc finds further out.
void expect_frames(const std::string& inner, const std::string& file) {
  expect_equal_walks(5);
  auto at = std::find(seen.functions.begin(), seen.functions.end(), "main." + inner);
  ASSERT_NE(at, seen.functions.end()) << "no frame of " << inner;
  auto i = size_t(at - seen.functions.begin());
  EXPECT_EQ(seen.files[i], file);
  ASSERT_GT(seen.functions.size(), i + 1);
  EXPECT_EQ(seen.functions[i + 1], "main.outer");
  EXPECT_EQ(seen.files[i + 1], file);
}

constexpr const char* kIds[] = {"-Wl,--build-id", "-Wl,--build-id=none"};

TEST(Reload, AnotherPluginAtTheSameAddressHasItsOwnFramesAndNames) {
  for (const char* id : kIds) {
    SCOPED_TRACE(id);
    Folder folder;
    const std::string one = folder.compile("one", plugin("inner_a", 40), id);
    const std::string two = folder.compile("two", plugin("inner_b", 72), id);
    if (one.empty() || two.empty()) GTEST_SKIP() << "no compiler";
    uintptr_t place = 0;
    for (int round = 0; round < 6; round++) {
      SCOPED_TRACE(round);
      Plugin p(round % 2 ? two : one);
      ASSERT_NE(p.outer, 0u);
      if (round > 0 && p.outer != place) GTEST_SKIP() << "loaded elsewhere";
      place = p.outer;
      for (int again = 0; again < 2; again++) {
        p.run();
        expect_frames(round % 2 ? "inner_b" : "inner_a", round % 2 ? "two.c" : "one.c");
      }
    }
  }
}

TEST(Reload, RebuiltPluginUnderItsOldNameHasItsNewFramesAndNames) {
  for (const char* id : kIds) {
    SCOPED_TRACE(id);
    Folder folder;
    if (folder.compile("one", plugin("inner_a", 40), id).empty()) GTEST_SKIP() << "no compiler";
    for (int round = 0; round < 6; round++) {
      SCOPED_TRACE(round);
      const std::string inner = std::string("inner_") + char('a' + round);
      const std::string fresh = folder.compile("new", plugin(inner, 40 + 16 * round), id);
      fs::rename(fresh, folder.path / "hot.so");
      Plugin p(folder.path / "hot.so");
      ASSERT_NE(p.outer, 0u);
      p.run();
      expect_frames(inner, "new.c");
    }
  }
}

TEST(Reload, BuildIdIsTheObjectsNotItsAddresses) {
  Folder folder;
  for (const char* id : kIds) {
    const std::string one = folder.compile("one", plugin("inner_a", 40), id);
    const std::string two = folder.compile("two", plugin("inner_b", 72), id);
    if (one.empty() || two.empty()) GTEST_SKIP() << "no compiler";
    auto id_of = [&](const std::string& so) {
      Plugin p(so);
      dl_find_object object;
      EXPECT_TRUE(find_object(p.outer, &object));
      BuildId first = build_id_of(object), second = build_id_of(object);
      EXPECT_EQ(first.hash, second.hash);
      EXPECT_EQ(first.exact, strstr(id, "none") == nullptr);
      return first.hash;
    };
    const uint64_t a = id_of(one), b = id_of(two);
    EXPECT_NE(a, b);
    EXPECT_EQ(id_of(one), a);
    EXPECT_EQ(id_of(two), b);
  }
}

}  // namespace
}  // namespace gort::rt
