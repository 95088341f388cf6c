// The symbolizer against programs that say themselves what their frames must be called. The fixtures are compiled here
// with every compiler at hand, in the ways that change debug information, and run; their addresses are then looked up
// from outside.
#include "runtime/symtab/symtab.h"
#include "tests/under_tool.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace symtab = gort::rt::symtab;
namespace fs = std::filesystem;

namespace {

fs::path source_dir() {
  if (const char* d = getenv("GORT_UNIT_DIR")) return d;
  return fs::path(__FILE__).parent_path();
}

class Scratch {
 public:
  Scratch() {
    char t[] = "/tmp/gort-symtab-XXXXXX";
    dir_ = mkdtemp(t);
  }
  ~Scratch() { fs::remove_all(dir_); }
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
};

Scratch& scratch() {
  static Scratch s;
  return s;
}

int sh(const std::string& cmd) {
  return system((cmd + " 2>" + scratch().dir() + "/err").c_str());
}

bool have(const std::string& tool) {
  return sh("command -v " + tool + " >" + scratch().dir() + "/which") == 0;
}

std::string compile(const std::string& fixture, const std::string& compiler, const std::string& flags) {
  static int n;
  std::string out = scratch().dir() + "/f" + std::to_string(n++);
  std::string cmd = compiler + " -std=c++20 -fno-omit-frame-pointer " + flags + " " +
                    (source_dir() / fixture).string() + " -o " + out;
  if (sh(cmd) == 0) return out;
  ADD_FAILURE() << cmd << "\n" << std::ifstream(scratch().dir() + "/err").rdbuf();
  return "";
}

std::vector<std::string> run(const std::string& program) {
  std::string out = scratch().dir() + "/out";
  EXPECT_EQ(sh(program + " >" + out), 0) << program;
  std::vector<std::string> lines;
  std::ifstream in(out);
  for (std::string l; std::getline(in, l);) lines.push_back(l);
  return lines;
}

struct Build {
  std::string compiler, flags;
};

std::ostream& operator<<(std::ostream& o, const Build& b) {
  return o << b.compiler << " " << b.flags;
}

std::vector<Build> builds(std::initializer_list<const char*> flags) {
  std::vector<Build> all;
  for (const char* c : {"g++", have("clang++-14") ? "clang++-14" : "clang++"})
    if (have(c))
      for (const char* f : flags) all.push_back({c, f});
  return all;
}

// The frames that stand where the fixture captured.
struct Capture {
  uint64_t bias, pc, main_entry;
  int line;
  std::string want;
};

std::vector<Capture> captures(const std::string& program) {
  std::vector<Capture> all;
  uint64_t main_entry = 0;
  for (const std::string& l : run(program)) {
    Capture c{};
    char want[256];
    if (sscanf(l.c_str(), "main %lx", &main_entry) == 1) continue;
    if (sscanf(l.c_str(), "%lx %lx %d %255s", &c.bias, &c.pc, &c.line, want) != 4) continue;
    c.want = want;
    all.push_back(c);
  }
  for (Capture& c : all) c.main_entry = main_entry;
  return all;
}

std::string chain(const symtab::Location* l, int n) {
  std::string s;
  for (int i = 0; i < n; i++)
    s += std::string(i ? " < " : "") + l[i].function + ":" + std::to_string(l[i].line) + (l[i].inlined ? "i" : "");
  return s;
}

class Names : public testing::TestWithParam<Build> {};

TEST_P(Names, EveryFrameHasItsGoName) {
  std::string program = compile("symtab_names_fixture.cc", GetParam().compiler, GetParam().flags);
  ASSERT_FALSE(program.empty());
  auto all = captures(program);
  ASSERT_GT(all.size(), 50u);
  symtab::Module* m = symtab::open_module(program.c_str(), all[0].bias);
  ASSERT_NE(m, nullptr);
  symtab::set_main_entry(m, all[0].main_entry);
  for (const Capture& c : all) {
    symtab::Location l[32];
    int n = symtab::locate(m, c.pc, false, l, 32);
    ASSERT_GT(n, 0);
    EXPECT_EQ(l[0].function, c.want) << chain(l, n);
    EXPECT_EQ(l[0].line, c.line) << chain(l, n);
    EXPECT_EQ(fs::path(l[0].file).filename(), "symtab_names_fixture.cc");
    EXPECT_EQ(l[0].file[0], '/');
    EXPECT_FALSE(l[n - 1].inlined);
    for (int i = 0; i + 1 < n; i++) EXPECT_TRUE(l[i].inlined);
    EXPECT_LE(l[n - 1].entry, c.pc);
    for (int i = 0; i < n; i++) EXPECT_EQ(strpbrk(l[i].function, " +%&|<>,"), nullptr) << l[i].function;
  }
  symtab::close_module(m);
}

INSTANTIATE_TEST_SUITE_P(AllBuilds, Names,
                         testing::ValuesIn(builds({"-g -O0", "-g -O1", "-g -O2", "-g -O3", "-g -gdwarf-4 -O0",
                                                   "-g -gdwarf-4 -O2", "-g -O2 -gz",
                                                   "-g -O2 -ffunction-sections -Wl,--gc-sections",
                                                   "-g -O2 -no-pie -fno-pie"})));

class LtoNames : public Names {};
TEST_P(LtoNames, LinkTimeOptimizedFramesKeepTheirNames) {
  std::string program = compile("symtab_names_fixture.cc", GetParam().compiler, GetParam().flags);
  ASSERT_FALSE(program.empty());
  auto all = captures(program);
  symtab::Module* m = symtab::open_module(program.c_str(), all[0].bias);
  ASSERT_NE(m, nullptr);
  symtab::set_main_entry(m, all[0].main_entry);
  for (const Capture& c : all) {
    symtab::Location l[32];
    int n = symtab::locate(m, c.pc, false, l, 32);
    EXPECT_EQ(l[0].function, c.want) << chain(l, n);
    EXPECT_EQ(l[0].line, c.line) << chain(l, n);
  }
  symtab::close_module(m);
}
INSTANTIATE_TEST_SUITE_P(Lto, LtoNames, testing::ValuesIn(std::vector<Build>{{"g++", "-g -O2 -flto"}}));

TEST(Chains, InlinedFramesEndInThePhysicalFunction) {
  std::string program = compile("symtab_names_fixture.cc", "g++", "-g -O2");
  auto all = captures(program);
  symtab::Module* m = symtab::open_module(program.c_str(), all.at(0).bias);
  ASSERT_NE(m, nullptr);
  int seen = 0;
  for (const Capture& c : all) {
    symtab::Location l[32];
    int n = symtab::locate(m, c.pc, false, l, 32);
    if (c.want == "main.(*T).m.func1") {
      ASSERT_GE(n, 3) << chain(l, n);
      EXPECT_STREQ(l[1].function, "runtime.go[...]");
      EXPECT_STREQ(l[2].function, "main.(*T).m");
      seen++;
    }
    if (c.want == "main.frames") {
      EXPECT_EQ(l[0].body, gort::rt::symtab::Body::kFunc) << chain(l, n);
      seen++;
    }
    if (c.want == "main.lambdas.func6") {
      EXPECT_EQ(l[0].body, gort::rt::symtab::Body::kNone);
    }
  }
  EXPECT_EQ(seen, 3);
  symtab::close_module(m);
}

TEST(Modes, LineTablesOnlyGiveLinesAndSymbolNames) {
  for (const Build& b : builds({"-g1 -O0", "-g1 -O2"})) {
    SCOPED_TRACE(testing::PrintToString(b.compiler + b.flags));
    std::string program = compile("symtab_names_fixture.cc", b.compiler, b.flags);
    auto all = captures(program);
    symtab::Module* m = symtab::open_module(program.c_str(), all.at(0).bias);
    ASSERT_NE(m, nullptr);
    for (const Capture& c : all) {
      symtab::Location l[32];
      symtab::locate(m, c.pc, false, l, 32);
      EXPECT_EQ(l[0].line, c.line) << c.want;
      if (c.want == "a/b.f" || c.want == "main.anon") {
        EXPECT_STREQ(strrchr(l[0].function, '.'), strrchr(c.want.c_str(), '.'));
      }
    }
    symtab::close_module(m);
  }
}

TEST(Modes, WithoutDebugInformationTheSymbolTableNames) {
  for (const Build& b : builds({"-O0 -g0"})) {
    SCOPED_TRACE(b.compiler);
    std::string program = compile("symtab_names_fixture.cc", b.compiler, b.flags);
    auto all = captures(program);
    symtab::Module* m = symtab::open_module(program.c_str(), all.at(0).bias);
    ASSERT_NE(m, nullptr);
    symtab::set_main_entry(m, all[0].main_entry);
    std::set<std::string> exact = {"a/b.f",
                                   "main.anon",
                                   "inner.anon2",
                                   "a/b.(*S).m",
                                   "main.(*T).T",
                                   "main.(*T).m",
                                   "main.T.c",
                                   "main.(*T.U).f",
                                   "main.(*T).opCall",
                                   "main.(*T).opLong",
                                   "main.(*T).opUnsignedShort",
                                   "main.(*T).opUnsignedLongLong",
                                   "main.(*T).opChar",
                                   "main.(*T).opU",
                                   "main.(*Box[...]).put",
                                   "main.tf[...]",
                                   "main.opShl[...]",
                                   "runtime/debug.PrintStack",
                                   "os/signal.Notify",
                                   "main.opLit_kk",
                                   "main.main",
                                   "panic",
                                   "runtime.(*chan[...]).send"};
    for (const Capture& c : all) {
      symtab::Location l[4];
      ASSERT_EQ(symtab::locate(m, c.pc, false, l, 4), 1);
      if (exact.count(c.want)) {
        EXPECT_TRUE(l[0].function == c.want || c.want == "main.main") << l[0].function << " for " << c.want;
      }
      EXPECT_STREQ(l[0].file, "??");
      EXPECT_EQ(l[0].line, 0);
      EXPECT_EQ(strpbrk(l[0].function, " +%&|<>,"), nullptr) << l[0].function;
      EXPECT_FALSE(l[0].from_dwarf);
    }
    symtab::close_module(m);
  }
}

TEST(Modes, StrippedProgramsGiveOffsets) {
  std::string program = compile("symtab_names_fixture.cc", "g++", "-O0 -s");
  auto all = captures(program);
  symtab::Module* m = symtab::open_module(program.c_str(), all.at(0).bias);
  ASSERT_NE(m, nullptr);
  symtab::Location l[4];
  ASSERT_EQ(symtab::locate(m, all[0].pc, false, l, 4), 1);
  char want[64];
  snprintf(want, sizeof want, "main.0x%lx", all[0].pc - all[0].bias - 1);
  EXPECT_STREQ(l[0].function, want);
  EXPECT_EQ(l[0].module_offset, all[0].pc - all[0].bias - 1);
  symtab::close_module(m);
}

TEST(Modes, SeparateDebugFileIsFoundByDebuglink) {
  if (!have("objcopy")) GTEST_SKIP();
  for (const char* id : {"-Wl,--build-id", "-Wl,--build-id=none"}) {
    std::string program = compile("symtab_names_fixture.cc", "g++", std::string("-g -O2 ") + id);
    ASSERT_EQ(sh("objcopy --only-keep-debug " + program + " " + program +
                 ".debug && objcopy --strip-all --add-gnu-debuglink=" + program + ".debug " + program),
              0);
    auto all = captures(program);
    symtab::Module* m = symtab::open_module(program.c_str(), all.at(0).bias);
    ASSERT_NE(m, nullptr);
    symtab::set_main_entry(m, all[0].main_entry);
    for (const Capture& c : all) {
      symtab::Location l[32];
      symtab::locate(m, c.pc, false, l, 32);
      EXPECT_EQ(l[0].function, c.want);
    }
    symtab::close_module(m);
    // Another build's debug file is refused.
    ASSERT_EQ(sh("cp " + program + ".debug " + program + ".sav && printf x >> " + program + ".debug"), 0);
    if (std::string(id).find("none") == std::string::npos) continue;
    m = symtab::open_module(program.c_str(), all[0].bias);
    symtab::Location l[4];
    symtab::locate(m, all[0].pc, false, l, 4);
    EXPECT_FALSE(l[0].from_dwarf);
    symtab::close_module(m);
  }
}

TEST(Modes, BuildIdMismatchIsRefused) {
  std::string program = compile("symtab_names_fixture.cc", "g++", "-O0 -Wl,--build-id");
  symtab::Module* m = symtab::open_module(program.c_str(), 0);
  ASSERT_NE(m, nullptr);
  size_t n;
  const uint8_t* id = symtab::build_id(m, &n);
  ASSERT_GE(n, 8u);
  std::vector<uint8_t> copy(id, id + n);
  symtab::close_module(m);
  m = symtab::open_module(program.c_str(), 0, copy.data(), n);
  EXPECT_NE(m, nullptr);
  symtab::close_module(m);
  copy[0] ^= 1;
  EXPECT_EQ(symtab::open_module(program.c_str(), 0, copy.data(), n), nullptr);
  EXPECT_EQ(symtab::open_module("/etc/passwd", 0), nullptr);
}

// A file whose bytes are damaged at random gives some answer and no fault.
TEST(Modes, DamagedFilesDoNotFault) {
  for (const Build& b : builds({"-g -O2"})) {
    std::string program = compile("symtab_names_fixture.cc", b.compiler, b.flags);
    auto all = captures(program);
    std::ifstream in(program, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    unsigned seed = 12345;
    for (int round = 0; round < 200; round++) {
      std::string bad = bytes;
      for (int i = 0; i < 1 + round % 50; i++) {
        seed = seed * 1103515245u + 12345u;
        size_t at = 64 + (seed >> 4) % (bad.size() - 64);
        seed = seed * 1103515245u + 12345u;
        bad[at] = static_cast<char>(seed >> 16);
      }
      std::string path = scratch().dir() + "/bad";
      std::ofstream(path, std::ios::binary | std::ios::trunc) << bad;
      symtab::Module* m = symtab::open_module(path.c_str(), all[0].bias);
      if (!m) continue;
      for (const Capture& c : all) {
        symtab::Location l[32];
        EXPECT_GE(symtab::locate(m, c.pc, false, l, 32), 1);
      }
      symtab::close_module(m);
    }
  }
}

// --- arguments ---

struct StackReader final : gort::rt::MemReader {
  uint64_t base = 0;
  std::vector<uint64_t> words;
  bool read(uint64_t addr, void* out, size_t n) override {
    if (addr < base || addr - base > words.size() * 8 || n > words.size() * 8 - (addr - base)) return false;
    memcpy(out, reinterpret_cast<const char*>(words.data()) + (addr - base), n);
    return true;
  }
};

bool matches(const std::string& want, const std::string& got) {
  size_t i = 0, k = 0;
  while (i < want.size()) {
    if (want[i] != '~') {
      if (k >= got.size() || got[k] != want[i]) return false;
      i++, k++;
      continue;
    }
    i++;
    if (got.compare(k, 2, "0x") != 0) return false;
    while (k < got.size() && (isalnum(static_cast<unsigned char>(got[k])))) k++;
  }
  return k == got.size();
}

// An optimizer may leave an argument nowhere: then "_", never a wrong word. At -O0 every word is known.
bool no_wrong_word(const std::string& want, const std::string& got) {
  std::istringstream a(want), b(got);
  std::string x, y;
  while (a >> x) {
    if (!(b >> y)) return false;
    std::string bare;
    for (char c : y)
      if (c != '?') bare += c;
    auto known = bare.find('_') == std::string::npos;
    if (known && !matches(x, bare)) return false;
  }
  return !(b >> y);
}

struct ArgCase {
  std::string want, got;
};

std::vector<ArgCase> argument_cases(const Build& b) {
  std::string program = compile("symtab_args_fixture.cc", b.compiler, b.flags);
  std::vector<ArgCase> cases;
  auto lines = run(program);
  for (size_t i = 0; i + 3 < lines.size(); i++) {
    uint64_t bias;
    int at = 0;
    if (sscanf(lines[i].c_str(), "args %lx %n", &bias, &at) != 1) continue;
    symtab::FrameRegs regs[2] = {};
    for (int f = 0; f < 2; f++) {
      std::istringstream in(lines[i + 1 + static_cast<size_t>(f)]);
      in >> std::hex >> regs[f].cfa;
      for (auto& r : regs[f].reg) in >> std::hex >> r;
      regs[f].valid = 1u << 3 | 1u << 6 | 1u << 7 | 0xf000u | 1u << 16;
    }
    regs[0].caller = &regs[1];
    StackReader mem;
    std::istringstream in(lines[i + 3]);
    in >> std::hex >> mem.base;
    for (uint64_t w; in >> std::hex >> w;) mem.words.push_back(w);
    symtab::Module* m = symtab::open_module(program.c_str(), bias);
    symtab::Location l[16];
    int n = symtab::locate(m, regs[0].reg[16], false, l, 16);
    char buf[512];
    symtab::format_args(l[n - 1], regs[0], mem, buf, sizeof buf);
    cases.push_back({lines[i].substr(static_cast<size_t>(at)), buf});
    symtab::close_module(m);
  }
  return cases;
}

TEST(Args, UnoptimizedArgumentsAreAllKnown) {
  for (const Build& b : builds({"-g -O0", "-g -gdwarf-4 -O0", "-g -gdwarf-3 -gstrict-dwarf -O0"})) {
    auto cases = argument_cases(b);
    EXPECT_EQ(cases.size(), 12u);
    for (const ArgCase& c : cases)
      EXPECT_TRUE(matches(c.want, c.got)) << b.compiler << " " << b.flags << "\nwant " << c.want << "\ngot  " << c.got;
  }
}

TEST(Args, OptimizedArgumentsAreRightOrUnknown) {
  for (const Build& b : builds({"-g -O1", "-g -O2", "-g -gdwarf-4 -O2"})) {
    int known = 0, all = 0;
    for (const ArgCase& c : argument_cases(b)) {
      EXPECT_TRUE(no_wrong_word(c.want, c.got))
          << b.compiler << " " << b.flags << "\nwant " << c.want << "\ngot  " << c.got;
      if (getenv("SYMTAB_TEST_VERBOSE")) std::cout << b << ": " << c.want << "  ->  " << c.got << "\n";
      for (size_t i = 0; i < c.got.size(); i++) {
        known += c.got[i] == 'x';
        all += c.got[i] == 'x' || c.got[i] == '_';
      }
    }
    EXPECT_GE(known * 10, all * 6) << b.compiler << " " << b.flags;  // most of them
  }
}

TEST(Args, SelfReaderSurvivesBadAddresses) {
  int x = 42, y = 0;
  EXPECT_TRUE(symtab::self_reader().read(reinterpret_cast<uint64_t>(&x), &y, sizeof y));
  EXPECT_EQ(y, 42);
  EXPECT_FALSE(symtab::self_reader().read(8, &y, sizeof y));
  EXPECT_FALSE(symtab::self_reader().read(0x8000000000000000u, &y, sizeof y));
}

// --- demangler ---

TEST(Demangle, MangledNamesReadLikeGo) {
  const std::pair<const char*, const char*> cases[] = {
      {"_Z1fv", "main.f"},
      {"_ZL1fv", "main.f"},
      {"_ZN1a1b1fEv", "a/b.f"},
      {"_ZN12_GLOBAL__N_14anonEv", "main.anon"},
      {"_ZN3app6ServerC2Ei", "app.(*Server).Server"},
      {"_ZN3app6serverD1Ev", "app.(*server).~server"},
      {"_ZNK3app6Server3GetEv", "app.Server.Get"},
      {"_ZN3app6Server5InnerclEi", "app.(*Server.Inner).opCall"},
      {"_ZN3BoxIiE3PutEi", "main.(*Box[...]).Put"},
      {"_Z2tfIiLi4EEiT_", "main.tf[...]"},
      {"_ZNSt6vectorIiSaIiEE9push_backEOi", "std.(*vector[...]).push_back"},
      {"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6resizeEm", "std.(*basic_string[...]).resize"},
      {"_ZNSt6thread11_State_implINS_8_InvokerISt5tupleIJPFvvEEEEEE6_M_runEv", "std/thread.(*_State_impl[...])._M_run"},
      {"_ZZ4mainENKUlvE_clEv", "main.main.func1"},
      {"_ZZ4mainENKUlvE0_clEv", "main.main.func2"},
      {"_ZZ4mainENK3$_7clEv", "main.main.func8"},
      {"_ZZZ4mainENKUlvE_clEvENKUliE_clEi", "main.main.func1.1"},
      {"_ZZN1T1mEiENKUlvE_clEv", "main.(*T).m.func1"},
      {"_ZZ4mainEN5Local1mEv", "main.main.(*Local).m"},
      {"_ZNK4globMUlvE_clEv", "main.init.func1"},
      {"_ZN4gort2rt7gopanicEv", "panic"},
      {"_ZN4gort5panicINS_3anyEEEvT_", "panic"},
      {"_ZN4gort2rt8scheduleEPNS0_1gE", "runtime.schedule"},
      {"_ZN4gort4sync5Mutex8lockSlowEv", "sync.(*Mutex).lockSlow"},
      {"_ZN4gort4time5SleepENS0_8DurationE", "time.Sleep"},
      {"_ZN1TdvEi", "main.(*T).opDiv"},
      {"_ZN1TpLEi", "main.(*T).opAddAssign"},
      {"_ZNK1TcvbEv", "main.T.opBool"},
      {"_ZN1TcvlEv", "main.(*T).opLong"},
      {"_ZN1TcvmEv", "main.(*T).opUnsignedLong"},
      {"_ZN1TcvsEv", "main.(*T).opShort"},
      {"_ZN1TcvyEv", "main.(*T).opUnsignedLongLong"},
      {"_ZN1TcvaEv", "main.(*T).opSignedChar"},
      {"_ZN1TcveEv", "main.(*T).opLongDouble"},
      {"_ZN1TcvPKcEv", "main.(*T).opChar"},
      {"_ZN1TcvRiEv", "main.(*T).opInt"},
      {"_ZN1TcvPvEv", "main.(*T).opVoid"},
      {"_ZN1TcvPN1N1AEEv", "main.(*T).opA"},
      {"_ZN1TcvPFvvEEv", "main.(*T).opFunc"},
      {"_ZN1TcvSt17basic_string_viewIcSt11char_traitsIcEEEv", "main.(*T).opString_view"},
      {"_Z1aIXadL_Z2cfEEEvv", "main.a[...]"},
      {"_Z1aIXadL_ZN1S1mEvEEEvv", "main.a[...]"},
      {"_Z1aIXtl1LLi1ELi2EEEEvv", "main.a[...]"},
      {"_Z1aIXadsoKcL_Z1sEEEEvv", "main.a[...]"},
      {"_Z1nILi1EXadL_Z2giEEEvv", "main.n[...]"},
      {"_Zli3_kky", "main.opLit_kk"},
      {"_ZThn16_N7Derived1vEv", "main.(*Derived).v"},
      {"_Z1fv.cold", "main.f"},
      {"_ZN3app6taggedB3abiEv", "app.tagged"},
  };
  for (auto [mangled, want] : cases) {
    char buf[256] = "";
    EXPECT_TRUE(symtab::demangle(mangled, buf, sizeof buf)) << mangled;
    EXPECT_STREQ(buf, want) << mangled;
  }
  char buf[64] = "untouched";
  for (const char* bad : {"", "_Z", "main", "_ZN", "_ZNE", "_Z99f", "_ZTV1T", "_ZS_", "_ZNS_1fE", "_ZIiE"}) {
    EXPECT_FALSE(symtab::demangle(bad, buf, sizeof buf)) << bad;
    EXPECT_STREQ(buf, "untouched");
  }
}

// --- in process ---

__attribute__((noinline)) uintptr_t own_return_address() {
  return reinterpret_cast<uintptr_t>(__builtin_return_address(0));
}

TEST(InProcess, OwnAddressIsFoundInTheMainProgram) {
  uintptr_t pc = own_return_address();
  symtab::Location l[16];
  int n = symtab::locate(pc, false, l, 16);
  ASSERT_GE(n, 1);
  EXPECT_NE(l[0].module, nullptr);
  EXPECT_EQ(l[n - 1].module_path[0], '/');
}

TEST(InProcess, LibraryFunctionsAreNamedByTheirSymbols) {
  auto pc = reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, "getpid"));
  symtab::Location l[4];
  ASSERT_EQ(symtab::locate(pc, true, l, 4), 1);
  EXPECT_TRUE(std::string(l[0].function) == "libc.getpid" || std::string(l[0].function) == "libc.__getpid")
      << l[0].function;
  EXPECT_EQ(l[0].entry, pc);
}

