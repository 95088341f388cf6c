"""bench [PATTERN] [--compare] [--json FILE]: runs the benchmarks; --compare runs Go's and Boost.Fiber's beside them.

PATTERN picks the rows whose name contains it. Options: --procs=1,2 (GOMAXPROCS values), --rounds=N (default 5 when
comparing, else 1), --json FILE writes the rows. Compared rows are run in turn, gort, Go, peer, and again, N times; the
figures are medians, and the ratio is gort's to Go's.
"""

import json
import os
import statistics
from dataclasses import dataclass
from pathlib import Path

from gortlib import benchmarks, build
from gortlib.common import UsageError, cores, ensure_packages, note, parse, positive


@dataclass
class Row:
    """The samples of one benchmark at one GOMAXPROCS: {program kind: [values]}."""

    name: str
    procs: int
    unit: str
    samples: dict

    def median(self, kind):
        values = self.samples.get(kind)
        return statistics.median(values) if values else None

    def ratio(self):
        ours, theirs = self.median("gort"), self.median("go")
        return ours / theirs if ours is not None and theirs else None


def main(arguments):
    values = ("--json", "--procs", "--rounds")
    options, words = parse(arguments, flags=("--compare",), values=values, positional=1)
    compare = "--compare" in options
    rounds = positive(options, "--rounds", 5 if compare else 1)
    procs = read_procs(options)
    if "--json" in options and not Path(options["--json"]).absolute().parent.is_dir():
        raise UsageError(f"no folder for {options['--json']}")
    ensure_packages("run", "test")
    variant = build.ensure(build.Variant(), bench=True)
    programs = benchmarks.programs(variant, compare)
    pattern = words[0] if words else ""
    names = [name for name in programs.rows("gort") if pattern in name]
    if not names:
        raise UsageError(f"no benchmark is called '{pattern}'")
    rows = []
    print(header(programs, compare), flush=True)
    for name in names:
        for count in procs:
            row = measure(programs, name, count, rounds, compare)
            if row:
                rows.append(row)
                print(line(row, compare), flush=True)
    if "--json" in options:
        write_json(rows, programs, options["--json"])
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


def measure(programs, name, procs, rounds, compare):
    """measure runs one benchmark in every program that has it, in turn, rounds times."""
    kinds = [kind for kind in ("gort", "go", "peer") if kind == "gort" or (compare and name in programs.rows(kind))]
    row = Row(name, procs, "", {})
    for _ in range(rounds):
        for kind in kinds:
            result = programs.run(kind, name, procs)
            if result is None:
                note(f"{name} at {procs} Ps gave no result in the {kind} program")
                continue
            value, row.unit = result
            row.samples.setdefault(kind, []).append(value)
    return row if row.samples.get("gort") else None


def number(value):
    return "-" if value is None else f"{value:.4g}"


def header(programs, compare):
    if not compare:
        return f"{'benchmark':<32}{'Ps':>3}{'gort':>12}  unit"
    go = programs.go_version or "no Go"
    return f"{'benchmark':<32}{'Ps':>3}{'gort':>12}{go:>12}{programs.peer_name or 'no peer':>14}{'gort/go':>9}  unit"


def line(row, compare):
    start = f"{row.name:<32}{row.procs:>3}{number(row.median('gort')):>12}"
    if not compare:
        return f"{start}  {row.unit}"
    ratio = row.ratio()
    shown = "-" if ratio is None else f"{ratio:.2f}"
    return f"{start}{number(row.median('go')):>12}{number(row.median('peer')):>14}{shown:>9}  {row.unit}"


def write_json(rows, programs, path):
    objects = [
        {
            "name": row.name,
            "procs": row.procs,
            "unit": row.unit,
            "gort": row.median("gort"),
            "go": row.median("go"),
            "go_version": programs.go_version if row.median("go") is not None else None,
            "peer": row.median("peer"),
            "peer_name": programs.peer_name if row.median("peer") is not None else None,
            "ratio": row.ratio(),
        }
        for row in rows
    ]
    text = "[\n" + ",\n".join("  " + json.dumps(o) for o in objects) + "\n]\n"
    try:
        Path(path).write_text(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    note(f"wrote {len(objects)} rows to {os.path.relpath(path)}")
