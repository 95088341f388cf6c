"""The Go toolchain that decides: fetched by the ordinary `go` command through its module proxy."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections import defaultdict
from pathlib import Path

from gortlib.common import BUILD, Failure

TOOLCHAIN = "go1.22.12"

# The modules beside the standard library whose packages gort has, and the versions that decide.
MODULES = {"golang.org/x/sync": "v0.15.0", "golang.org/x/time": "v0.10.0"}

building = defaultdict(threading.Lock)


def environment():
    # Outside of module mode the go command would ignore GOTOOLCHAIN.
    return {**os.environ, "GOTOOLCHAIN": TOOLCHAIN, "GOFLAGS": "", "GO111MODULE": "on", "GOWORK": "off"}


def version():
    """version returns "go1.22.12 linux/amd64", as that toolchain itself says."""
    if not shutil.which("go"):
        raise Failure("needs Go (any version that can fetch toolchains: 1.21 or newer)", 3)
    result = subprocess.run(["go", "version"], env=environment(), capture_output=True, text=True)
    if result.returncode:
        raise Failure("go does not run: " + result.stderr.strip(), 3)
    found = " ".join(result.stdout.split()[2:4])
    if not found.startswith(TOOLCHAIN + " "):
        raise Failure(f"go runs {found}, not {TOOLCHAIN}", 3)
    return found


@functools.lru_cache(maxsize=None)
def goroot(toolchain):
    command = ["go", "env", "GOROOT"]
    result = subprocess.run(command, env={**environment(), "GOTOOLCHAIN": toolchain}, capture_output=True, text=True)
    if result.returncode:
        raise Failure("go does not say where it is: " + result.stderr.strip(), 3)
    return Path(result.stdout.strip())


def source(pair):
    """source returns what is built for a pair: its Go file, or what its .gosrc file names.

    goroot/src/... is in the tree of the toolchain that decides; goroot/test/... in that of the installed Go, for what the
    go command fetches has no test folder.
    """
    if isinstance(pair.source, Path):
        return pair.source
    top, _, rest = pair.source.partition("/")
    found = goroot("local" if rest.startswith("test/") else TOOLCHAIN) / rest
    if top != "goroot" or not found.exists():
        raise Failure(f"{pair.name}: Go has no {pair.source}")
    return found


def build(source, go_version):
    """build compiles a Go program and returns the binary; it is kept under build/ until the source changes.

    source is a Go file, a folder with package main, or a _test.go file of the standard library, which gives the test
    binary of its package. A single file is compiled from a copy in a folder of its own; the others stay where they are,
    for they import packages that only the standard library may. With -trimpath no path of this machine gets into what
    the program prints.
    """
    files = sorted(file for file in source.iterdir() if file.is_file()) if source.is_dir() else [source]
    modules = [name for name in MODULES if f'"{name}/' in files[0].read_text()] if len(files) == 1 else []
    digest = hashlib.sha256(" ".join([go_version] + [f"{name}@{MODULES[name]}" for name in modules]).encode())
    for file in files:
        digest.update(b"\0" + file.read_bytes())
    folder = BUILD / "go-cache"
    binary = folder / digest.hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True)
    # Pairs that share a source are built at once: one of them builds, the others wait.
    with building[binary.name], tempfile.TemporaryDirectory() as scratch:
        if binary.exists():
            return binary
        place, command = Path(scratch), ["go", "build", "-buildvcs=false"]
        if source.is_dir():
            place = source
        elif source.name.endswith("_test.go"):
            place, command = source.parent, ["go", "test", "-c"]
        else:
            shutil.copy(source, scratch)
            if modules:
                provide(modules, place)
            command.append(source.name)
        command[2:2] = ["-trimpath", "-o", str(Path(scratch) / "program")]
        result = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True)
        if result.returncode:
            raise Failure(f"go build {source}:\n{result.stderr.strip()}")
        shutil.move(Path(scratch) / "program", binary)
    return binary


def provide(modules, folder):
    """provide makes folder a module that uses copies of these modules.

    The copies say that they are content with the old toolchain, which they are, though their go.mod asks for a newer one.
    """
    own = ["module program", "", "go 1.22"]
    for number, name in enumerate(modules):
        command = ["go", "mod", "download", "-json", f"{name}@{MODULES[name]}"]
        result = subprocess.run(
            command, cwd=folder, env={**environment(), "GOTOOLCHAIN": "local"}, capture_output=True, text=True
        )
        if result.returncode:
            raise Failure(f"{' '.join(command)}:\n{(result.stderr or result.stdout).strip()}")
        copy = folder / f"module{number}"
        for package in Path(json.loads(result.stdout)["Dir"]).iterdir():
            if package.is_dir():
                for file in package.glob("*.go"):
                    if not file.name.endswith("_test.go"):
                        (copy / package.name).mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(file, copy / package.name / file.name)
        (copy / "go.mod").write_text(f"module {name}\n\ngo 1.22\n")
        own += ["", f"require {name} {MODULES[name]}", "", f"replace {name} => ./{copy.name}"]
    (folder / "go.mod").write_text("\n".join(own) + "\n")
