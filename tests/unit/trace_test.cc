// Traces from outside: gdb's own backtrace beside ours, and what symbols cost in time and memory.
#include "runtime/traceback.h"

#include <gort/gort.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "child_program.h"
#include "fixture_build.h"
#include "runtime/symtab/symtab.h"

using namespace gort;
namespace symtab = gort::rt::symtab;
using child::start;

// ---- gdb ----

namespace {

struct Build {
  std::string compiler, flags;
};
void PrintTo(const Build& b, std::ostream* out) {  // GoogleTest would print the bytes
  *out << b.compiler << " " << b.flags;
}

struct Frame {
  std::string kind, place;
  uint64_t pc;
};
using Stops = std::map<std::string, std::vector<Frame>>;

Stops read_stops(const std::string& file) {
  Stops all;
  std::ifstream in(file);
  std::string where;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Frame f;
    words >> f.kind;
    if (f.kind == "at") {
      words >> where;
    } else if (f.kind != "end" && words >> std::hex >> f.pc) {
      std::getline(words >> std::ws, f.place);
      all[where].push_back(f);
    }
  }
  return all;
}

std::string text(const std::vector<Frame>& frames) {
  std::ostringstream out;
  for (const Frame& f : frames) out << "  " << f.kind << " " << std::hex << f.pc << " " << f.place << "\n";
  return out.str();
}

bool known(const Frame& f) {
  return f.place.compare(0, 3, "??:") != 0;
}

// gdb 13 takes a return address at which an inlined block begins for a place in that block. It happens in gort's own
// code, which is always optimised; there the pc alone is compared.
bool in_library(const Frame& f) {
  return f.kind == "call" && f.place.compare(0, 9, "trace_gdb") != 0;
}

// Whether both describe one stack. gdb knows the frame that the kernel made for a signal, and the exact pc beyond it.
bool agree(const std::vector<Frame>& ours, const std::vector<Frame>& gdbs) {
  if (ours.size() != gdbs.size()) return false;
  bool interrupted = false;
  for (size_t i = 0; i < ours.size(); i++) {
    const Frame &a = ours[i], &b = gdbs[i];
    if (a.pc != b.pc + interrupted) return false;
    if (a.kind != b.kind && b.kind != "signal") return false;
    if (known(a) && known(b) && a.place != b.place && !(in_library(a) && in_library(b))) return false;
    if (b.kind == "signal")
      interrupted = true;
    else if (b.kind == "call")
      interrupted = false;
  }
  return true;
}

class Gdb : public testing::TestWithParam<Build> {};

TEST_P(Gdb, AgreesFrameByFrame) {
  std::string why = fixture::missing(GetParam().compiler);
  if (!why.empty()) GTEST_SKIP() << why;
  if (!fixture::have("gdb")) GTEST_SKIP() << "gdb is not installed: its backtraces were not compared";
  std::string program =
      fixture::compile("trace_gdb_fixture.cc", GetParam().compiler,
                       "-g -I" + fixture::root().string() + " " + GetParam().flags, fixture::static_libgort());
  ASSERT_FALSE(program.empty());
  std::string dir = fixture::scratch();
  for (const char* f : {"/gdb.txt", "/program.txt"}) unlink((dir + f).c_str());
  std::string script = (fixture::source_dir() / "trace_gdb.py").string();
  child::outcome o =
      child::execute({"sh", "-c", "cd " + dir + " && gdb -nx -batch -x " + script + " " + program + " < /dev/null"},
                     {"DEBUGINFOD_URLS="}, 300);
  Stops ours = read_stops(dir + "/program.txt"), gdbs = read_stops(dir + "/gdb.txt");
  EXPECT_EQ(ours.size(), 11u) << o;
  for (const auto& [where, frames] : ours) {
    EXPECT_GE(frames.size(), 2u) << where;
    EXPECT_TRUE(agree(frames, gdbs[where])) << where << "\nours:\n" << text(frames) << "gdb's:\n" << text(gdbs[where]);
  }
}

std::string name_of(const testing::TestParamInfo<Build>& b) {
  std::string n = b.param.compiler + b.param.flags;
  std::erase_if(n, [](char c) { return !isalnum(static_cast<unsigned char>(c)); });
  return n;
}

