"""stack PID | CORE [BINARY]: prints every goroutine of a running gort program, or of a core file, in the format of its own traces.

--goroutine=N prints only that one; --wait=REASON only those whose state begins so ("chan receive", "chan", "running"). Equal
stacks are merged with a count: --merge, the default above 50 goroutines, or not: --no-merge; arguments that differ are then
shown as "...". --json writes a list of objects. --system shows the runtime's own frames too. --debug-dir=FOLDER is where
separate debug information is looked for, instead of /usr/lib/debug. --time says how long the process stood still.
The program of a core is the one that the core names, or BINARY; it must be the same build. Debug information may stand
in files of its own (.gnu_debuglink or build id).
"""

import json
import os
import subprocess
import sys

from gortlib import build, traces
from gortlib.common import Failure, UsageError, ensure_packages, parse, positive

MERGE_ABOVE = 50


def main(arguments):
    options, words = parse(
        arguments,
        flags=("--merge", "--no-merge", "--json", "--system", "--time"),
        values=("--goroutine", "--wait", "--debug-dir"),
        positional=2,
    )
    if not words:
        raise UsageError("no PID or CORE given")
    if "--merge" in options and "--no-merge" in options:
        raise UsageError("--merge and --no-merge contradict each other")
    one = positive(options, "--goroutine", None)
    if one and "--wait" in options:
        raise UsageError("--goroutine and --wait do not go together")
    if len(words) == 2 and words[0].isdigit():
        raise UsageError(f"a PID goes alone; for a core file named {words[0]} write ./{words[0]}")
    ensure_packages("run")
    variant = build.ensure(build.Variant(), tools=True)
    command = [str(variant.folder / "tools" / "stack" / "gort-stack")]
    command += [flag for flag in ("--system", "--time") if flag in options]
    command += [f"--goroutine={one}"] if one else []
    command += [f"--debug-dir={os.path.abspath(options['--debug-dir'])}"] if "--debug-dir" in options else []
    command += [w if w.isdigit() else os.path.abspath(w) for w in words]
    result = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", errors="surrogateescape")
    if result.returncode:
        raise Failure("", 1)  # it has said why
    found = list(traces.parse(result.stdout))
    if "--wait" in options:
        found = waiting(found, options["--wait"])
    merged = "--merge" in options or (len(found) > MERGE_ABOVE and "--no-merge" not in options)
    show(traces.merge(found) if merged else found, "--json" in options)
    return 0


def waiting(goroutines, reason):
    """waiting chooses the goroutines whose state is reason or begins with it."""
    wanted = reason.lower()
    found = [g for g in goroutines if g.state.lower().startswith(wanted)]
    if not found:
        states = ", ".join(sorted({g.state for g in goroutines}))
        raise Failure(f"no goroutine is in state '{reason}'; there are: {states}")
    return found


def show(items, as_json):
    sys.stdout.reconfigure(errors="surrogateescape")
    if as_json:
        json.dump([item.data() for item in items], sys.stdout, indent=1)
        print()
    else:
        print("\n\n".join(item.text() for item in items))
