"""bench [PATTERN] [--compare] [--json FILE] [--chart FILE]: runs the benchmarks; --compare runs Go's and peers' beside.

PATTERN picks the rows whose name contains it. Options: --procs=1,2 (GOMAXPROCS values), --rounds=N (default 5 when
comparing, else 1), --json FILE writes the rows, --chart FILE a bar chart (SVG) of a comparison. Compared rows are run
in turn, gort, Go, peer (Boost.Fiber, or a plain C++ program), and again, N times; the figures are medians, the ratios
gort's figure divided by Go's and by the peer's. A row that misses a target of tests/bench/targets.txt is marked with
it, and the list of those is printed last, the farthest from its target first.
"""

import json
import os
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from gortlib import benchmarks, build, chart, targets
from gortlib.common import UsageError, cores, ensure_packages, note, parse, positive


@dataclass
class Row:
    """The samples of one benchmark at one GOMAXPROCS: {program kind: [values]}."""

    name: str
    procs: int
    limits: list
    unit: str = ""
    samples: dict = field(default_factory=dict)

    def median(self, kind):
        values = self.samples.get(kind)
        return statistics.median(values) if values else None

    def ratio(self, against="go"):
        """ratio is gort's figure divided by another's, or gort's figure itself for "self"."""
        ours = self.median("gort")
        theirs = 1 if against == "self" else self.median(against)
        return ours / theirs if ours is not None and theirs else None

    def cost(self, kind):
        """cost is a program's figure divided by Go's, turned round for a rate: below 1 is better than Go."""
        mine, go = self.median(kind), self.median("go")
        if not mine or not go:
            return None
        return go / mine if self.unit.endswith("/s") else mine / go

    def missed(self):
        """missed returns [(distance, limit, what was found)] of the targets that the row misses."""
        found = [(limit, self.ratio(limit.against)) for limit in self.limits]
        return [(limit.distance(r), limit, r) for limit, r in found if r is not None and limit.missed(r)]


def main(arguments):
    values = ("--json", "--chart", "--procs", "--rounds")
    options, words = parse(arguments, flags=("--compare",), values=values, positional=1)
    compare = "--compare" in options
    if "--chart" in options and not compare:
        raise UsageError("--chart draws a comparison: it needs --compare")
    rounds = positive(options, "--rounds", 5 if compare else 1)
    procs = read_procs(options)
    for name in ("--json", "--chart"):
        if name in options and not Path(options[name]).absolute().parent.is_dir():
            raise UsageError(f"no folder for {options[name]}")
    wanted = targets.load() if compare else targets.Targets("")
    ensure_packages("run", "test")
    variant = build.ensure(build.Variant(), bench=True)
    programs = benchmarks.programs(variant, compare)
    rows = run_all(programs, words[0] if words else "", procs, rounds, compare, wanted)
    if compare:
        print_missed(rows)
    if "--json" in options:
        write(options["--json"], to_json(rows, programs), len(rows))
    if "--chart" in options:
        other = programs.go_version or "Go"
        title = f"gort / {other}: medians of {rounds} interleaved runs, left of 1 is faster than Go"
        write(options["--chart"], chart.svg(rows, title), len(rows))
    return 0


def read_procs(options):
    text = options.get("--procs")
    if text is None:
        return [1, 2] if cores() > 1 else [1]
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise UsageError(f"option --procs needs numbers like 1,2, not '{text}'")
    return found


def run_all(programs, pattern, procs, rounds, compare, wanted):
    names = [name for name in programs.rows("gort") if pattern in name]
    if not names:
        raise UsageError(f"no benchmark is called '{pattern}'")
    rows = []
    print(header(programs, compare), flush=True)
    for name in names:
        for count in procs:
            row = measure(programs, Row(name, count, wanted.of(name, count)), rounds, compare)
            if row.samples.get("gort"):
                rows.append(row)
                print(line(row, compare), flush=True)
    return rows


def measure(programs, row, rounds, compare):
    """measure runs one benchmark in every program that has it, in turn, rounds times; one that fails is left out."""
    kinds = [kind for kind in benchmarks.KINDS if kind == "gort" or (compare and row.name in programs.rows(kind))]
    for _ in range(rounds):
        for kind in list(kinds):
            result = programs.run(kind, row.name, row.procs)
            if result is None:
                note(f"{row.name} at {row.procs} Ps gave no result in the {kind} program")
                kinds.remove(kind)
                continue
            value, row.unit = result
            row.samples.setdefault(kind, []).append(value)
    return row


def number(value, digits=".4g"):
    return "-" if value is None else f"{value:{digits}}"


def header(programs, compare):
    start = f"{'benchmark':<32}{'Ps':>3}{'gort':>12}"
    if not compare:
        return start + "  unit"
    return f"{start}{programs.go_version or 'no Go':>12}{'peer':>12}{'gort/go':>9}{'gort/peer':>10}  unit"


def line(row, compare):
    start = f"{row.name:<32}{row.procs:>3}{number(row.median('gort')):>12}"
    if not compare:
        return f"{start}  {row.unit}"
    ratios = f"{number(row.ratio(), '.2f'):>9}{number(row.ratio('peer'), '.2f'):>10}"
    misses = "".join(f"  ! {limit.text()}" for _, limit, _ in row.missed())
    others = f"{number(row.median('go')):>12}{number(row.median('peer')):>12}"
    return f"{start}{others}{ratios}  {row.unit:<5}{misses}".rstrip()


def print_missed(rows):
    missed = sorted(((*miss, row) for row in rows for miss in row.missed()), key=lambda m: -m[0])
    print(f"{sum(1 for row in rows if row.missed())} of {len(rows)} rows miss a target" + (":" if missed else ""))
    for distance, limit, found, row in missed:
        print(f"  {row.name:<32} P{row.procs}  {found:.2f}, target {limit.text()}: {distance:.2f} times the limit")


def to_json(rows, programs):
    objects = [
        {
            "name": row.name,
            "procs": row.procs,
            "unit": row.unit,
            "gort": row.median("gort"),
            "go": row.median("go"),
            "go_version": programs.go_version if row.median("go") is not None else None,
            "peer": row.median("peer"),
            "peer_name": programs.called("peer", row.name) if row.median("peer") is not None else None,
            "ratio": row.ratio(),
            "targets": [limit.text() for limit in row.limits],
            "missed": [limit.text() for _, limit, _ in row.missed()],
        }
        for row in rows
    ]
    return "[\n" + ",\n".join("  " + json.dumps(o) for o in objects) + "\n]\n"


def write(path, text, count):
    try:
        Path(path).write_text(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    note(f"wrote {count} rows to {os.path.relpath(path)}")
