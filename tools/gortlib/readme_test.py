"""Tests that README.md's programs compile and do what the page shows."""

import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from gortlib import build, cmd_stack
from gortlib.common import ROOT, TOOLS
from gortlib.compiler import Compiler
from gortlib.normalize import difference
from gortlib.stack_fixture import await_in_place


class FirstProgram(unittest.TestCase):
    page = (ROOT / "README.md").read_text()

    def run_it(self):
        code = re.search(r"```cpp\n(// first\.cc\n.*?)```", self.page, re.DOTALL).group(1)
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "first.cc").write_text(code)
            command = [str(TOOLS / "gort"), "run", "first.cc"]
            return subprocess.run(
                command, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
            )

    def test_output_is_what_the_page_shows(self):
        shown = re.search(r"```console\n\$ tools/gort run first\.cc\n(.*?)```", self.page, re.DOTALL).group(1)
        result = self.run_it()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(difference(shown, result.stdout, "README.md", "now"), [])

    def test_panicparse_reads_it_as_the_page_says(self):
        if not shutil.which("panicparse"):
            self.skipTest("panicparse is not installed")
        command = re.search(r"`\./server 2>&1 \| (sed .* \| panicparse)`", self.page)[1]
        result = subprocess.run(
            command, shell=True, input=self.run_it().stdout, capture_output=True, text=True, timeout=60
        )
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?m)^1: running \[Created by main\.main .*\n    main first\.go:19 worker\(")


class CrashTrace(unittest.TestCase):
    def test_output_is_what_the_page_shows(self):
        page = (ROOT / "README.md").read_text()
        code = re.search(r"```cpp\n(// crash\.cc\n.*?)```", page, re.DOTALL).group(1)
        command, shown = re.search(r"```console\n\$ (g\+\+ .*?) && \./crash\n(.*?)Segmentation fault\n```", page, re.DOTALL).groups()
        folder = build.ensure(build.Variant()).folder
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "crash.cc").write_text(code)
            paths = [f"-I{ROOT}/runtime/include", f"-L{folder}", f"-Wl,-rpath,{folder}"]
            subprocess.run(command.split() + paths, cwd=scratch, check=True, timeout=120)
            result = subprocess.run(["./crash"], cwd=scratch, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(result.returncode, -signal.SIGSEGV)
        self.assertEqual(difference(shown, result.stderr, "README.md", "now"), [])


class FromOutside(unittest.TestCase):
    """The section on `tools/gort stack` and gdb."""

    @classmethod
    def setUpClass(cls):
        cls.page = (ROOT / "README.md").read_text()
        code = re.search(r"```cpp\n(// stuck\.cc\n.*?)```", cls.page, re.DOTALL).group(1)
        cls.scratch = tempfile.TemporaryDirectory()
        source = Path(cls.scratch.name) / "stuck.cc"
        source.write_text(code)
        binary, messages = Compiler(build.ensure(build.Variant(), tools=True)).program([source])
        assert binary, messages
        cls.process = subprocess.Popen([str(binary)])
        await_in_place(cls.process.pid)

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait()
        cls.scratch.cleanup()

    def test_stack_prints_what_the_page_shows(self):
        shown = re.search(r"\$ tools/gort stack ([^\n$]*) \$\(pgrep -x stuck\)\n(.*?)```", self.page, re.DOTALL)
        command = [str(TOOLS / "gort"), "stack", *shown[1].split(), str(self.process.pid)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if "ptrace_scope" in result.stderr or "SYS_PTRACE" in result.stderr:
            self.skipTest("this system does not let a process be read by another one")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(difference(shown[2], result.stdout, "README.md", "now"), [])

    def test_every_option_of_stack_is_on_the_page(self):
        section = self.page[self.page.index("| `tools/gort stack PID") :].partition("\n\n")[0]
        described = set(re.findall(r"--[a-z][\w-]*", section))
        self.assertEqual(described, set(re.findall(r"--[a-z][\w-]*", cmd_stack.__doc__)))

    def test_gdb_does_what_the_page_shows(self):
        if not shutil.which("gdb"):
            self.skipTest("gdb is not installed")
        shown = re.search(r"\$ (gdb .*) -p \$\(pgrep -x stuck\)\n(.*?)```", self.page, re.DOTALL)
        command = [*shown[1].split(), "-p", str(self.process.pid), "-batch", "-nx", "-iex", "set debuginfod enabled off"]
        wanted = re.split(r"^\(gdb\) (.*)\n", shown[2], flags=re.MULTILINE)
        commands, outputs = wanted[1::2], wanted[2::2]
        for line in commands:
            command += ["-ex", "echo ====\\n", "-ex", line]
        result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        if "ptrace: Operation not permitted" in result.stdout:
            self.skipTest("this system does not let gdb attach to a process")
        found = re.split(r"^====\n", result.stdout, flags=re.MULTILINE)[1:]
        self.assertEqual(len(found), len(commands), result.stdout)
        self.assertEqual(difference(outputs[0], found[0], "README.md", "now"), [])
        self.assertRegex(found[1], r"(?m)^#\d+ .*worker \(jobs=\.\.\.\) at ")
        self.assertRegex(found[2], r"goroutine 1 \[sleep\]:\n#0 ")


if __name__ == "__main__":
    unittest.main()