TEST(InProcess, AddressOutsideEveryObjectIsUnknown) {
  symtab::Location l[4];
  ASSERT_EQ(symtab::locate(0x10, true, l, 4), 1);
  EXPECT_STREQ(l[0].function, "unknown.0x10");
  EXPECT_EQ(l[0].module, nullptr);
}

TEST(InProcess, SeveralThreadsMayLocateAtOnce) {
  uintptr_t pc = own_return_address();
  std::vector<std::thread> t;
  std::atomic<int> bad{0};
  for (int i = 0; i < 8; i++)
    t.emplace_back([&] {
      for (int k = 0; k < 2000; k++) {
        symtab::Location l[16];
        if (symtab::locate(pc + static_cast<uintptr_t>(k % 7), false, l, 16) < 1) bad++;
      }
    });
  for (auto& x : t) x.join();
  EXPECT_EQ(bad, 0);
}

}  // namespace

// Everything that allocates dies while the flag is up: what a handler on a corrupt heap must not do.
static std::atomic<bool> g_no_malloc{false};
extern "C" void* __libc_malloc(size_t);
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SYMTAB_TEST_SANITIZED 1
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(SYMTAB_TEST_SANITIZED)
extern "C" void* malloc(size_t n) {
  if (g_no_malloc.load(std::memory_order_relaxed)) _exit(77);
  return __libc_malloc(n);
}
#endif

