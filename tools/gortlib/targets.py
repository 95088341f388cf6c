"""What the rows should reach: tests/bench/targets.txt, a line for each target.

    ROWS AGAINST LIMIT-AT-1-P [LIMIT-AT-MORE-PS]      # comment

ROWS is a glob over row names; the first line that fits a row and AGAINST counts. AGAINST is `go` or `peer` (the limit
is of gort's figure divided by theirs) or `self` (of gort's figure). A limit is `<=0.5`, `>=1.15`, or `-` for none.
"""

import fnmatch
import re
from dataclasses import dataclass

from gortlib.benchmarks import SOURCES
from gortlib.common import Failure

FILE = SOURCES / "targets.txt"


@dataclass(frozen=True)
class Limit:
    """A bound of one row: `<=` or `>=` a value."""

    against: str
    relation: str
    value: float

    def text(self):
        return f"{self.against} {self.relation} {self.value:g}"

    def missed(self, found):
        """missed compares what is shown: two decimals."""
        shown = round(found, 2)
        return shown > self.value if self.relation == "<=" else shown < self.value

    def distance(self, found):
        """distance is how far from the limit a figure is: 2 is twice as bad as allowed."""
        if not found or not self.value:
            return 0.0
        return found / self.value if self.relation == "<=" else self.value / found


class Targets:
    """The lines of the file in order."""

    def __init__(self, text):
        self.lines = []
        for number, line in enumerate(text.split("\n"), 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            if len(words) not in (3, 4) or words[1] not in ("go", "peer", "self"):
                raise Failure(f"{FILE.name}:{number}: expected ROWS go|peer|self LIMIT [LIMIT]")
            limits = [limit(words[1], word, number) for word in words[2:]]
            self.lines.append((words[0], words[1], limits))

    def of(self, name, procs):
        """of returns the limits of a row at this many Ps, one for each thing to compare with."""
        found = {}
        for rows, against, limits in self.lines:
            if against not in found and fnmatch.fnmatchcase(name, rows):
                found[against] = limits[0] if procs == 1 else limits[-1]
        return [item for item in found.values() if item]


def limit(against, word, number):
    if word == "-":
        return None
    match = re.fullmatch(r"(<=|>=)([\d.]+)", word)
    if not match:
        raise Failure(f"{FILE.name}:{number}: '{word}' is no limit: <=N, >=N or -")
    return Limit(against, match[1], float(match[2]))


def load():
    return Targets(FILE.read_text())
