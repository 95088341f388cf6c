"""Programs that read Go's traces read gort's: the clients' verdicts on what the conformance suite's programs print.

Every case whose recording holds the trace of a goroutine is run, and each client is given Go's text and ours. It has to
find the same in both: goroutines, states, function names, creators, errors. The clients are Debian's panicparse and, where
Go is at hand, the modules of tests/clients.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gortlib import build, recording
from gortlib.common import BUILD, ROOT, Failure, cores, note
from gortlib.compiler import Compiler
from gortlib.execute import execute

CLIENTS = ROOT / "tests" / "clients"
SECONDS = 60

TRACE = re.compile(r"^goroutine \d+ .*\[.*\]:$", re.MULTILINE)
PANIC = re.compile(r"^(?:panic: |fatal error: )", re.MULTILINE)


@dataclass
class Trace:
    """One stream of one case: the text that Go wrote, and ours."""

    title: str
    head: bool  # the case's frames are partly of Go's own runtime
    texts: list


def traces(compiler, under_go_names):
    """traces runs the cases that have traces and returns them; under_go_names says what names the source files have."""
    selected = []
    for pair, cases in recording.find(""):
        recorded = recording.read(pair)[1]
        cases = [c for c in cases if c.name in recorded and TRACE.search(recorded[c.name][2].stderr + recorded[c.name][2].stdout)]
        if cases:
            selected.append((pair, cases, recorded))
    compiler.precompile(len(selected))

    def run(item):
        pair, cases, recorded = item
        binary, messages = compiler.program([pair.cc_file])
        if binary is None:
            raise Failure(messages)
        found = []
        with tempfile.TemporaryDirectory() as scratch:
            if under_go_names:
                binary = with_go_names(binary, Path(scratch))
            for case in cases:
                wanted, ours = recorded[case.name][2], execute(binary, case, pair.timeout)
                for stream in ("stdout", "stderr"):
                    texts = [getattr(result, stream) for result in (wanted, ours)]
                    if TRACE.search(texts[0]) or TRACE.search(texts[1]):
                        found.append(Trace(f"{pair.title(case)} {stream}", case.head or case.user, texts))
        return found

    with ThreadPoolExecutor(cores()) as pool:
        return [trace for found in pool.map(run, selected) for trace in found]


def with_go_names(binary, folder):
    """with_go_names copies a program, as if its sources and the library's had names that a Go program's may have.

    The debug information says .go for .cc, .c for .h and .s for .S; what the program prints of that is its own affair.
    """
    names, copy = folder / "names", folder / binary.name
    subprocess.run(["objcopy", "--dump-section", f".debug_line_str={names}", binary, copy], check=True, timeout=SECONDS)
    names.write_bytes(names.read_bytes().replace(b".cc\0", b".go\0").replace(b".h\0", b".c\0").replace(b".S\0", b".s\0"))
    subprocess.run(["objcopy", "--update-section", f".debug_line_str={names}", copy], check=True, timeout=SECONDS)
    return copy


def go_clients():
    """go_clients returns the program of tests/clients, or raises SkipTest, which says what is missing."""
    if not shutil.which("go"):
        raise unittest.SkipTest("go is not installed: gostackparse, bugsnag-go and goleak were not asked about gort's traces")
    target = BUILD / "go-cache" / "clients"
    target.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GO111MODULE": "on", "GOWORK": "off", "CGO_ENABLED": "0"}
    command = ["go", "build", "-buildvcs=false", "-o", str(target), "."]
    result = subprocess.run(command, cwd=CLIENTS, env=environment, capture_output=True, text=True)
    if result.returncode == 0:
        return target
    last = result.stderr.strip().split("\n")[-1]
    download = ["go", "mod", "download"]
    if subprocess.run(download, cwd=CLIENTS, env=environment, capture_output=True).returncode:
        raise unittest.SkipTest(f"the Go modules of tests/clients cannot be fetched: no Go client was asked ({last})")
    raise Failure(f"tests/clients does not build:\n{result.stderr}")


def version(module):
    return re.search(rf"^\s*{re.escape(module)} (\S+)", (CLIENTS / "go.mod").read_text(), re.MULTILINE)[1]


def comparable(verdict):
    """comparable hides what must differ in a verdict: goroutine ids, and the texts that errors quote."""
    numbers = {}
    goroutines = [{**g, "ID": numbers.setdefault(g["ID"], len(numbers))} for g in verdict["Goroutines"] or []]
    for g in goroutines:
        g["State"] = re.sub(r"0x[0-9a-f]+", "0x", g["State"])  # of an error: the value that was thrown
        g["Functions"] = [re.sub(r" in goroutine \d+$", "", f) for f in g["Functions"] or []]  # bugsnag's reading of a creator
    errors = [re.sub(r"( on line \d+)?: .*", "", e.replace("bugsnag.panicParser: ", ""), flags=re.DOTALL) for e in verdict["Errors"] or []]
    return {"errors": errors, "goroutines": goroutines}


# A place with registers and without an offset, which Go prints for a frame that stands at its function's first instruction.
# ParsePanic refuses it, from whichever runtime.
REFUSED_OF_GO_TOO = re.compile(r"bad line number\): \t\S+:\d+ fp=")


def accepted(verdict):
    errors = verdict["Errors"] or []
    return all(map(REFUSED_OF_GO_TOO.search, errors)) and bool(verdict["Goroutines"] or errors)


def panicparse(text):
    """panicparse returns that program's verdict: an error if it gave up, and the goroutines that it shows.

    It merges those whose arguments are equal, too. The order is by what is told of them.
    """
    data = text.encode(errors="surrogateescape")
    command = ["panicparse", "-no-color", "-parse=false"]  # else it reads C++ as Go, where it finds the source
    result = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS)
    groups = []
    for line in result.stdout.decode(errors="replace").split("\n"):
        head = re.match(r"(\d+): (.*?)(?: \[Created by (\S+)(?: in goroutine \d+)? @ .*\])?$", line)
        frame = re.match(r"    (\S*) +\S*:\d+ +(\S.*)\(.*\)$", line)
        if head:
            groups.append((int(head[1]), {"ID": 0, "State": head[2], "CreatedBy": head[3], "Functions": []}))
        elif frame and groups:
            groups[-1][1]["Functions"].append(f"{frame[1]} {frame[2]}")
    goroutines = sorted([g for count, g in groups for _ in range(count)], key=str)
    return {"Errors": [result.stderr.decode()] if result.returncode else [], "Goroutines": goroutines}


class Clients(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.compiler = Compiler(build.ensure(build.Variant()))
        cls.plain = None

    def compare(self, client, found, verdicts):
        """compare checks that a client says the same of both texts of every trace; verdicts are in the order of found.

        Where a case shows frames of Go's own runtime, ours has to be accepted if Go's is.
        """
        count = 0
        for trace, go, ours in zip(found, *verdicts):
            count += accepted(ours)
            with self.subTest(trace.title):
                texts = f"{ours['Errors']}\ngo's text:\n{trace.texts[0]}\nours:\n{trace.texts[1]}"
                if trace.head:
                    self.assertGreaterEqual(accepted(ours), accepted(go), texts)
                else:
                    self.assertEqual(comparable(go), comparable(ours), texts)
        note(f"{client} read {len(found)} texts with traces: it accepts {count}, and refuses the others as it does Go's own")
        self.assertGreater(count, len(found) // 2)

    def ask(self, name, module, prepare=lambda text: text):
        """ask compares the verdicts of a Go client on all traces."""
        program = go_clients()
        if self.plain is None:
            type(self).plain = traces(self.compiler, under_go_names=False)
        verdicts = []
        with tempfile.TemporaryDirectory() as scratch:
            for side in (0, 1):
                files = []
                for number, trace in enumerate(self.plain):
                    files.append(Path(scratch) / f"{side}-{number}")
                    files[-1].write_text(prepare(trace.texts[side]), errors="surrogateescape")
                command = [str(program), name, *map(str, files)]
                result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                verdicts.append(json.loads(result.stdout))
        self.compare(f"{module} {version(module)}", self.plain, verdicts)

    def test_gostackparse(self):
        self.ask("gostackparse", "github.com/DataDog/gostackparse")

    def test_bugsnag(self):
        """ParsePanic wants the text from the panic on."""

        def prepare(text):
            found = PANIC.search(text)
            return text[found.start() :] if found else text

        self.ask("bugsnag", "github.com/bugsnag/bugsnag-go", prepare)

    def test_goleak(self):
        self.ask("goleak", "go.uber.org/goleak")

    def test_panicparse(self):
        """It refuses files that are not called .go, .s or .c."""
        if not shutil.which("panicparse"):
            self.skipTest("panicparse is not installed: it was not asked about gort's traces")
        found = traces(self.compiler, under_go_names=True)
        with ThreadPoolExecutor(cores()) as pool:
            verdicts = [list(pool.map(lambda t: panicparse(t.texts[side]), found)) for side in (0, 1)]
        self.compare("panicparse", found, verdicts)


if __name__ == "__main__":
    unittest.main()