namespace {

uintptr_t g_fault_pc;

void on_segv(int, siginfo_t*, void* ctx) {
  g_no_malloc = true;
  g_fault_pc = static_cast<uintptr_t>(static_cast<ucontext_t*>(ctx)->uc_mcontext.gregs[REG_RIP]);
  symtab::Location l[16];
  int n = symtab::locate(g_fault_pc, true, l, 16);
  symtab::Location lib[4];
  int k = symtab::locate(reinterpret_cast<uintptr_t>(&getpid), true, lib, 4);
  _exit(n >= 1 && k == 1 && strstr(l[0].function, "fault_here") ? 42 : 43);
}

}  // namespace

extern "C" [[gnu::noinline]] FAULTS void symtab_test_fault_here(volatile int* p) {
  *p = 1;
}

namespace {

TEST(Crash, HandlerOnASmallAlternateStackNamesTheFaultWithoutMalloc) {
  SKIP_UNDER(tool::kValgrind, "a fault in a first instruction has the caller's pc");
  pid_t pid = fork();
  if (pid == 0) {
    constexpr size_t kStack = 32 * 1024;  // with a guard page below: an overrun would fault again
    char* p =
        static_cast<char*>(mmap(nullptr, kStack + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(p, 4096, PROT_NONE);
    stack_t ss{};
    ss.ss_sp = p + 4096;
    ss.ss_size = kStack;
    sigaltstack(&ss, nullptr);
    struct sigaction sa {};
    sa.sa_sigaction = on_segv;
    sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
    sigaction(SIGSEGV, &sa, nullptr);
    symtab_test_fault_here(reinterpret_cast<volatile int*>(16));
    _exit(44);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

}  // namespace
