"""The benchmark programs: gort's (tests/bench/*_bench.cc), Go's (tests/bench/go) and Boost.Fiber's (*_fiber.cc).

They speak one protocol: `-l` lists the rows, other arguments pick rows by part of their name, and every row run prints
`RESULT<tab>name<tab>value<tab>unit`. GOMAXPROCS says on how many threads.
"""

import hashlib
import os
import shutil
import subprocess

from gortlib.common import BUILD, ROOT, Failure, note

SOURCES = ROOT / "tests" / "bench"
SECONDS = 300


class Programs:
    """The programs of each kind ("gort", "go", "peer"), and which rows each has."""

    def __init__(self):
        self.owner = {"gort": {}, "go": {}, "peer": {}}
        self.go_version = None
        self.peer_name = None

    def add(self, kind, binary):
        for name in list_rows(binary):
            self.owner[kind].setdefault(name, binary)

    def rows(self, kind):
        return self.owner[kind]

    def run(self, kind, name, procs):
        """run returns (value, unit) of one row, or None if the program gave none."""
        environment = dict(os.environ, GOMAXPROCS=str(procs))
        command = [str(self.owner[kind][name]), name]
        try:
            result = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return None
        for line in result.stdout.split("\n"):
            fields = line.split("\t")
            if len(fields) == 4 and fields[:2] == ["RESULT", name]:
                return float(fields[2]), fields[3]
        return None


def list_rows(binary):
    result = subprocess.run([str(binary), "-l"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if result.returncode:
        raise Failure(f"{binary.name} -l failed: {result.stderr.strip()}")
    return result.stdout.split()


def programs(variant, compare):
    """programs returns the built programs; those of Go and the peer only to compare with."""
    found = Programs()
    folder = variant.folder / "tests" / "bench"
    for source in sorted(SOURCES.glob("*_bench.cc")):
        found.add("gort", folder / source.stem)
    if compare:
        for source in sorted(SOURCES.glob("*_fiber.cc")):
            found.add("peer", folder / source.stem)
            found.peer_name = "Boost.Fiber"
        add_go(found)
    return found


def add_go(found):
    """add_go builds the Go twin with the newest Go at hand, once for each state of its source."""
    source = SOURCES / "go"
    if not shutil.which("go") or not source.is_dir():
        note("no Go toolchain here: its columns stay empty")
        return
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off")
    version = subprocess.run(["go", "env", "GOVERSION"], env=environment, capture_output=True, text=True).stdout.strip()
    digest = hashlib.sha256(version.encode())
    for path in sorted(source.iterdir()):
        digest.update(path.read_bytes())
    binary = BUILD / "go-cache" / ("bench-" + digest.hexdigest()[:16])
    if not binary.exists():
        note(f"building the Go benchmarks with {version}")
        binary.parent.mkdir(parents=True, exist_ok=True)
        command = ["go", "build", "-buildvcs=false", "-o", str(binary), "."]
        result = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
        if result.returncode:
            raise Failure("the Go benchmarks do not build:\n" + result.stderr.strip())
    found.add("go", binary)
    found.go_version = version
