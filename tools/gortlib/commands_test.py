"""Tests of tools/gort as a command: wrong use is one line and status 2, and `run` ends as `go run` does."""

import os
import signal
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from gortlib import compiler
from gortlib.common import TOOLS

PROGRAM = """
#include <gort/gort.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

static std::string first;

void entry() {
  int c;
  if (first == "cat") {
    while ((c = std::getchar()) != EOF) std::putchar(c);
    std::fflush(stdout);
  }
  if (first == "status") std::_Exit(3);
  if (first == "panic") gort::panic("boom");
  if (first == "signal") raise(SIGKILL);
}

int main(int argc, char** argv) {
  first = argc > 1 ? argv[1] : "";
  return gort::main(argc, argv, entry);
}
"""


def gort(*arguments, cwd="/", text=""):
    command = [str(TOOLS / "gort"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True)


class WrongUse(unittest.TestCase):
    def check(self, *arguments):
        result = gort(*arguments)
        self.assertEqual(result.returncode, 2, arguments)
        self.assertEqual(result.stdout, "", arguments)
        self.assertRegex(result.stderr, r"^gort[^\n]*: [^\n]+\n$", arguments)

    def test_commands(self):
        self.check()
        self.check("frobnicate")
        self.check("../setup")
        self.check("help", "frobnicate")

    def test_run_and_build(self):
        self.check("run")
        self.check("run", "no-such-file.cc")
        self.check("run", "/etc/passwd")
        self.check("run", "--flag", "x.cc")
        self.check("build", "-o", "x")
        self.check("build", "no-such-file.cc")
        self.check("build", "--nonsense")

    def test_test(self):
        self.check("test", "--sanitize=nonsense")
        self.check("test", "--sanitize")
        self.check("test", "a", "b")
        self.check("test", "--jobs=0")

    def test_bench(self):
        self.check("bench", "--procs=none")
        self.check("bench", "--rounds=0")
        self.check("bench", "--json", "/no/such/folder/x.json")

    def test_conformance_and_record(self):
        self.check("conformance", "no-such-pair-anywhere")
        self.check("conformance", "--nonsense")
        self.check("record")
        self.check("record", "no-such-pair-anywhere")


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name) / "a folder"
        cls.folder.mkdir()
        (cls.folder / "my program.cc").write_text(PROGRAM)
        cls.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)

    @classmethod
    def tearDownClass(cls):
        cls.folder.chmod(stat.S_IRWXU)
        cls.scratch.cleanup()

    def run_program(self, *arguments, text=""):
        return gort("run", "my program.cc", "--", *arguments, cwd=self.folder, text=text)

    def test_success_and_input(self):
        result = self.run_program("cat", text="one\ntwo\n")
        self.assertEqual((result.returncode, result.stdout), (0, "one\ntwo\n"))

    def test_exit_status(self):
        result = self.run_program("status")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.split("\n")[-2:], ["exit status 3", ""])

    def test_panic(self):
        result = self.run_program("panic")
        self.assertEqual(result.returncode, 1)
        self.assertIn("panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n", result.stderr)
        self.assertTrue(result.stderr.endswith("\nexit status 2\n"), result.stderr)

    def test_signal(self):
        result = self.run_program("signal")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.endswith("signal: killed\n"), result.stderr)

    def test_compile_error(self):
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "bad.cc"
            source.write_text("int main() { return no_such_name; }\n")
            result = gort("run", source)
            self.assertEqual(result.returncode, 1)
            self.assertIn("no_such_name", result.stderr)

    def test_changed_header_is_noticed(self):
        with tempfile.TemporaryDirectory() as scratch:
            header, source = Path(scratch) / "value.h", Path(scratch) / "value.cc"
            header.write_text("#define VALUE 4\n")
            source.write_text('#include "value.h"\nint main() { return VALUE; }\n')
            self.assertIn("exit status 4", gort("run", source).stderr)
            header.write_text("#define VALUE 15\n")
            os.utime(header, (1, 1))
            self.assertIn("exit status 15", gort("run", source).stderr)

    def test_two_files(self):
        with tempfile.TemporaryDirectory() as scratch:
            one, two = Path(scratch) / "one.cc", Path(scratch) / "two.cc"
            one.write_text("int value();\nint main() { return value(); }\n")
            two.write_text("int value() { return 6; }\n")
            self.assertIn("exit status 6", gort("run", one, two).stderr)
            gort("build", one, two, "-o", Path(scratch) / "program")
            self.assertEqual(subprocess.run([Path(scratch) / "program"]).returncode, 6)

    def test_interrupt_reaches_the_program(self):
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "wait.cc"
            source.write_text(
                "#include <csignal>\n#include <cstdio>\n#include <unistd.h>\n"
                "int main() {\n"
                "  signal(SIGINT, [](int) { _exit(7); });\n"
                '  puts("ready");\n  fflush(stdout);\n  pause();\n}\n'
            )
            command = [str(TOOLS / "gort"), "run", str(source)]
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
            self.assertEqual(process.stdout.readline(), "ready\n")
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=60)
            self.assertEqual((process.returncode, err.split("\n")[-2]), (1, "exit status 7"))


class Cache(unittest.TestCase):
    def test_gives_up_what_is_old_and_what_is_too_much(self):
        ages = {"new": 0, "used": 60, "large": 120, "behind_it": 180, "old": compiler.KEEP_SECONDS + 60}
        with tempfile.TemporaryDirectory() as scratch, mock.patch.object(compiler, "CACHE", Path(scratch)):
            for name, age in ages.items():
                (Path(scratch) / name).mkdir()
                (Path(scratch) / name / "program").write_bytes(b"x" * (300 if name == "large" else 100))
                os.utime(Path(scratch) / name, (time.time() - age,) * 2)
            compiler.prune()
            self.assertEqual(sorted(os.listdir(scratch)), ["behind_it", "large", "new", "used"])
            with mock.patch.object(compiler, "KEEP_BYTES", 250):
                compiler.prune()
            self.assertEqual(sorted(os.listdir(scratch)), ["new", "used"])


if __name__ == "__main__":
    unittest.main()
