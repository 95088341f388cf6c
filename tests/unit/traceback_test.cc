// gort::traceback::install and libgort_crash: what a C++ program without goroutines prints when it dies, and how it
// then ends. The programs of traceback_fixture.cc are built with both compilers and in every way of getting the
// library; the ones here are about what a host had installed before, and about programs with goroutines.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/resource.h>
#include <thread>

#include "child_program.h"
#include "fixture_build.h"

using namespace gort;
using child::outcome;
using child::start;

namespace {

// ---- the fixture, in all its builds ----

std::string crash_shared() {
  return "-L" + fixture::build_dir().string() + " -Wl,-rpath," + fixture::build_dir().string() + " -lgort_crash";
}
std::string crash_static() {
  return "-Wl,-u,gort_crash " + (fixture::build_dir() / "libgort_crash.a").string() + " " + fixture::static_libgort();
}

const std::string& build(const std::string& compiler, const std::string& flags, const std::string& libraries) {
  static std::map<std::string, std::string> built;
  std::string key = compiler + flags + libraries;
  if (built.count(key) == 0)
    built[key] = fixture::compile("traceback_fixture.cc", compiler, "-g " + flags, libraries + " -pthread");
  return built[key];
}

const std::string& plain() {
  return build("g++", "-O1", crash_shared());
}

outcome die(const std::string& program, const std::string& way, const std::vector<std::string>& env = {}) {
  outcome o = child::execute({program, way}, env);
  EXPECT_LT(o.seconds, 20) << way << "\n" << o;
  return o;
}

const char kNil[] =
    "^panic: runtime error: invalid memory address or nil pointer dereference\n"
    "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x[0-9a-f]+\\]\n";
const char kMain[] = "main\\.main\\([^)]*\\)\n\t/.*/traceback_fixture\\.cc:[0-9]+ \\+0x[0-9a-f]+\n";
const char kWorker[] =
    "\ngoroutine [0-9]+ \\[syscall \\(worker\\), locked to thread\\]:\n(libc\\..*\n\t.*\n)+"
    "app\\.\\(\\*queue\\)\\.pop\\([^)]*\\)\n\t/.*traceback_fixture\\.cc:[0-9]+.*\nmain\\.worker\\([^)]*\\)\n";
const char kSpinner[] = "\ngoroutine [0-9]+ \\[running, locked to thread\\]:\nmain\\.spin\\(\\)\n";

#define NEEDS_FIXTURE(compiler) \
  if (std::string why = fixture::missing(compiler); !why.empty()) GTEST_SKIP() << why

void expect_nil(const outcome& o) {
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  EXPECT_TRUE(o.matches(kNil + std::string("\ngoroutine [0-9]+ \\[running\\]:\nmain\\.store\\(0x8, 0x5\\)\n"))) << o;
  EXPECT_TRUE(o.matches(kMain)) << o;
  EXPECT_TRUE(o.matches(kWorker)) << o;
  EXPECT_TRUE(o.matches(kSpinner)) << o;
}

TEST(TracebackInstall, LinkingTheLibraryIsEnough) {
  NEEDS_FIXTURE("g++");
  expect_nil(die(plain(), "nil"));
}

TEST(TracebackInstall, WorksWithClang) {
  NEEDS_FIXTURE(fixture::clang());
  const std::string& program = build(fixture::clang(), "-O1", crash_shared());
  expect_nil(die(program, "nil"));
  outcome o = die(program, "thread throw");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(o.matches("^panic: app::no_such_job: job 8\n\ngoroutine [0-9]+ \\[running\\]:\nmain\\..*func")) << o;
}

TEST(TracebackInstall, WorksWithTheStaticLibrary) {
  NEEDS_FIXTURE("g++");
  const std::string& program = build("g++", "-O0", crash_static());
  expect_nil(die(program, "nil"));
  EXPECT_TRUE(die(program, "thread overflow").has("fatal error: stack overflow\n"));
}

TEST(TracebackInstall, WorksByACallAndACallTwiceDoesNoHarm) {
  NEEDS_FIXTURE("g++");
  expect_nil(die(build("g++", "-O2 -DINSTALL", fixture::shared_libgort()), "nil"));
  expect_nil(die(build("g++", "-O1 -DINSTALL", crash_shared()), "nil"));
}

TEST(TracebackInstall, WorksPreloaded) {
  NEEDS_FIXTURE("g++");
  const std::string& program = build("g++", "-O1", "");
  EXPECT_EQ(die(program, "nil").err, "");
  expect_nil(die(program, "nil", {"LD_PRELOAD=" + (fixture::build_dir() / "libgort_crash.so.0").string()}));
}

TEST(TracebackInstall, ChangesNothingForAProgramThatDoesNotCrash) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "nothing");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out, "fine\n");
  EXPECT_EQ(o.err, "");
}

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at++) n++;
  return n;
}