INSTANTIATE_TEST_SUITE_P(Builds, Gdb,
                         testing::Values(Build{"g++", "-O0"}, Build{"g++", "-O2"}, Build{"g++", "-O3"},
                                         Build{"clang++-14", "-O0"}, Build{"clang++-14", "-O2"}),
                         name_of);

// ---- logical frames ----

[[gnu::always_inline]] inline void innermost_function(std::vector<std::string>* names, std::vector<uintptr_t>* pcs) {
  for (int skip = 0; skip < 3; skip++) {
    runtime::CallerInfo c = runtime::Caller(skip);
    names->push_back(runtime::FuncForPC(c.pc).Name());
    pcs->resize(32);
    pcs->resize(size_t(runtime::Callers(skip + 1, *pcs)));
    names->push_back(runtime::CallersFrames(*pcs).Next().first.Function);
  }
}
[[gnu::always_inline]] inline void middle_function(std::vector<std::string>* names, std::vector<uintptr_t>* pcs) {
  innermost_function(names, pcs);
}
[[gnu::noinline]] void outermost_function(std::vector<std::string>* names, std::vector<uintptr_t>* pcs) {
  middle_function(names, pcs);
  asm volatile("" ::: "memory");
}

TEST(Caller, TellsApartTheFunctionsThatAreInlinedAtOneAddress) {
  std::vector<std::string> names;
  std::vector<uintptr_t> pcs;
  outermost_function(&names, &pcs);
  EXPECT_EQ(names,
            (std::vector<std::string>{"main.innermost_function", "main.innermost_function", "main.middle_function",
                                      "main.middle_function", "main.outermost_function", "main.outermost_function"}));
}

TEST(Callers, FramesHavePcsThatNameThem) {
  std::vector<std::string> names;
  std::vector<uintptr_t> pcs;
  outermost_function(&names, &pcs);
  pcs.resize(32);
  pcs.resize(size_t(runtime::Callers(1, pcs)));
  int checked = 0;
  for (auto frames = runtime::CallersFrames(pcs);;) {
    auto [f, more] = frames.Next();
    if (f.Function.compare(0, 5, "main.") == 0) {
      EXPECT_EQ(runtime::FuncForPC(f.PC).Name(), f.Function);
      checked++;
    }
    if (!more) break;
  }
  EXPECT_GE(checked, 2);
}

[[gnu::noinline]] void function_with_func(std::vector<std::string>* names) {
  func([&] {
    defer([] {});
    for (int skip = 0; skip < 2; skip++) names->push_back(runtime::FuncForPC(runtime::Caller(skip).pc).Name());
    uintptr_t pcs[32];
    int n = runtime::Callers(2, pcs);
    names->push_back(runtime::CallersFrames({pcs, size_t(n)}).Next().first.Function);
  });
}
[[gnu::noinline]] void its_caller(std::vector<std::string>* names) {
  function_with_func(names);
  asm volatile("" ::: "memory");
}

TEST(Caller, OfAFuncsBodyIsTheCallerOfItsFunction) {
  std::vector<std::string> names;
  gort::run([&] { its_caller(&names); });
  EXPECT_EQ(names, (std::vector<std::string>{"main.function_with_func", "main.its_caller", "main.its_caller"}));
}

// ---- the first trace ----

