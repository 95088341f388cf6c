"""A range of seeds, run a batch at a time by several workers, and what came of it."""

import random
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gortlib import build, golang
from gortlib.common import BUILD, ROOT, Failure, cores, ensure_packages
from gortlib.compiler import Compiler
from gortlib.differential import batch, emit_cc, emit_go, recorded, shrink
from gortlib.differential.generate import generate
from gortlib.report import Outcome

BATCH = 20
CI_SEEDS = 200


@dataclass
class Difference:
    program: object
    lines: list


def default_compiler(cxx=None, extra=()):
    ensure_packages("run")
    return Compiler(build.ensure(build.Variant()), cxx, extra)


class Session:
    """Holds the scratch folder; use it in a with statement."""

    def __init__(self, compiler, jobs=None):
        self.compiler = compiler
        self.jobs = jobs or cores()

    def __enter__(self):
        BUILD.mkdir(parents=True, exist_ok=True)
        self.scratch = tempfile.TemporaryDirectory(prefix="differential-", dir=BUILD)
        self.workshop = batch.Workshop(self.scratch.name, self.compiler)
        return self

    def __exit__(self, *_):
        self.scratch.cleanup()

    def batches(self, seeds, work, progress=None):
        """batches calls work(programs) for every batch of seeds, several at once, and yields all its results in order."""
        groups = [seeds[at : at + BATCH] for at in range(0, len(seeds), BATCH)]
        done = 0
        with ThreadPoolExecutor(self.jobs) as pool:
            for group, results in zip(groups, pool.map(lambda g: work([generate(s) for s in g]), groups)):
                done += len(group)
                if progress:
                    progress(done, len(seeds))
                yield from results

    def live(self, seeds, progress=None):
        """live yields a Difference for every seed on which Go and C++ disagree."""
        for program, go, cc in self.batches(seeds, lambda p: batch.live(self.workshop, p), progress):
            lines = batch.compare(go, cc)
            if lines:
                yield Difference(program, lines)

    def against_recording(self, progress=None):
        """against_recording yields a Difference for every recorded seed that came out otherwise."""
        _, found = recorded.read()

        for program, result in self.batches(sorted(found), lambda p: batch.cc_only(self.workshop, p), progress):
            code, wanted = found[program.seed]
            if code != recorded.digest(program):
                yield Difference(program, ["the generator has changed since: tools/gort differential --record"])
                continue
            lines = batch.compare(wanted, result)
            if lines:
                yield Difference(program, lines)

    def record(self, count, progress=None):
        version = golang.version()
        results = list(self.batches(range(1, count + 1), lambda p: batch.go_only(self.workshop, p), progress))
        recorded.write(version, results)

    def differs(self, programs):
        return [bool(batch.compare(go, cc)) for _, go, cc in batch.live(self.workshop, programs)]

    def reduced(self, difference):
        """reduced returns the difference of the smallest program that still shows one, or None if it comes and goes."""
        if not self.differs([difference.program])[0]:
            return None
        program = shrink.shrink(difference.program, self.differs)
        for _, go, cc in batch.live(self.workshop, [program]):
            return Difference(program, batch.compare(go, cc))


def shown(difference):
    """shown is a difference in lines of text: both programs, without the prelude, and how their outputs differ."""
    program = difference.program
    lines = [f"--- seed {program.seed}, GOMAXPROCS={program.procs}, Go:", emit_go.GoWriter(program).write().strip()]
    lines += [f"--- seed {program.seed}, C++:", emit_cc.CcWriter(program).write().strip(), "--- differences:"]
    return lines + difference.lines


def first_fresh_seed():
    """first_fresh_seed is another one for every state of the sources, and the same for one state each time, so that a
    failure comes again until it is mended. Without git any number will do."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD^{tree}"]
    git = subprocess.run(command, capture_output=True, text=True) if shutil.which("git") else None
    if git is None or git.returncode != 0:
        return random.SystemRandom().randrange(10**6, 10**9)
    return 10**6 + int(git.stdout[:8], 16) % 10**9


def run_ci(compiler=None, jobs=None):
    """run_ci compares 200 fixed seeds with the recording and, where Go is at hand, 200 fresh ones live: two Outcomes."""
    outcomes = []
    with Session(compiler or default_compiler(), jobs) as session:
        outcomes.append(outcome("differential/recorded", list(session.against_recording())))
        try:
            golang.version()
        except Failure as failure:
            outcomes.append(Outcome("differential/fresh", True, str(failure), skipped=True))
            return outcomes
        first = first_fresh_seed()
        seeds = range(first, first + CI_SEEDS)
        outcomes.append(outcome(f"differential/fresh[{seeds[0]}..{seeds[-1]}]", list(session.live(seeds))))
    return outcomes


def outcome(name, differences):
    lines = []
    for difference in differences[:5]:
        lines += [f"seed {difference.program.seed}:", *difference.lines[:40]]
    if differences:
        found = ", ".join(str(d.program.seed) for d in differences)
        lines.append(f"{len(differences)} seeds differ: {found}; tools/gort differential --seeds A..B shrinks them")
    return Outcome(name, not differences, "\n".join(lines))
