"""Tests that what the public headers refuse to compile is told in a sentence, at the line that is wrong."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from gortlib import build
from gortlib.compiler import Compiler

WRONG = [
    ("chan<void> nothing;", "std::monostate where there is nothing to send"),
    ("make_chan<int[4]>();", "the element type of a channel is a plain object type"),
    ("make_chan<fixed>();", "the element type of a channel must be movable"),
    ("make_chan<std::array<char, 65536>>();", "channel element type too large (>64kB)"),
    ("make_chan<empty>().recv();", "recv needs a T{} to return from a closed channel"),
    ("make_chan<empty>().recv_ok();", "recv_ok needs a T{} to return from a closed channel"),
    ("go([](std::unique_ptr<int>) {}, owner);", "go(f, args...): an argument that cannot be copied is given as std::move"),
    ("go([](int) {}, text);", "go(f, args...): f cannot be called with these arguments"),
    ("defer([](std::unique_ptr<int>) {}, owner);", "defer(f, args...): an argument that cannot be copied is given as"),
    ("defer([](int) {}, text);", "defer(f, args...): f cannot be called with these arguments"),
    ("errors::New(text).as<net::Error>();", "an interface is made from an error: net::Error(err)"),
    ("any(text).as<std::string_view>();", "string literals and views are held as std::string: ask for std::string"),
    ("any(text).must_as<char*>();", "string literals and views are held as std::string: ask for std::string"),
    ("any(1.5L).is<long double>();", "a long double is held as double: ask for double"),
    ("auto f = go_result([] { return 1; }), g = f;", "use of deleted function"),
    ("run([]() -> fixed { return fixed(); });", "gort::run(f): the result of f must be movable"),
]
PROGRAM = """#include <array>
#include <memory>
#include <string>

#include <gort/gort.h>
using namespace gort;
struct fixed {
  fixed() = default;
  fixed(fixed&&) = delete;
};
struct empty {
  explicit empty(int);
};
std::unique_ptr<int> owner;
std::string text;
"""


class Misuse(unittest.TestCase):
    def test_is_told_in_a_sentence(self):
        compiler = Compiler(build.ensure(build.Variant()))
        lines = [f"void wrong{i}() {{ {line} }}" for i, (line, _) in enumerate(WRONG)]
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "wrong.cc"
            source.write_text(PROGRAM + "\n".join(lines) + "\n")
            command = compiler.cxx + compiler.flags + ["-fsyntax-only", "-fmax-errors=0", str(source)]
            result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        first = PROGRAM.count("\n") + 1
        for number, (line, sentence) in enumerate(WRONG, first):
            with self.subTest(line):
                self.assertIn(sentence, result.stdout)
                self.assertIn(f"wrong.cc:{number}:", result.stdout)


if __name__ == "__main__":
    unittest.main()
