"""conformance [PATTERN] [--live]: runs the C++ twins of the conformance pairs against what Go did.

Options: --live runs Go again too and says where a recording is stale; --opt=-O0 (or -O3 ...) and --cxx=clang++ compile
the twins otherwise than the default; --jobs=N. The last line is "N passed, N failed".
"""

from gortlib import build, golang, recording
from gortlib.common import UsageError, cores, ensure_packages, parse, positive
from gortlib.compiler import Compiler
from gortlib.conformance import run_all
from gortlib.report import Report


def main(arguments):
    options, words = parse(arguments, flags=("--live",), values=("--opt", "--cxx", "--jobs"), positional=1)
    jobs = positive(options, "--jobs", cores())
    selected = recording.find(words[0] if words else "")
    if not selected:
        raise UsageError(f"no conformance case fits '{words[0]}'" if words else "there are no conformance pairs")
    go_version = golang.version() if "--live" in options else None
    ensure_packages("run")
    variant = build.ensure(build.Variant())
    compiler = Compiler(variant, options.get("--cxx"), options.get("--opt", "").split())
    report = Report()
    run_all(selected, compiler, report, go_version, jobs)
    return report.close()
