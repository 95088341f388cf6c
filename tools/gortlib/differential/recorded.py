"""What Go did with a fixed range of seeds: tests/differential/recorded.xz.

A machine without Go compares with it. The file is text, compressed; its head says which Go it was. Each program stands
with a digest of its Go text, so that a generator that has changed since is noticed: then it is time to record again.
What the comparison hides anyway (addresses, places in files) is put into one form, or the file would be much larger.
"""

import hashlib
import lzma
import re

from gortlib.common import ROOT, Failure
from gortlib.differential import emit_go
from gortlib.recording import Result, bars

FILE = ROOT / "tests" / "differential" / "recorded.xz"
HEAD = "# Recorded by running Go (tools/gort differential --record); do not edit."
PLACE = re.compile(r"^\t\S+:\d+( \+0x[0-9a-f]+)?$", re.MULTILINE)
ADDRESS = re.compile(r"0x[0-9a-f]{5,}")


def digest(program):
    return hashlib.sha256(emit_go.GoWriter(program).write().encode()).hexdigest()[:16]


def one_form(text):
    text = PLACE.sub(lambda m: "\tx.go:1" + (" +0x1" if m.group(1) else ""), text)
    return ADDRESS.sub("0x10000", text)


def write(version, results):
    """write stores [(program, Result)]."""
    lines = [HEAD, f"go: {version}"]
    for program, result in results:
        lines += [f"seed: {program.seed} {digest(program)}", "exit: " + result.exit]
        lines += ["stdout:", *bars(one_form(result.stdout)), "stderr:", *bars(one_form(result.stderr))]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"), preset=9))


def read():
    """read returns (Go version, {seed: (digest, Result)})."""
    if not FILE.exists():
        raise Failure(f"{FILE.relative_to(ROOT)} is missing; make it with: tools/gort differential --record")
    version, found = "", {}
    for line in lzma.decompress(FILE.read_bytes()).decode("utf-8", "surrogateescape").split("\n"):
        if line.startswith("|"):
            setattr(result, stream, getattr(result, stream) + line[1:] + "\n")
            continue
        if line.startswith("\\"):
            setattr(result, stream, getattr(result, stream)[:-1])
            continue
        key, _, value = line.partition(": ")
        if key == "go":
            version = value
        elif key == "seed":
            seed, code = value.split()
            result = Result("", "", "")
            found[int(seed)] = (code, result)
        elif key == "exit":
            result.exit = value
        elif line in ("stdout:", "stderr:"):
            stream = line[:-1]
    return version, found
