// The programs of tests/examples, driven from outside: the HTTP server by curl, wrk and raw requests.
#include "child_program.h"

namespace {

std::string folder(const char* variable, const char* otherwise) {
  const char* d = getenv(variable);
  return d != nullptr ? d : otherwise;
}

// Programs stand beside this one's folder.
std::string example(const std::string& name) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self);
  std::string path(self, n > 0 ? size_t(n) : 0);
  path.erase(path.rfind('/'));
  return path + "/../examples/" + name;
}

TEST(Examples, HTTPServerServesCurlAndWrk) {
  if (gort::rt::kUnderTool) GTEST_SKIP() << "the tool's own copy of the server is too slow for wrk's clock";
  std::string script = folder("GORT_UNIT_DIR", "tests/unit") + "/../examples/http_server_test.sh";
  auto o = child::execute({"bash", script, example("http_server")}, {}, 60);
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
