"""The benchmark programs: gort's (tests/bench/*_bench.cc), Go's (tests/bench/go), and their other twins: Boost.Fiber's
(*_fiber.cc), and plain C++ programs (*_plain.cc, and an echo server on plain epoll).

They speak one protocol: `-l` lists the rows, other arguments pick rows by name or part of it, and every row run
prints `RESULT<tab>name<tab>value<tab>unit`. GOMAXPROCS says on how many threads. The rows about echo servers are those
of one client, which is told the server to start.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from gortlib.common import BUILD, ROOT, Failure, note

SOURCES = ROOT / "tests" / "bench"
SECONDS = 120
KINDS = ("gort", "go", "peer")


class Programs:
    """The programs of each kind ("gort", "go", "peer"), and which rows each has."""

    def __init__(self):
        self.owner = {kind: {} for kind in KINDS}  # kind -> row -> (command, arguments after the row, program's name)
        self.go_version = None

    def add(self, kind, binary, called, after=()):
        for name in list_rows(binary):
            self.owner[kind].setdefault(name, (str(binary), list(after), called))

    def rows(self, kind):
        return self.owner[kind]

    def called(self, kind, name):
        """called names the program that has this row: "Boost.Fiber"."""
        return self.owner[kind][name][2]

    def run(self, kind, name, procs):
        """run returns (value, unit) of one row, or None if the program gave none."""
        environment = dict(os.environ, GOMAXPROCS=str(procs))
        binary, after, _ = self.owner[kind][name]
        try:
            result = subprocess.run(
                [binary, name, *after],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
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
        raise Failure(f"{Path(binary).name} -l failed: {result.stderr.strip()}")
    return result.stdout.split()


def programs(variant, compare):
    """programs returns the built programs; those of Go and the peers only to compare with."""
    found = Programs()
    folder = variant.folder / "tests" / "bench"
    client = folder / "echo_client"
    for source in sorted(SOURCES.glob("*_bench.cc")):
        found.add("gort", folder / source.stem, "gort")
    found.add("gort", client, "gort", ["--", str(folder / "srv_gort")])
    if compare:
        for source in sorted(SOURCES.glob("*_fiber.cc")):
            found.add("peer", folder / source.stem, "Boost.Fiber")
        for source in sorted(SOURCES.glob("*_plain.cc")):
            found.add("peer", folder / source.stem, "plain C++")
        found.add("peer", client, "plain epoll", ["--", str(folder / "srv_epoll")])
        add_go(found, client)
    return found


def add_go(found, client):
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
    found.add("go", binary, version)
    found.add("go", client, version, ["--", str(binary), "echo"])
    found.go_version = version
