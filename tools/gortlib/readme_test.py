"""Tests that README.md's programs compile and do what the page shows."""

import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from gortlib import build
from gortlib.common import ROOT, TOOLS
from gortlib.normalize import difference


class FirstProgram(unittest.TestCase):
    def test_output_is_what_the_page_shows(self):
        page = (ROOT / "README.md").read_text()
        code = re.search(r"```cpp\n(// first\.cc\n.*?)```", page, re.DOTALL).group(1)
        shown = re.search(r"```console\n\$ tools/gort run first\.cc\n(.*?)```", page, re.DOTALL).group(1)
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "first.cc").write_text(code)
            command = [str(TOOLS / "gort"), "run", "first.cc"]
            result = subprocess.run(
                command, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
            )
        self.assertEqual(result.returncode, 1)
        self.assertEqual(difference(shown, result.stdout, "README.md", "now"), [])


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
            result = subprocess.run(["./crash"], cwd=scratch, stderr=subprocess.PIPE, text=True, timeout=20)
        self.assertEqual(result.returncode, -signal.SIGSEGV)
        self.assertEqual(difference(shown, result.stderr, "README.md", "now"), [])


if __name__ == "__main__":
    unittest.main()