// ---- every way to die ----

TEST(TracebackInstall, FaultsHaveGosTextAndTheStatusOfTheSignal) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "wild");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  EXPECT_TRUE(
      o.matches("^unexpected fault address 0xdead0000\nfatal error: fault\n\\[signal SIGSEGV: .*\\]\n\n"
                "goroutine [0-9]+ \\[running\\]:\nmain\\.store\\(0xdead0000, 0x5\\)\n"))
      << o;
  o = die(plain(), "divide");
  EXPECT_TRUE(o.killed(SIGFPE)) << o;
  EXPECT_TRUE(o.matches("^panic: runtime error: integer divide by zero\n\\[signal SIGFPE: .*\\]\n\ngoroutine")) << o;
  o = die(plain(), "trap");
  EXPECT_TRUE(o.killed(SIGILL)) << o;
  EXPECT_TRUE(o.matches("^SIGILL: illegal instruction\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=2\ninstruction bytes: 0xf 0xb"))
      << o;
  EXPECT_TRUE(o.matches(kWorker)) << o;
}

TEST(TracebackInstall, AbortAndAssertTraceWithRegisters) {
  NEEDS_FIXTURE("g++");
  for (const char* way : {"abort", "assert", "double free"}) {
    outcome o = die(plain(), way);
    EXPECT_TRUE(o.killed(SIGABRT)) << o;
    EXPECT_TRUE(
        o.matches("^SIGABRT: abort\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=[0-9]+\n\ngoroutine [0-9]+ \\[running\\]:\n"))
        << o;
    EXPECT_TRUE(o.matches(kMain)) << o;
    EXPECT_TRUE(o.matches(kWorker)) << o;
    EXPECT_TRUE(o.matches("\n\nrax    0x[0-9a-f]+\n(.*\n)+gs     0x[0-9a-f]+\n$")) << o;
  }
  EXPECT_TRUE(die(plain(), "assert").has("Assertion `zero == 1' failed.\nSIGABRT: abort\n"));
  EXPECT_TRUE(die(plain(), "double free").has("free(): double free detected"));
}

TEST(TracebackInstall, AnUncaughtExceptionShowsItsTypeWhatItSaysAndTheThrow) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "throw");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(
      o.matches("^panic: std::runtime_error: disk full\n\ngoroutine [0-9]+ \\[running\\]:\n"
                "main\\..*\n\t/.*/traceback_fixture\\.cc:"))
      << o;
  EXPECT_TRUE(o.matches(kMain)) << o;
  EXPECT_TRUE(o.matches(kWorker)) << o;
  EXPECT_FALSE(o.has("SIGABRT")) << o;  // one trace, not two
  EXPECT_FALSE(o.has("terminate called")) << o;
  EXPECT_TRUE(die(plain(), "throw int").matches("^panic: int: 42\n"));
  EXPECT_TRUE(die(plain(), "throw own").matches("^panic: app::no_such_job: job 7\n"));
  o = die(plain(), "thread throw");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(o.matches("^panic: app::no_such_job: job 8\n\ngoroutine [0-9]+ \\[running\\]:\nmain\\..*func")) << o;
}

TEST(TracebackInstall, StackOverflowIsTracedOnEveryThread) {
  NEEDS_FIXTURE("g++");
  for (const char* way : {"overflow", "thread overflow"}) {
    outcome o = die(plain(), way);
    EXPECT_TRUE(o.killed(SIGSEGV)) << o;
    EXPECT_TRUE(
        o.matches("^runtime: goroutine stack exceeds [0-9]+-byte limit\n"
                  "runtime: sp=0x[0-9a-f]+ stack=\\[0x[0-9a-f]+, 0x[0-9a-f]+\\]\n"
                  "fatal error: stack overflow\n\\[signal SIGSEGV: .*\\]\n\n"
                  "goroutine [0-9]+ \\[running\\]:\nmain\\.deeper\\("))
        << o;
    EXPECT_TRUE(o.matches("\n\\.\\.\\.[0-9]+ frames elided\\.\\.\\.\n")) << o;
    EXPECT_TRUE(o.matches(kWorker)) << o;
  }
}

