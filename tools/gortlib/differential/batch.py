"""Building many seeds as one Go and one C++ program, and running both sides of each.

Everything lies in a scratch folder that the caller names. The prelude is compiled once in it, and its header precompiled.
"""

import shutil
import subprocess
import threading
from pathlib import Path

from gortlib import golang
from gortlib.common import Failure
from gortlib.compiler import run_quietly
from gortlib.differential import emit_cc, emit_go
from gortlib.execute import execute
from gortlib.normalize import difference
from gortlib.recording import Case

HERE = Path(__file__).resolve().parent
TIMEOUT = 20
GO_RUNS = 5
# g++ looks for garbage less often: a tenth less time, for a GB of memory.
COLLECT_LATE = ["--param", "ggc-min-expand=1000", "--param", "ggc-min-heapsize=1000000"]
GO_MOD = "module differential\n\ngo 1.22\n"


def write_go(programs, folder):
    """write_go writes the Go side of programs into a folder and returns whether it needs modules."""
    text = emit_go.write_file(programs)
    (folder / "programs.go").write_text(text)
    shutil.copy(HERE / "prelude.go", folder / "prelude.go")
    return any(f'"{name}/' in text for name in golang.MODULES)


def make_go_module(folder, provided):
    """make_go_module makes a folder a Go module, with the modules beside the standard library if it needs them."""
    if provided:
        golang.provide(list(golang.MODULES), folder)
    else:
        (folder / "go.mod").write_text(GO_MOD)


class Workshop:
    """Builds programs in a scratch folder; any number of threads may use one."""

    def __init__(self, scratch, compiler):
        self.scratch = Path(scratch)
        self.compiler = compiler
        self.cxx = []
        self.counter = 0
        self.lock = threading.Lock()
        self.modules = threading.Lock()
        if compiler is not None:
            self.cxx = [*compiler.cxx, *compiler.flags, *(COLLECT_LATE if compiler.is_gcc else [])]
            self.compile_prelude()

    def compile_prelude(self):
        for name in ("prelude.h", "prelude.cc"):
            shutil.copy(HERE / name, self.scratch / name)
        header = [*self.cxx, "-x", "c++-header", self.scratch / "prelude.h", "-o", self.scratch / "prelude.h.gch"]
        for command in (header, [*self.cxx, "-c", self.scratch / "prelude.cc", "-o", self.scratch / "prelude.o"]):
            status, text = run_quietly([str(word) for word in command])
            if status:
                raise Failure("the prelude does not compile:\n" + text)

    def folder(self):
        with self.lock:
            self.counter += 1
            folder = self.scratch / f"batch{self.counter}"
        folder.mkdir()
        return folder

    def go_module(self, provided):
        """go_module is the folder of the module that programs are packages of; what is provided is fetched once."""
        folder = self.scratch / ("go-provided" if provided else "go")
        with self.modules:
            if not (folder / "go.mod").exists():
                folder.mkdir(exist_ok=True)
                make_go_module(folder, provided)
        return folder

    def build_go(self, programs, folder):
        source = folder / "go"
        source.mkdir()
        source = source.rename(self.go_module(write_go(programs, source)) / folder.name)
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-o", str(folder / "go.out"), "."]
        result = subprocess.run(command, cwd=source, env=golang.environment(), capture_output=True, text=True)
        shutil.rmtree(source)
        if result.returncode:
            raise Failure(f"go build of {names(programs)}:\n{result.stderr.strip()}")
        return folder / "go.out"

    def build_cc(self, programs, folder):
        source, target = folder / "programs.cc", folder / "cc.out"
        source.write_text(emit_cc.write_file(programs))
        compiler = self.compiler
        command = [*self.cxx, f"-I{self.scratch}", "-c", str(source), "-o", str(folder / "programs.o")]
        status, text = run_quietly(command)
        if not status:
            objects = [str(folder / "programs.o"), str(self.scratch / "prelude.o")]
            command = [*compiler.cxx, *compiler.link_flags, *objects, *compiler.libraries, "-o", str(target)]
            status, text = run_quietly(command)
        if status:
            raise Failure(f"c++ build of {names(programs)}:\n{text.strip()}")
        return target


def names(programs):
    seeds = [p.seed for p in programs]
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]}..{seeds[-1]}"


def run(binary, program):
    """run runs one program of a batch and returns its Result."""
    case = Case(str(program.seed), [str(program.seed)], {"GOMAXPROCS": str(program.procs)})
    return execute(binary, case, TIMEOUT)


def compare(wanted, found):
    """compare lists how two results differ, [] if they are equal."""
    lines = []
    if wanted.exit != found.exit:
        lines.append(f"exit status: go {wanted.exit}, c++ {found.exit}")
    for stream in ("stdout", "stderr"):
        diff = difference(getattr(wanted, stream), getattr(found, stream))
        lines += [f"{stream}:"] * bool(diff) + diff
    return lines


def run_like(binary, program, found):
    """run_like runs Go's side until its Result equals found, a few times at most: Go does not always do the same. A
    goroutine that has done all its work may still be seen ending when main dies."""
    for _ in range(GO_RUNS):
        result = run(binary, program)
        if not compare(result, found):
            break
    return result


def live(workshop, programs):
    """live builds and runs programs on both sides and returns [(program, Go's Result, C++'s Result)]."""
    folder = workshop.folder()
    go = workshop.build_go(programs, folder)
    cc = workshop.build_cc(programs, folder)
    found = [run(cc, p) for p in programs]
    results = [(p, run_like(go, p, f), f) for p, f in zip(programs, found)]
    shutil.rmtree(folder)
    return results


def go_only(workshop, programs):
    """go_only returns [(program, Go's Result)]."""
    folder = workshop.folder()
    go = workshop.build_go(programs, folder)
    results = [(p, run(go, p)) for p in programs]
    shutil.rmtree(folder)
    return results


def cc_only(workshop, programs):
    """cc_only returns [(program, C++'s Result)]."""
    folder = workshop.folder()
    cc = workshop.build_cc(programs, folder)
    results = [(p, run(cc, p)) for p in programs]
    shutil.rmtree(folder)
    return results
