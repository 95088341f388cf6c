"""The Go toolchain that decides: fetched by the ordinary `go` command through its module proxy."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from gortlib.common import BUILD, Failure

TOOLCHAIN = "go1.22.12"


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
    digest = hashlib.sha256(go_version.encode() + b"\0" + source.read_bytes()).hexdigest()[:32]
    folder = BUILD / "go-cache"
    binary = folder / digest
    if binary.exists():
        return binary
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(source, Path(scratch) / source.name)
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-o", "program", source.name]
        result = subprocess.run(command, cwd=scratch, env=environment(), capture_output=True, text=True)
        if result.returncode:
            raise Failure(f"go build {source}:\n{result.stderr.strip()}")
        shutil.move(Path(scratch) / "program", binary)
    return binary
