"""The library's build: Meson build folders, one per variant, brought up to date only when a source has changed.

Variants live under build/: the ordinary one in build/ itself, every other one (another compiler, a sanitizer) in a
folder below it. A stamp in each folder holds the state (path, mtime, size) of all sources at the last successful
build; while it holds, using the library costs a walk over the source folders and nothing else.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from gortlib.common import BUILD, ROOT, Failure, cores, locked, note

SOURCE_FOLDERS = ("arch", "sched", "runtime")
TEST_FOLDERS = ("tests/unit", "tests/stress", "tests/model", "tests/examples", "tests/bench")
TOOL_FOLDERS = ("tools/stack",)
SOURCE_ENDINGS = (".cc", ".h", ".S", ".build", ".options", ".c", ".cpp", ".map", ".in")
SANITIZERS = {
    "address": ["-Db_sanitize=address"],
    "thread": ["-Db_sanitize=thread"],
    "undefined": ["-Db_sanitize=undefined"],
}


class Variant:
    """One build folder: its compiler, its Meson options, and whether tests and benchmarks are built in it."""

    def __init__(self, sanitize=None, cxx=None, werror=False):
        self.cxx = cxx or os.environ.get("CXX") or "g++"
        self.options = ["-Dbuildtype=debugoptimized", "-Db_colorout=auto"]
        parts = []
        if Path(self.cxx).name != "g++" or werror:
            parts.append("cxx-" + Path(self.cxx).name.replace(" ", "_"))
        if werror:
            parts.append("werror")
            self.options.append("-Dwerror=true")
        if sanitize:
            parts.append("sanitize-" + sanitize)
            self.options += SANITIZERS[sanitize]
            if Path(self.cxx).name.startswith("clang"):
                self.options.append("-Db_lundef=false")
        self.sanitize = sanitize
        self.folder = BUILD / "-".join(parts) if parts else BUILD
        self.static_library = self.folder / "libgort.a"
        self.pkgconfig_folder = self.folder / "meson-uninstalled"


def shown(variant):
    return os.path.relpath(variant.folder, ROOT) if variant.folder.is_relative_to(ROOT) else variant.folder


def sources_state(folders):
    """sources_state is a digest of the path, mtime and size of every source below these folders."""
    digest = hashlib.sha256()
    for name in ("meson.build",):
        add_state(digest, ROOT / name)
    if "tests/unit" in folders:
        add_state(digest, ROOT / "tests/meson.build")
    pending = [ROOT / folder for folder in folders]
    while pending:
        folder = pending.pop()
        if not folder.is_dir():
            continue
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            if entry.is_dir():
                pending.append(Path(entry.path))
            elif entry.name.endswith(SOURCE_ENDINGS):
                add_state(digest, Path(entry.path))
    return digest.hexdigest()


def add_state(digest, path):
    if path.exists():
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_mtime_ns}\0{stat.st_size}\n".encode())


def ensure(variant, tests=False, bench=False, tools=False):
    """ensure brings the variant's library (and its tests, benchmarks, or tools) up to date and returns the variant."""
    folders = {"gort-libraries": SOURCE_FOLDERS}
    if tests:
        folders["gort-tests"] = SOURCE_FOLDERS + TEST_FOLDERS
    if bench:
        folders["gort-bench"] = SOURCE_FOLDERS + TEST_FOLDERS
    if tools:
        folders["gort-tools"] = SOURCE_FOLDERS + TOOL_FOLDERS
    stamps = {target: variant.folder / f".built-{target}" for target in folders}

    def state():
        return {target: sources_state(where) for target, where in folders.items()}

    def current():
        try:
            found = state()
            return variant.static_library.exists() and all(stamps[t].read_text() == found[t] for t in folders)
        except FileNotFoundError:
            return False

    if current():
        return variant
    with locked(BUILD / ".lock"):
        if current():
            return variant
        before = state()
        configure(variant, tests, bench)
        ninja(variant, list(folders))
        for target, stamp in stamps.items():
            stamp.write_text(before[target])
    return variant


def configure(variant, tests, bench):
    """configure runs `meson setup` once, and again when tests or benchmarks are first wanted: their packages are there now."""
    record = variant.folder / ".configured.json"
    known = json.loads(record.read_text()) if record.exists() else {}
    if (variant.folder / "build.ninja").exists() and known:
        wanted = {"tests": tests or known["tests"], "bench": bench or known["bench"]}
        if wanted == known:
            return
        command = ["meson", "setup", "--reconfigure", str(variant.folder), str(ROOT)]
    else:
        shutil.rmtree(variant.folder / "meson-private", ignore_errors=True)
        wanted = {"tests": tests, "bench": bench}
        command = ["meson", "setup", str(variant.folder), str(ROOT)]
    note(f"configuring {shown(variant)} ({variant.cxx})")
    environment = dict(os.environ, CXX=variant.cxx)
    result = subprocess.run(
        command + variant.options, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode:
        raise Failure("meson failed:\n" + result.stdout)
    record.write_text(json.dumps(wanted))


def ninja(variant, targets):
    """ninja builds targets, showing one line of progress every few steps, or everything when it fails."""
    command = ["ninja", "-C", str(variant.folder), "-j", str(cores()), *targets]
    environment = dict(os.environ, NINJA_STATUS="[%f/%t] ")
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, errors="replace"
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("[") and "] " in line:
            note(shorten(line))
    if process.wait():
        raise Failure(f"the build failed in {shown(variant)}:\n" + "".join(errors(lines)))


def shorten(line):
    """shorten keeps a step's count and the name of what it makes."""
    count, _, rest = line.strip().partition("] ")
    return f"{count}] {rest.split(' ')[0]} {Path(rest.split(' ')[-1]).name}"


def errors(lines):
    """errors leaves out the steps that went well."""
    return [line for line in lines if not line.startswith("[")] or lines
