"""Tests that the build knows every file: sources, tests and the pairs of the conformance suite."""

import re
import unittest

from gortlib.common import ROOT
from gortlib.recording import SUFFIXES, SUITE


def listed(build_file):
    return set(re.findall(r"^\s+'([\w./-]+)',?$", build_file.read_text(), re.MULTILINE))


class Sources(unittest.TestCase):
    def test_every_source_is_listed(self):
        for folder in ("arch", "sched", "runtime"):
            found = {str(p.relative_to(ROOT / folder)) for p in (ROOT / folder).rglob("*.cc")}
            found |= {str(p.relative_to(ROOT / folder)) for p in (ROOT / folder).rglob("*.S")}
            found = {name for name in found if not name.startswith("crash_library/")}  # a library of its own
            self.assertEqual(found, listed(ROOT / folder / "meson.build"), f"{folder}/meson.build")

    def test_every_source_of_the_stack_tool_is_listed(self):
        folder = ROOT / "tools" / "stack"
        self.assertEqual({p.name for p in folder.glob("*.cc")}, listed(folder / "meson.build") - {"gort-stack"})

    def test_every_test_is_listed(self):
        for folder in ("unit", "stress", "model"):
            found = {p.stem for p in (ROOT / "tests" / folder).glob("*_test.cc")}
            self.assertEqual(found, listed(ROOT / "tests" / folder / "meson.build"), f"tests/{folder}/meson.build")


class Pairs(unittest.TestCase):
    def test_every_program_has_its_twin_and_its_recording(self):
        endings = {}
        for file in SUITE.glob("*/*"):
            if file.suffix in (*SUFFIXES, ".cc", ".out"):
                endings.setdefault(str(file.relative_to(SUITE).with_suffix("")), set()).add(file.suffix)
        missing = {
            name: found
            for name, found in endings.items()
            if not {".cc", ".out"} < found or len(found.intersection(SUFFIXES)) != 1
        }
        self.assertEqual(missing, {})


if __name__ == "__main__":
    unittest.main()
