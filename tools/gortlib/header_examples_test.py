"""Tests that the examples in the public headers compile, and that every public type's header has one."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from gortlib import build, header_examples
from gortlib.compiler import Compiler

# The headers of Go's packages around the runtime, in whose examples each function is used.
PACKAGES = ["context.h", "duration.h", "err*.h", "os/*.h", "rate.h", "s*flight.h", "semaphore.h", "sync/*.h", "time/*.h"]
# What fmt and the package errors call, and only who writes an error has to do with.
METHODS = {"Addr", "Error", "Fields", "RuntimeError", "String", "Temporary", "Timeout", "Unwrap"}

# Headers that only include others or hold what others share.
WITHOUT = {"gort.h", "sync.h", "time.h", "type_desc.h", "fields.h", "call.h", "go.h"}


class HeaderExamples(unittest.TestCase):
    def test_they_compile(self):
        text, count = header_examples.program()
        self.assertGreater(count, 70)
        compiler = Compiler(build.ensure(build.Variant()))
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "examples.cc"
            source.write_text(text)
            command = compiler.cxx + compiler.flags + ["-Wno-unused", "-fsyntax-only", str(source)]
            result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_headers_of_go_packages_have_one(self):
        for header in header_examples.HEADERS.rglob("*.h"):
            name = str(header.relative_to(header_examples.HEADERS))
            if name in WITHOUT:
                continue
            with self.subTest(name):
                self.assertTrue(header_examples.examples(header))

    def test_each_function_of_the_packages_is_used_in_one(self):
        headers = [h for pattern in PACKAGES for h in header_examples.HEADERS.glob(pattern)]
        self.assertGreater(len(headers), 18)
        count = 0
        for header in headers:
            code = "\n".join(line for _, lines in header_examples.examples(header) for line in lines)
            for name in sorted(header_examples.functions(header) - METHODS):
                count += 1
                with self.subTest(header=header.name, function=name):
                    self.assertRegex(code, rf"\b{name}\b")
        self.assertGreater(count, 180)

    def test_a_wrong_example_is_found(self):
        with tempfile.TemporaryDirectory() as scratch:
            header = Path(scratch) / "wrong.h"
            header.write_text("// f does things.\n//\n//   sync::Mutex mu;\n//   mu.Look();\n")
            found = header_examples.examples(header)
            self.assertEqual(found, [(3, ["sync::Mutex mu;", "mu.Look();"])])


if __name__ == "__main__":
    unittest.main()
