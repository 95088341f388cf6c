"""Tests that a recording keeps every byte, and of the //gort: comments."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gortlib import golang, recording
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
        pair = self.pair("//gort:case one", "//gort:case two", "//gort:head two", "//gort:user one", "//gort:timeout 2.5")
        self.assertEqual([c.head for c in pair.cases], [False, True])
        self.assertEqual([c.user for c in pair.cases], [True, False])
        self.assertEqual(pair.timeout, 2.5)

    def test_mistakes(self):
        for line in ("//gort:case", "//gort:env A", "//gort:nonsense 1", "//gort:timeout soon"):
            with self.assertRaises(Failure, msg=line):
                self.pair(line)


class Sources(Folder):
    """The Go side that is one of Go's own tests."""

    def setUp(self):
        super().setUp()
        self.file = self.file.with_suffix(".gosrc")
        self.tree = self.file.parent / "tree"
        patch = mock.patch.object(golang, "goroot", lambda toolchain: self.tree / toolchain)
        patch.start()
        self.addCleanup(patch.stop)

    def test_cases(self):
        pair = self.pair("//gort:source goroot/test/x.go", "//gort:case one")
        self.assertEqual((pair.name, pair.source), ("topic/name", "goroot/test/x.go"))
        self.assertEqual([c.name for c in pair.cases], ["one"])
        self.assertEqual((pair.cc_file.name, pair.out_file.name), ("name.cc", "name.out"))

    def test_found_beside_go_files(self):
        self.pair("//gort:source goroot/test/x.go")
        (self.file.parent / "other.go").write_text("package main\n")
        self.assertEqual([pair.name for pair, _ in recording.find("topic")], ["topic/name", "topic/other"])
        self.assertEqual(recording.named("topic/name").source, "goroot/test/x.go")
        self.assertEqual(recording.named("topic/other").source.name, "other.go")
        self.assertIsNone(recording.named("topic/none"))

    def test_source_is_needed_once(self):
        for lines in (["//gort:case one"], ["//gort:source"], ["//gort:source goroot/test/x.go"] * 2):
            with self.assertRaises(Failure, msg=lines):
                self.pair(*lines)
        self.file = self.file.with_suffix(".go")
        with self.assertRaises(Failure):
            self.pair("//gort:source goroot/test/x.go")

    def test_trees(self):
        for toolchain, name in (("local", "test/x.go"), (golang.TOOLCHAIN, "src/runtime/x_test.go")):
            file = self.tree / toolchain / name
            file.parent.mkdir(parents=True)
            file.touch()
            self.assertEqual(golang.source(self.pair("//gort:source goroot/" + name)), file)
        for missing in ("goroot/src/x.go", "goroot/test/y.go", "elsewhere/test/x.go"):
            with self.assertRaises(Failure, msg=missing):
                golang.source(self.pair("//gort:source " + missing))


if __name__ == "__main__":
    unittest.main()
