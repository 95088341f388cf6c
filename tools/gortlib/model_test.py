"""Runs the spin models beside the model tests, tests/model/*.pml: each holds, and the same model with -DBROKEN does not."""

import re
import shutil
import subprocess
import tempfile
import unittest

from gortlib.common import ROOT

MODELS = sorted((ROOT / "tests" / "model").glob("*.pml"))


def errors(model, *options):
    """errors explores every state of a model and returns how many assertions failed."""
    with tempfile.TemporaryDirectory() as folder:

        def run(*command):
            return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=True).stdout

        run("spin", *options, "-a", str(model))
        run("cc", "-O2", "-w", "-DSAFETY", "-o", "pan", "pan.c")
        text = run("./pan", "-E", "-m100000")
        if "max search depth too small" in text or "Search not completed" in text and "errors: 0" in text:
            raise AssertionError(text)
        return int(re.search(r"errors: (\d+)", text).group(1))


@unittest.skipUnless(shutil.which("spin"), "needs spin")
class Models(unittest.TestCase):
    def test_hold(self):
        for model in MODELS:
            with self.subTest(model.name):
                self.assertEqual(errors(model), 0)

    def test_broken_ones_are_caught(self):
        for model in MODELS:
            with self.subTest(model.name):
                self.assertGreater(errors(model, "-DBROKEN"), 0)


if __name__ == "__main__":
    unittest.main()
