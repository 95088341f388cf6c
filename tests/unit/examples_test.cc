// The programs of tests/examples. Most say at their end what they print (`// Output:`) and with which status they end,
// if that is not 0. Those that serve are driven from outside: the HTTP server by curl, wrk and raw requests.
#include <fstream>

#include "child_program.h"

namespace {

// source is the path of a file of tests/examples.
std::string source(const std::string& name) {
  const char* unit = getenv("GORT_UNIT_DIR");
  return std::string(unit != nullptr ? unit : "tests/unit") + "/../examples/" + name;
}

// Programs stand beside this one's folder.
std::string example(const std::string& name) {
  std::string path = child::self();
  path.erase(path.rfind('/'));
  return path + "/../examples/" + name;
}

class Examples : public testing::TestWithParam<const char*> {};

TEST_P(Examples, PrintsWhatItSays) {
  if (GetParam() == std::string("crash_handler")) SKIP_UNDER(tool::kUndefined, "it reports the faults themselves");
  std::ifstream file(source(std::string(GetParam()) + ".cc"));
  std::string output;
  int status = 0;
  bool in_output = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "// Output:")
      in_output = true;
    else if (line.starts_with("// Exit status: "))
      status = std::stoi(line.substr(16));
    else if (in_output)
      output += line.substr(3) + "\n";
  }
  ASSERT_TRUE(in_output) << "no // Output: in " << GetParam();
  if (std::string(GetParam()) == "uv_loop" && access(example("uv_loop").c_str(), X_OK) != 0)
    GTEST_SKIP() << "built without libuv";
  auto o = child::execute({example(GetParam())});
  EXPECT_TRUE(o.exited(status)) << o;
  EXPECT_EQ(o.out, output) << o;
}

INSTANTIATE_TEST_SUITE_P(All, Examples,
                         testing::Values("crash_handler", "crawler", "embedding", "errgroup", "fan_in", "pipeline",
                                         "prime_sieve", "ticker_loop", "uv_loop", "worker_pool"),
                         [](const auto& info) { return info.param; });

// A request that is under way when SIGTERM comes, accepted as another socket of the program's, is answered; then the
// program ends by itself.
TEST(GracefulShutdown, FinishesWhatIsUnderWay) {
  const char* script =
      "exec 4< <(exec \"$0\"); pid=$!; read -r -u4 line; echo \"${line% *}\"; "
      "sockets() { ls -l /proc/$pid/fd | grep -c socket:; }; before=$(sockets); "
      "exec 3<>/dev/tcp/127.0.0.1/${line##*:}; until [ $(sockets) -gt $before ]; do :; done; kill -TERM $pid; "
      "timeout 30 cat <&3; timeout 30 cat <&4; wait $pid; echo status $?";
  auto o = child::execute({"bash", "-c", script, example("graceful_shutdown")});
  EXPECT_EQ(o.out, "listening on\ndone\nshutting down: context canceled\nall requests are done\nstatus 0\n") << o;
}

TEST(HTTPServer, ServesCurlAndWrk) {
  SKIP_UNDER(tool::kMemory, "the server is too slow for wrk's clock");
  std::string script = source("http_server_test.sh");
  auto o = child::execute({"bash", script, example("http_server")}, {}, 300);
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out.find("FAIL"), std::string::npos) << o;
  for (const char* check : {"ok   pipelining", "ok   echo_chunked", "ok   keep_alive", "ok   wrk_no_errors",
                            "ok   wrk_pipelining_no_errors", "ok   exit_status"})
    EXPECT_NE(o.out.find(check), std::string::npos) << check << "\n" << o;
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