TEST(FirstTrace, OfALargeProgramTakesAtMost100Milliseconds) {
  std::string why = fixture::missing("g++");
  if (!why.empty()) GTEST_SKIP() << why;
  std::string dir = fixture::scratch() + "/large", source = (fixture::source_dir() / "trace_large_fixture.cc").string();
  std::string compile =
      "g++ -std=c++20 -O0 -g -fno-eliminate-unused-debug-types -fno-eliminate-unused-debug-symbols "
      "-fnon-call-exceptions -I" +
      (fixture::root() / "runtime/include").string() + " -I" + (fixture::root() / "arch/include").string() + " -c " +
      source;
  child::outcome o =
      child::execute({"sh", "-ec",
                      "mkdir -p " + dir + " && cd " + dir + " && " + compile + " -o unit.o && " + compile +
                          " -DLARGE_MAIN -o main.o && for i in $(seq 36); do ln unit.o u$i.o; done && "
                          "g++ -o large main.o u*.o " +
                          fixture::static_libgort()},
                     {}, 300);
  ASSERT_TRUE(o.exited(0)) << o;
  EXPECT_GT(fixture::fs::file_size(dir + "/large"), size_t{50} << 20);
  double best = 1e9;
  for (int i = 0; i < 3; i++) {  // what else the machine does is not the trace's
    std::string out = fixture::output(dir + "/large");
    size_t hops = 0, at = out.find("\nus ");
    for (size_t p = 0; (p = out.find("\nmain.hop(", p)) != std::string::npos; p++) hops++;
    EXPECT_EQ(hops, 5u) << out;  // units that the trace had to read, besides main's and gort's
    ASSERT_NE(at, std::string::npos) << out;
    best = std::min(best, std::stod(out.substr(at + 4)));
  }
  RecordProperty("first_trace_us", int(best));
  EXPECT_LE(best, 100e3);
}

// ---- memory ----

size_t resident() {
  size_t pages = 0, skip;
  std::ifstream("/proc/self/statm") >> skip >> pages;
  return pages * 4096;
}

uintptr_t code_start() {
  return reinterpret_cast<uintptr_t>(&rt::unwind_init);
}

TEST(SymbolMemory, IsBoundedAndGivenBack) {
  symtab::release();
  const size_t before = resident();
  size_t most = 0;
  // More pcs than a pool has room for.
  for (uintptr_t i = 0; i < 60000; i++) {
    symtab::Hold hold;
    symtab::Spare spare;
    const symtab::Kept* k = symtab::lookup(code_start() + i, true, &spare);
    ASSERT_GT(k->physical().function_len, 0);
    if (i % 1000 == 0) most = std::max(most, symtab::usage());
  }
  EXPECT_LT(most, size_t{128} << 20);
  EXPECT_GT(most, size_t{1} << 20);
  const size_t full = resident();
  symtab::release();
  EXPECT_LT(symtab::usage(), size_t{256} << 10);
  if (!tool::slow()) {
    EXPECT_LT(resident(), before + (full - before) / 4) << "before " << before << ", full " << full;
  }
}

TEST(SymbolMemory, IsNotGivenBackUnderAReader) {
  symtab::Hold hold;
  symtab::Spare spare;
  const symtab::Kept* k = symtab::lookup(code_start() + 1, true, &spare);
  ASSERT_NE(k->pool, nullptr);
  std::string name = k->physical().function;
  symtab::release();
  EXPECT_EQ(k->physical().function, name);
  symtab::Spare other;
  const symtab::Kept* again = symtab::lookup(code_start() + 1, true, &other);
  EXPECT_NE(again, k);
  EXPECT_EQ(again->physical().function, name);
}

TEST(SymbolMemory, FreeOSMemoryGivesItBack) {
  {
    symtab::Hold hold;
    symtab::Spare spare;
    symtab::lookup(code_start() + 2, true, &spare);
  }
  EXPECT_GT(symtab::usage(), size_t{64} << 10);
  debug::FreeOSMemory();
  EXPECT_LT(symtab::usage(), size_t{256} << 10);
}

TEST(SymbolMemory, ReadersAndReleasesDoNotDisturbEachOther) {
  std::atomic<bool> stop{false};
  std::atomic<int> lookups{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; t++)
    readers.emplace_back([&, t] {
      for (uintptr_t i = 0; !stop; i++) {
        symtab::Hold hold;
        symtab::Spare spare;
        const symtab::Kept* k = symtab::lookup(code_start() + (i * 7 + uintptr_t(t)) % 500, i % 2, &spare);
        for (uint32_t j = 0; j < k->n; j++) ASSERT_EQ(strlen(k->at[j].function), k->at[j].function_len);
        lookups++;
      }
    });
  for (int i = 0; (i < 200 || lookups < 1000) && !HasFatalFailure(); i++) {
    symtab::release();
    usleep(1000);
  }
  stop = true;
  for (auto& r : readers) r.join();
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
