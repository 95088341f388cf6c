"""test [PATTERN]: builds and runs every test: unit, stress, model, the tools' own, and the conformance suite.

PATTERN is part of a test's name, or a glob; names are unit/<program>/<Suite.Test>, stress/..., model/...,
tools/..., conformance/<topic>/<pair>[case]. Options: --sanitize=address|thread|undefined|valgrind runs the unit and stress tests so
(the sanitizers in a build folder of their own); --jobs=N. The last line is "N passed, N failed"; the exit status is 1 if one failed.
"""

import os
import re
import subprocess
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from gortlib import build, conformance, gtest, recording
from gortlib.common import ROOT, TOOLS, UsageError, cores, ensure_packages, matches, parse, positive
from gortlib.compiler import Compiler
from gortlib.report import Outcome, Report

TOOL_ENVIRONMENT = {
    "address": {"ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0:handle_segv=0:handle_sigfpe=0:handle_sigbus=0"},
    "thread": {"TSAN_OPTIONS": "halt_on_error=1:handle_segv=0:handle_sigfpe=0:handle_sigbus=0"},
    "undefined": {"UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"},
    "valgrind": {},
}
VALGRIND = [
    "valgrind",
    "--quiet",  # only findings are written
    "--error-exitcode=99",
    "--trace-children=no",
    "--leak-check=no",  # it would read the stacks of goroutines to come, gigabytes of nothing
    "--fair-sched=yes",  # threads that spin let the others run
    "--vex-iropt-register-updates=allregs-at-each-insn",  # a fault is a panic: it needs the registers of its instruction
    "--vex-guest-chase=no",  # and of its function
    f"--suppressions={ROOT / 'tests' / 'valgrind.supp'}",
]
VALGRIND_FINDING = re.compile(r"==\d+== ")


def main(arguments):
    options, words = parse(arguments, values=("--sanitize", "--jobs"), positional=1)
    sanitize = options.get("--sanitize")
    if sanitize is not None and sanitize not in TOOL_ENVIRONMENT:
        raise UsageError(f"--sanitize is one of {', '.join(TOOL_ENVIRONMENT)}, not '{sanitize}'")
    jobs = positive(options, "--jobs", cores())
    pattern = words[0] if words else ""
    ensure_packages("run", "test")
    variant = build.ensure(build.Variant(None if sanitize == "valgrind" else sanitize), tests=True)
    report = Report()
    lock = threading.Lock()

    def add(outcome):
        with lock:
            report.add(outcome)

    if not sanitize:
        tool_tests(pattern, add)
    programs = gtest_programs(variant, sanitize, pattern, add)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda item: item[0].run(item[1], add), [p for p in programs if p[2] != "stress"]))
    for runner, names, _ in [p for p in programs if p[2] == "stress"]:
        runner.run(names, add)
    if not sanitize:
        selected = recording.find(pattern)
        if selected:
            conformance.run_all(selected, Compiler(variant), report, jobs=jobs)
    if pattern and not report.passed and not report.failures and not report.skipped:
        raise UsageError(f"no test fits '{pattern}'")
    return report.close()


def gtest_programs(variant, sanitize, pattern, add):
    """gtest_programs returns (Runner, test names, kind) for every built test program with a test that fits."""
    found = []
    environment = dict(os.environ, GORT_UNIT_DIR=str(ROOT / "tests" / "unit"))
    if sanitize:
        for key, value in TOOL_ENVIRONMENT[sanitize].items():
            environment[key] = value + (":" + os.environ[key] if key in os.environ else "")
    prefix, finding = (VALGRIND, VALGRIND_FINDING) if sanitize == "valgrind" else ([], None)
    kinds = {"unit": gtest.TEST_SECONDS, "stress": gtest.STRESS_SECONDS, "model": gtest.STRESS_SECONDS}
    for kind, seconds in kinds.items():
        if kind == "model" and sanitize:
            continue  # the checker switches stacks by itself, and what it runs is not parallel
        for source in sorted((ROOT / "tests" / kind).glob("*_test.cc")):
            binary = variant.folder / "tests" / kind / source.stem

            def title(name, kind=kind, stem=source.stem):
                return f"{kind}/{stem}/{name}"

            try:
                names = gtest.list_tests(binary, environment)
            except (OSError, subprocess.SubprocessError) as error:
                if matches(title(""), pattern):
                    add(Outcome(title("start"), False, f"cannot list its tests: {error}"))
                continue
            names = [name for name in names if matches(title(name), pattern)]
            if names:
                scale = 10 if sanitize == "valgrind" else 3 if sanitize else 1
                found.append((gtest.Runner(binary, title, seconds * scale, environment, prefix, finding), names, kind))
    return found


def tool_tests(pattern, add):
    """tool_tests runs the unittest files of the tools, tools/gortlib/*_test.py."""
    for path in sorted((TOOLS / "gortlib").glob("*_test.py")):
        suite = unittest.defaultTestLoader.loadTestsFromName("gortlib." + path.stem)
        for test in flatten(suite):
            name = "tools/" + ".".join(test.id().split(".")[1:])
            if not matches(name, pattern):
                continue
            result = unittest.TestResult()
            unittest.TestSuite([test]).run(result)  # a suite, so that the class is set up
            problems = [text for _, text in result.failures + result.errors]
            skipped = [reason for _, reason in result.skipped]
            add(Outcome(name, not problems, "\n".join(problems or skipped), skipped=bool(skipped and not problems)))


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item
