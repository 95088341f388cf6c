// ParseDuration's errors.
#include <gort/gort.h>

using namespace gort;

void entry() {
  for (const char* s : {"",
                        "3",
                        "-",
                        "s",
                        ".",
                        "-.",
                        ".s",
                        "+.s",
                        "1d",
                        "\x85\x85",
                        "\xff"
                        "ff",
                        "hello \xff"
                        "ff world",
                        "\uFFFD",
                        "\uFFFD hello",
                        "9223372036854775810ns",
                        "9223372036854775808ns",
                        "-9223372036854775809ns",
                        "9223372036854776us",
                        "3000000h",
                        "9223372036854ms775us808ns",
                        "1 s",
                        "1h 2m",
                        "1.2.3s",
                        "--1s"}) {
    auto [d, err] = time::ParseDuration(s);
    fmt::Println(d, err);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