TEST(TracebackInstall, ThreadsHaveTheirIdsAndNames) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "named thread");
  EXPECT_TRUE(o.matches(kNil + std::string("\\[thread ([0-9]+) \\(crasher\\)\\]\n\ngoroutine \\1 \\[running\\]:\n"
                                           "main\\.store\\(0x8, 0x5\\)\n")))
      << o;
  EXPECT_TRUE(o.matches("\ngoroutine [0-9]+ \\[syscall, locked to thread\\]:\n(.*\n)+" + std::string(kMain))) << o;
  EXPECT_FALSE(die(plain(), "thread").has("[thread ")) << o;
}

TEST(TracebackInstall, QuitPrintsEveryThreadAndKeepsItsStatus) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "quit");
  EXPECT_TRUE(o.killed(SIGQUIT)) << o;
  EXPECT_TRUE(o.matches("^SIGQUIT: quit\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\ngoroutine [0-9]+ \\[")) << o;
  EXPECT_TRUE(o.matches(kMain)) << o;
  EXPECT_TRUE(o.matches("main\\.spin\\(\\)\n")) << o;
  EXPECT_TRUE(o.matches("main\\.worker\\(")) << o;
}

TEST(TracebackInstall, SentSignalsKeepTheirStatus) {
  NEEDS_FIXTURE("g++");
  EXPECT_TRUE(die(plain(), "segv sent").killed(SIGSEGV));
  EXPECT_TRUE(die(plain(), "bus").killed(SIGBUS));
  EXPECT_TRUE(die(plain(), "sys").killed(SIGSYS));
}

TEST(TracebackInstall, AThreadThatBlocksEverySignalIsReadAllTheSame) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "deaf");
  expect_nil(o);
  EXPECT_TRUE(o.matches("\ngoroutine [0-9]+ \\[syscall, locked to thread\\]:\n(libc\\..*\n\t.*\n)+main\\.deaf\\(\\)\n"))
      << o;
}

TEST(TracebackInstall, HundredsOfThreadsAreAllShown) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "many threads");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  EXPECT_EQ(count(o.err, "\ngoroutine "), 303);
  EXPECT_FALSE(o.has("stack unavailable"));
}

TEST(TracebackInstall, TwoThreadsAtOnceGiveOneWholeTrace) {
  NEEDS_FIXTURE("g++");
  for (int i = 0; i < 2; i++) {
    outcome o = die(plain(), "two at once");
    o.err.erase(0, o.err.find_first_not_of('\n'));
    EXPECT_TRUE(o.killed(SIGSEGV)) << o;
    EXPECT_EQ(count(o.err, "panic: "), 1) << o;
    EXPECT_EQ(count(o.err, "\nmain.store(0x8, 0x5)\n"), 2) << o;
  }
}

TEST(TracebackInstall, LevelsSayHowMuchIsShown) {
  NEEDS_FIXTURE("g++");
  outcome o = die(plain(), "nil", {"GOTRACEBACK=none"});
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  EXPECT_TRUE(o.matches(kNil + std::string("\n?$"))) << o;
  EXPECT_FALSE(o.has("goroutine")) << o;
  o = die(plain(), "nil", {"GOTRACEBACK=single"});
  EXPECT_TRUE(o.has("main.store(0x8, 0x5)")) << o;
  EXPECT_FALSE(o.has("main.worker")) << o;
  expect_nil(die(plain(), "nil", {"GOTRACEBACK=all"}));
  o = die(plain(), "nil", {"GOTRACEBACK=system"});
  EXPECT_TRUE(o.matches("main\\.store\\(0x8, 0x5\\)\n\t/.* fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+\n")) << o;
  EXPECT_TRUE(o.has("__libc_start_main")) << o;
  EXPECT_TRUE(o.matches("\nrax    0x")) << o;
  EXPECT_TRUE(die(plain(), "nil", {"GOTRACEBACK=crash"}).killed(SIGSEGV));
}

// ---- a host with handlers of its own ----

int* volatile nowhere = nullptr;
FAULTS void write_nowhere() {
  *nowhere = 1;
}

void say(const char* text) {
  if (write(2, text, strlen(text)) < 0) _exit(9);
}

void handle(int sig, void (*fn)(int, siginfo_t*, void*), int flags = 0) {
  struct sigaction act {};
  act.sa_sigaction = fn;
  act.sa_flags = SA_SIGINFO | flags;
  sigaction(sig, &act, nullptr);
}

HOST_PROGRAM(earlier_handler_exits) {
  handle(SIGSEGV, [](int, siginfo_t*, void*) {
    say("earlier handler\n");
    _exit(7);
  });
  gort::traceback::install();
  write_nowhere();
  return 0;
}

