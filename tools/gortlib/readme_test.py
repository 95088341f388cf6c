"""Tests that README.md's first program compiles and does what the page shows."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

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


if __name__ == "__main__":
    unittest.main()
