"""The Go toolchain that decides: fetched by the ordinary `go` command through its module proxy."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from gortlib.common import BUILD, Failure

TOOLCHAIN = "go1.22.12"

# The modules beside the standard library whose packages gort has, and the versions that decide.
MODULES = {"golang.org/x/sync": "v0.15.0", "golang.org/x/time": "v0.10.0"}


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


def build(source, go_version):
    """build compiles one Go file and returns the binary; it is kept under build/ until the file changes.

    The file is compiled from a copy in a folder of its own and with -trimpath, so that no path of this machine gets
    into what the program prints.
    """
    modules = [name for name in MODULES if f'"{name}/' in source.read_text()]
    identity = " ".join([go_version] + [f"{name}@{MODULES[name]}" for name in modules])
    digest = hashlib.sha256(identity.encode() + b"\0" + source.read_bytes()).hexdigest()[:32]
    folder = BUILD / "go-cache"
    binary = folder / digest
    if binary.exists():
        return binary
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(source, Path(scratch) / source.name)
        if modules:
            provide(modules, Path(scratch))
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-o", "program", source.name]
        result = subprocess.run(command, cwd=scratch, env=environment(), capture_output=True, text=True)
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
