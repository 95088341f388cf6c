"""Tests of the benchmarks' targets, the comparison's figures, its chart, and that the build knows every program."""

import unittest
import xml.etree.ElementTree as ElementTree

from gortlib import chart, targets
from gortlib.benchmarks import SOURCES
from gortlib.cmd_bench import Row
from gortlib.common import Failure
from gortlib.layout_test import listed


def row(name, lines, unit="ns", procs=1, **samples):
    return Row(name, procs, targets.Targets(lines).of(name, procs), unit, {k: list(v) for k, v in samples.items()})


class Limits(unittest.TestCase):
    def test_the_shipped_file_is_well_formed(self):
        self.assertTrue(targets.load().lines)

    def test_the_first_line_that_fits_counts(self):
        found = targets.Targets("a_b go <=0.5 <=0.7 # why\n\n*_b go -\n* go <=2\n* peer <=1")
        self.assertEqual([x.text() for x in found.of("a_b", 1)], ["go <= 0.5", "peer <= 1"])
        self.assertEqual([x.text() for x in found.of("a_b", 2)], ["go <= 0.7", "peer <= 1"])
        self.assertEqual([x.text() for x in found.of("c_b", 1)], ["peer <= 1"])
        self.assertEqual([x.text() for x in found.of("c", 4)], ["go <= 2", "peer <= 1"])

    def test_a_wrong_line_is_named(self):
        for text in ("a go", "a other <=1", "a go 1", "a go <=1 <=2 <=3"):
            with self.assertRaisesRegex(Failure, r"targets.txt:2: "):
                targets.Targets("\n" + text)


class Rows(unittest.TestCase):
    def test_medians_and_ratios(self):
        found = row("x", "", gort=[1, 2, 9], go=[4, 4, 4])
        self.assertEqual((found.median("gort"), found.ratio(), found.ratio("peer")), (2, 0.5, None))

    def test_a_row_misses_only_what_it_is_compared_with(self):
        lines = "* go <=0.4\n* peer <=1\n* self <=1"
        found = row("x", lines, gort=[2], go=[4])
        self.assertEqual([limit.text() for _, limit, _ in found.missed()], ["go <= 0.4", "self <= 1"])
        self.assertEqual(row("x", "* go <=0.5", gort=[2], go=[4]).missed(), [])

    def test_a_rate_is_better_when_larger(self):
        found = row("x_rps", "* go >=1.15", unit="req/s", gort=[100], go=[200])
        self.assertEqual(found.cost("gort"), 2)
        self.assertAlmostEqual(found.missed()[0][0], 2.3)


class Chart(unittest.TestCase):
    def test_it_is_xml_with_a_bar_a_row_and_red_for_a_miss(self):
        rows = [
            row("quick", "* go <=0.5", gort=[1], go=[4], peer=[2]),
            row("slow<row>", "* go <=0.5", gort=[4], go=[4]),
            row("alone", "", gort=[4]),
        ]
        text = chart.svg(rows, "gort / Go")
        ElementTree.fromstring(text)
        self.assertEqual((text.count(chart.GOOD), text.count(chart.BAD), text.count("<circle")), (1, 1, 1))
        self.assertIn("slow&lt;row&gt; P1", text)
        self.assertNotIn("alone", text)


class Build(unittest.TestCase):
    def test_every_program_is_listed(self):
        endings = ("_bench.cc", "_fiber.cc", "_plain.cc", "_client.cc")
        found = {p.stem for p in SOURCES.glob("*.cc") if p.name.endswith(endings) or p.name.startswith("srv_")}
        self.assertEqual(found, listed(SOURCES / "meson.build") - {"bench_rows", "rows.cc"})


if __name__ == "__main__":
    unittest.main()
