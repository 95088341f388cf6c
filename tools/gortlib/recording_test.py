"""Tests that a recording keeps every byte, and of the //gort: comments."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gortlib import recording
from gortlib.common import Failure
from gortlib.recording import Pair, Result


class Folder(unittest.TestCase):
    """Gives each test a suite of its own with one pair, topic/name."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        patch = mock.patch.object(recording, "SUITE", Path(scratch.name))
        patch.start()
        self.addCleanup(patch.stop)
        self.file = Path(scratch.name) / "topic" / "name.go"
        self.file.parent.mkdir()

    def pair(self, *lines):
        self.file.write_text("\n".join(lines) + "\npackage main\n")
        return Pair(self.file)


class RoundTrip(Folder):
    def check(self, stdout, stderr, ending="0"):
        pair = self.pair()
        recording.write(pair, "go1.22.12 linux/amd64", [Result(ending, stdout, stderr)])
        version, cases = recording.read(pair)
        self.assertEqual(version, "go1.22.12 linux/amd64")
        self.assertEqual(cases, {"": ([], {}, Result(ending, stdout, stderr))})

    def test_plain(self):
        self.check("a\nb\n", "panic: x\n\ngoroutine 1 [running]:\n", "2")

    def test_empty(self):
        self.check("", "")

    def test_no_final_newline(self):
        self.check("a\nb", "x")

    def test_lines_that_look_like_the_format(self):
        self.check("case: x\nstdout:\n|bar\n\\ no newline\nexit: 3\n", "# head\n\n\n")

    def test_trailing_blanks_and_other_bytes(self):
        self.check("panic: \n\t \n", b"\xff\xfe\x00z\n".decode("utf-8", errors="surrogateescape"))

    def test_signal(self):
        self.check("", "", "signal SIGABRT")


class Comments(Folder):
    def test_without_cases(self):
        pair = self.pair("// A comment.")
        self.assertEqual([(c.name, c.args, c.env) for c in pair.cases], [("", [], {})])
        self.assertEqual(pair.title(pair.cases[0]), "conformance/topic/name")

    def test_cases(self):
        pair = self.pair(
            "//gort:case one", "//gort:case two - env A=1", "//gort:case three x 'y z' env A=2 B=3", "//gort:env A=0 C=4"
        )
        self.assertEqual(
            [(c.name, c.args, c.env) for c in pair.cases],
            [
                ("one", ["one"], {"A": "0", "C": "4"}),
                ("two", [], {"A": "1", "C": "4"}),
                ("three", ["x", "y z"], {"A": "2", "B": "3", "C": "4"}),
            ],
        )
        self.assertEqual(pair.title(pair.cases[0]), "conformance/topic/name[one]")

    def test_head_and_timeout(self):
        pair = self.pair("//gort:case one", "//gort:case two", "//gort:head two", "//gort:timeout 2.5")
        self.assertEqual([c.head for c in pair.cases], [False, True])
        self.assertEqual(pair.timeout, 2.5)

    def test_mistakes(self):
        for line in ("//gort:case", "//gort:env A", "//gort:nonsense 1", "//gort:timeout soon"):
            with self.assertRaises(Failure, msg=line):
                self.pair(line)


if __name__ == "__main__":
    unittest.main()