TEST(TracebackInstall, AnEarlierHandlerIsCalledAfterTheTrace) {
  outcome o = start("earlier_handler_exits");
  EXPECT_TRUE(o.exited(7)) << o;
  EXPECT_TRUE(o.matches("^panic: runtime error: .*\n(.*\n)*goroutine [0-9]+ \\[running\\]:\n(.*\n)*earlier handler\n$"))
      << o;
}

char* guarded;
HOST_PROGRAM(earlier_handler_repairs) {
  guarded = static_cast<char*>(mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  handle(SIGSEGV, [](int, siginfo_t*, void*) { mprotect(guarded, 4096, PROT_READ | PROT_WRITE); });
  gort::traceback::install();
  std::thread other([] {
    for (int i = 0; i < 5; i++) usleep(1000);
  });
  guarded[0] = 1;
  other.join();
  say("repaired\n");
  abort();
}

TEST(TracebackInstall, AProgramThatAnEarlierHandlerRepairsGoesOnAndMayCrashLater) {
  outcome o = start("earlier_handler_repairs");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(o.matches("unexpected fault address(.*\n)*repaired\nSIGABRT: abort\n(.*\n)*goroutine ")) << o;
}

sigjmp_buf back;
HOST_PROGRAM(earlier_handler_jumps) {
  handle(SIGSEGV, [](int, siginfo_t*, void*) { siglongjmp(back, 1); });
  gort::traceback::install();
  static int i;
  for (i = 0; i < 3; i++)
    if (sigsetjmp(back, 1) == 0) write_nowhere();
  say("jumped\n");
  return 3;
}

TEST(TracebackInstall, AnEarlierHandlerMayJumpAway) {
  outcome o = start("earlier_handler_jumps");
  EXPECT_TRUE(o.exited(3)) << o;
  EXPECT_TRUE(o.has("jumped\n")) << o;
}

HOST_PROGRAM(earlier_handler_returns) {
  handle(
      SIGSEGV, [](int, siginfo_t*, void*) { say("once\n"); }, int(SA_RESETHAND));
  gort::traceback::install();
  write_nowhere();
  return 0;
}

TEST(TracebackInstall, AnEarlierHandlerForOneTimeIsCalledOnceThenTheDefaultEndsTheProcess) {
  outcome o = start("earlier_handler_returns");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  size_t at = o.err.find("once\n");
  EXPECT_NE(at, std::string::npos) << o;
  EXPECT_EQ(o.err.find("once\n", at + 1), std::string::npos) << o;
}

HOST_PROGRAM(earlier_terminate) {
  std::set_terminate([] {
    say("earlier terminate\n");
    _exit(5);
  });
  gort::traceback::install();
  throw std::runtime_error("boom");
}

TEST(TracebackInstall, AnEarlierTerminateHandlerIsCalledAfterTheTrace) {
  outcome o = start("earlier_terminate");
  EXPECT_TRUE(o.exited(5)) << o;
  EXPECT_TRUE(o.matches("^panic: std::runtime_error: boom\n(.*\n)*goroutine (.*\n)*earlier terminate\n$")) << o;
}

[[gnu::noinline]] void throws() {
  throw std::runtime_error("boom");
}

[[gnu::noinline]] void leaves_noexcept() noexcept {
  throws();
}

HOST_PROGRAM(noexcept_is_left) {
  gort::traceback::install();
  leaves_noexcept();
  return 0;
}

TEST(TracebackInstall, TheUnwinderIsNotPartOfTheTrace) {
  outcome o = start("noexcept_is_left");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(
      o.matches("^panic: std::runtime_error: boom\n\ngoroutine [0-9]+ \\[running\\]:\n"
                "main\\.throws\\(\\)\n\t.*\nmain\\.leaves_noexcept\\(\\)\n"))
      << o;
}

HOST_PROGRAM(earlier_terminate_aborts) {
  std::set_terminate([] { abort(); });
  handle(SIGABRT, [](int, siginfo_t*, void*) { say("earlier abort handler\n"); });
  gort::traceback::install();
  throw std::runtime_error("boom");
}

TEST(TracebackInstall, AnExceptionIsTracedOnceThoughItEndsInAbort) {
  outcome o = start("earlier_terminate_aborts");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
  EXPECT_TRUE(o.matches("^panic: std::runtime_error: boom\n(.*\n)*earlier abort handler\n$")) << o;
  EXPECT_FALSE(o.has("SIGABRT: abort")) << o;
}

HOST_PROGRAM(quit_is_asked_twice) {
  handle(SIGQUIT, [](int, siginfo_t*, void*) { say("still here\n"); });
  gort::traceback::install();
  std::atomic<bool> started{false}, asked{false};
  std::thread other([&] {
    started = true;
    while (!asked) usleep(1000);
  });
  while (!started) usleep(1000);
  raise(SIGQUIT);
  raise(SIGQUIT);
  asked = true;
  other.join();
  return 4;
}

TEST(TracebackInstall, AHostThatOutlivesQuitCanBeAskedAgain) {
  outcome o = start("quit_is_asked_twice");
  EXPECT_TRUE(o.exited(4)) << o;
  EXPECT_TRUE(o.matches("SIGQUIT: quit\n(.*\n)*still here\nSIGQUIT: quit\n(.*\n)*still here\n")) << o;
  EXPECT_FALSE(o.has("stack unavailable")) << o;
}

HOST_PROGRAM(quit_was_ignored) {
  ::signal(SIGQUIT, SIG_IGN);  // as a shell leaves it for what it starts in the background
  gort::traceback::install();
  raise(SIGQUIT);
  return 0;
}

TEST(TracebackInstall, QuitIsTakenOverWhereItWasIgnored) {
  outcome o = start("quit_was_ignored");
  EXPECT_TRUE(o.killed(SIGQUIT)) << o;
  EXPECT_TRUE(o.has("SIGQUIT: quit\n")) << o;
}

HOST_PROGRAM(nobody_reads) {
  gort::traceback::install();
  int p[2];
  if (pipe(p) != 0) return 1;
  close(p[0]);
  dup2(p[1], 2);
  write_nowhere();
  return 0;
}

TEST(TracebackInstall, ABrokenPipeDoesNotChangeTheStatus) {
  EXPECT_TRUE(start("nobody_reads").killed(SIGSEGV));
}

HOST_PROGRAM(dumps_core) {
  gort::traceback::install();
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  abort();
}

TEST(TracebackInstall, DiesBySignalSoThatCoresCanBeMade) {
  outcome o = start("dumps_core");
  EXPECT_TRUE(o.killed(SIGABRT)) << o;
}

// ---- with goroutines ----

[[gnu::noinline]] void wait_for(chan<int> ch) {
  ch.recv();
}

HOST_PROGRAM(thread_crashes_beside_goroutines) {
  gort::traceback::install();
  auto ch = make_chan<int>();
  go(wait_for, ch);
  gort::run([] {
    std::string stacks;
    while (stacks.find("[chan receive]") == std::string::npos) {
      runtime::Gosched();
      char buffer[4096];
      stacks.assign(buffer, runtime::Stack(buffer, true));
    }
    func([] {
      defer([] { println("recovered:", recover().as<error>()->Error()); });
      write_nowhere();
    });
  });
  std::thread([] { write_nowhere(); }).join();
  return 0;
}

TEST(TracebackInstall, FaultsOfGoroutinesStayPanicsAndGoroutinesAreShownToo) {
  outcome o = start("thread_crashes_beside_goroutines");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  EXPECT_TRUE(o.matches("^recovered: runtime error: invalid memory address or nil pointer dereference\npanic: ")) << o;
  EXPECT_TRUE(o.matches("\ngoroutine [0-9]+ \\[chan receive\\]:\n(.*\n)*?.*wait_for\\(")) << o;
}

[[gnu::noinline]] void in_a_call(int fd) {
  char c;
  EXPECT_EQ(runtime::blocking([&] { return read(fd, &c, 1); }), 1);
}

TEST(Stack, ShowsWhereSystemCallsWereEntered) {
  gort::run([] {
    int p[2];
    ASSERT_EQ(pipe(p), 0);
    auto done = make_chan<bool>();
    go([&] {
      in_a_call(p[0]);
      done.send(true);
    });
    std::string_view call;
    char buffer[8192];
    for (int i = 0; i < 10000 && call.empty(); i++) {
      time::Sleep(time::Millisecond);
      std::string_view stacks(buffer, runtime::Stack(buffer, true));
      if (size_t at = stacks.find("[syscall]:\n"); at != stacks.npos) call = stacks.substr(at);
    }
    EXPECT_NE(call.substr(0, call.find("\n\t")).find("in_a_call("), call.npos) << call;
    EXPECT_NE(call.find("created by "), call.npos) << call;
    EXPECT_EQ(write(p[1], "x", 1), 1);
    done.recv();
    close(p[0]);
    close(p[1]);
  });
}

GO_PROGRAM(go_program) {
  gort::traceback::install();
  panic("as ever");
}

TEST(TracebackInstall, AGoProgramDiesAsEver) {
  outcome o = start("go_program");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: as ever\n\ngoroutine 1 \\[running\\]:\n")) << o;
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
