"""differential --seeds A..B: runs random programs in Go and in C++ and compares what they print and how they end.

Options: --jobs=N; --cxx=clang++ and --opt=-O0 (or -O3 ...) compile the C++ side otherwise; --coverage first prints how often the
seeds use each construct; --keep=DIR keeps the programs that differ; --no-shrink shows them as they are. --ci instead compares
200 fixed seeds with the recording and, where Go is at hand, 200 fresh ones; --record makes that recording. The last
line is "N seeds, N differences"; the exit status is 1 if there are any.
"""

from pathlib import Path

from gortlib import golang
from gortlib.common import UsageError, cores, note, parse, positive
from gortlib.differential import batch, coverage, emit_cc, session
from gortlib.differential.generate import generate
from gortlib.report import Report, printable

SHRUNK = 3


def main(arguments):
    flags = ("--coverage", "--ci", "--record", "--no-shrink")
    options, _ = parse(arguments, flags, ("--seeds", "--jobs", "--keep", "--cxx", "--opt"), positional=0)
    jobs = positive(options, "--jobs", cores())
    seeds = seed_range(options["--seeds"]) if "--seeds" in options else None
    if sum(name in options for name in ("--seeds", "--ci", "--record")) != 1:
        raise UsageError("one of --seeds A..B, --ci and --record is needed")
    if "--record" in options:
        with session.Session(None, jobs) as running:
            running.record(session.CI_SEEDS)
        return 0
    if "--coverage" in options and seeds:
        print("\n".join(coverage.table(generate(seed) for seed in seeds)), flush=True)
    if "--ci" not in options:
        golang.version()
    compiler = session.default_compiler(options.get("--cxx"), options.get("--opt", "").split())
    if "--ci" in options:
        report = Report()
        for outcome in session.run_ci(compiler, jobs):
            report.add(outcome)
        return report.close()
    with session.Session(compiler, jobs) as running:
        return compare(running, seeds, "--no-shrink" not in options, options.get("--keep"))


def seed_range(text):
    """seed_range reads A..B, both included, or a single seed."""
    first, dots, last = text.partition("..")
    if not first.isdigit() or (dots and not last.isdigit()) or int(last or first) < int(first):
        raise UsageError(f"--seeds needs A..B, not '{text}'")
    return range(int(first), int(last or first) + 1)


def compare(running, seeds, shrinks, keep):
    """compare runs the seeds, shows the differences, the first few made small, and returns the exit status."""
    found = []

    def progress(done, of):
        note(f"{done}/{of} seeds, {len(found)} differences")

    for difference in running.live(seeds, progress):
        found.append(difference)
        note(f"seed {difference.program.seed} differs")
        if keep:
            store(difference, Path(keep) / f"seed{difference.program.seed}")
    for number, difference in enumerate(found):
        if shrinks and number < SHRUNK:
            note(f"making seed {difference.program.seed} small")
            show_reduced(running, difference, keep)
        else:
            show([f"--- seed {difference.program.seed}:", *difference.lines])
    print(f"{len(seeds)} seeds, {len(found)} differences")
    return 1 if found else 0


def show_reduced(running, difference, keep):
    small = running.reduced(difference)
    if small is None:
        show([f"--- seed {difference.program.seed} differs only sometimes:", *difference.lines])
        return
    show(session.shown(small))
    if keep:
        store(small, Path(keep) / f"seed{difference.program.seed}-small")


def show(lines):
    for line in lines:
        print(printable(line))
    print(flush=True)


def store(difference, folder):
    """store writes both programs with their preludes, each ready to be compiled, and the differences."""
    (folder / "go").mkdir(parents=True, exist_ok=True)
    (folder / "cc").mkdir(exist_ok=True)
    for ending in (".cc", ".h"):
        (folder / "cc" / f"prelude{ending}").write_text((batch.HERE / f"prelude{ending}").read_text())
    batch.make_go_module(folder / "go", batch.write_go([difference.program], folder / "go"))
    (folder / "cc" / "programs.cc").write_text(emit_cc.write_file([difference.program]))
    (folder / "differences").write_text("\n".join(printable(line) for line in difference.lines) + "\n")


