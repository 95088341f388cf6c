"""Runs conformance pairs: the C++ twin against what Go did. Used by `conformance` and `test`."""

from concurrent.futures import ThreadPoolExecutor, as_completed

from gortlib import golang, recording
from gortlib.common import Failure, cores
from gortlib.execute import execute
from gortlib.normalize import difference, user_frames
from gortlib.report import Outcome


def differences(case, wanted, found, wanted_name, found_name):
    """differences lists in lines of text how two results of a case differ."""
    lines = []
    if wanted.exit != found.exit:
        lines.append(f"exit status: {wanted_name} {wanted.exit}, {found_name} {found.exit}")
    for stream in ("stdout", "stderr"):
        texts = [getattr(result, stream) for result in (wanted, found)]
        if case.head and stream == "stderr":
            texts = [text.partition("\n\n")[0] for text in texts]
        if case.user and stream == "stderr":
            texts = [user_frames(text) for text in texts]
        diff = difference(*texts, wanted_name, found_name)
        lines += [f"{stream}:"] * bool(diff) + diff
    return lines


def wanted_results(pair, cases, go_version):
    """wanted_results returns {case name: (Result of Go, stale lines)}; Go is run again if go_version is given."""
    _, recorded = recording.read(pair)
    binary = golang.build(golang.source(pair), go_version) if go_version else None
    wanted = {}
    for case in cases:
        args, env, result = recorded.get(case.name, (None, None, None))
        stale = []
        if args != case.args or env != case.env:
            stale = ["the recording lacks this case, or was made with other arguments or environment"]
        if binary:
            live = execute(binary, case, pair.timeout)
            if not stale:
                stale = differences(case, result, live, "recording", "go now")
            result = live
        wanted[case.name] = (result, stale)
    return wanted


def run_pair(pair, cases, compiler, go_version=None):
    """run_pair compiles the C++ twin, runs its cases and returns an Outcome for each."""
    try:
        wanted = wanted_results(pair, cases, go_version)
    except Failure as failure:
        return [Outcome(pair.title(case), False, str(failure)) for case in cases]
    if not pair.cc_file.exists():
        return [Outcome(pair.title(case), False, f"{pair.cc_file.name} is missing") for case in cases]
    binary, messages = compiler.program([pair.cc_file])
    if binary is None:
        return [Outcome(pair.title(cases[0]), False, messages)] + [
            Outcome(pair.title(case), False, "does not compile") for case in cases[1:]
        ]
    outcomes = []
    for case in cases:
        result, stale = wanted[case.name]
        lines = ["stale recording:", *stale] if stale else []
        if result:
            lines += differences(case, result, execute(binary, case, pair.timeout), "go", "c++")
        outcomes.append(Outcome(pair.title(case), not lines, "\n".join(lines)))
    return outcomes


def run_all(selected, compiler, report, go_version=None, jobs=None):
    """run_all runs the selected (pair, cases), several pairs at once, and reports each case as it ends."""
    compiler.precompile(len(selected))
    with ThreadPoolExecutor(jobs or cores()) as pool:
        futures = [pool.submit(run_pair, pair, cases, compiler, go_version) for pair, cases in selected]
        for future in as_completed(futures):
            for outcome in future.result():
                report.add(outcome)
