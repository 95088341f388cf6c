"""Compiling a user's program against gort, with a cache.

The flags come from one place, the pkg-config file that the build writes (gort.pc): what gort needs of every program,
in its variable `gccflags` what g++ needs besides, in `devflags` what tools/gort adds as a default. GORT_CXXFLAGS comes last
and so wins.

A program is kept in build/cache (1 GiB of them at most) under a digest of everything that went in: compiler, flags,
sources, library. The headers that a source includes are known only after it was compiled, so the entry lists them with
their state and is used only while that holds.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gortlib.common import BUILD, Failure, cores
from gortlib.precompiled import Precompiled

CACHE = BUILD / "cache"
KEEP_SECONDS = 3 * 24 * 3600
KEEP_BYTES = 1 << 30


def pkg_config(variant, *arguments):
    environment = dict(os.environ, PKG_CONFIG_PATH=str(variant.pkgconfig_folder))
    command = ["pkg-config", *arguments, "gort"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    if result.returncode:
        raise Failure("pkg-config does not find gort: " + result.stderr.strip())
    return shlex.split(result.stdout)


class Compiler:
    """Compiles programs for one variant of the library, with one compiler and one set of flags."""

    def __init__(self, variant, cxx=None, extra=()):
        self.cxx = shlex.split(cxx or variant.cxx)
        if not shutil.which(self.cxx[0]):
            raise Failure(f"compiler '{self.cxx[0]}' is not installed")
        sanitizer = []
        if variant.sanitize:
            sanitizer = [f"-fsanitize={variant.sanitize}"]
        needed = pkg_config(variant, "--cflags")
        # A compiler may go by another name, and a link with its own name may lead to ccache.
        self.is_gcc = "clang" not in self.cxx[0] + os.path.realpath(shutil.which(self.cxx[0]))
        if self.is_gcc:
            needed += pkg_config(variant, "--variable=gccflags")
        added = sanitizer + list(extra) + shlex.split(os.environ.get("GORT_CXXFLAGS", ""))
        self.flags = pkg_config(variant, "--variable=devflags") + needed + added
        self.precompiled = None
        libraries = pkg_config(variant, "--static", "--libs")
        self.libraries = ["-l:libgort.a" if flag == "-lgort" else flag for flag in libraries]
        self.link_flags = added
        stat = variant.static_library.stat()
        self.identity = f"{shutil.which(self.cxx[0])}\0{stat.st_mtime_ns}\0{stat.st_size}\0{variant.static_library}"

    def precompile(self, programs):
        """precompile says how many programs will follow: where they are several, g++ precompiles gort's headers for them."""
        if not self.is_gcc:
            return
        self.precompiled = Precompiled(self.cxx, self.flags)
        if programs >= 4:
            self.precompiled.make()

    def program(self, sources):
        """program returns (path of the executable, "") for these sources, or (None, the compiler's messages)."""
        digest = hashlib.sha256(json.dumps([self.identity, self.cxx, self.flags, self.libraries]).encode())
        for source in sources:
            digest.update(f"{source}\0".encode() + source.read_bytes() + b"\0")
        folder = CACHE / digest.hexdigest()[:32]
        binary = folder / sources[0].stem
        if cached(folder, binary):
            return binary, warnings(folder)
        CACHE.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="new-", dir=CACHE))
        try:
            messages = self.compile_and_link(sources, made)
            if messages is not None:
                return None, messages
            publish(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return binary, warnings(folder)

    def compile_and_link(self, sources, folder):
        """compile_and_link makes the program in folder; it returns None, or the messages of what failed."""

        def compile_one(item):
            index, source = item
            before = self.precompiled.flags_for_use() if self.precompiled else []
            command = self.cxx + self.flags + before + ["-MMD", "-MF", str(folder / f"{index}.d"), "-c", str(source)]
            return run_quietly(command + ["-o", str(folder / f"{index}.o")])

        with ThreadPoolExecutor(cores()) as pool:
            results = list(pool.map(compile_one, enumerate(sources)))
        output = "".join(text for _, text in results)
        if any(status for status, _ in results):
            return output
        objects = [str(folder / f"{index}.o") for index in range(len(sources))]
        target = folder / sources[0].stem
        status, text = run_quietly(self.cxx + self.link_flags + objects + self.libraries + ["-o", str(target)])
        if status:
            return output + text
        write_inputs(folder, len(sources))
        if output + text:
            (folder / "warnings").write_text(output + text)
        for name in objects:
            os.unlink(name)
        return None


def run_quietly(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    return result.returncode, result.stdout


def warnings(folder):
    path = folder / "warnings"
    return path.read_text() if path.exists() else ""


def write_inputs(folder, count):
    """write_inputs records the state of every file that the compiler read, from its dependency files."""
    inputs = {}
    for index in range(count):
        path = folder / f"{index}.d"
        text = path.read_text().replace("\\\n", " ").partition(": ")[2]
        for name in shlex.split(text.replace("$$", "$")):
            stat = os.stat(name)
            inputs[os.path.abspath(name)] = [stat.st_mtime_ns, stat.st_size]
        path.unlink()
    (folder / "inputs.json").write_text(json.dumps(inputs))


def cached(folder, binary):
    """cached says whether folder holds the program and none of its inputs has changed; it marks the entry as used."""
    try:
        inputs = json.loads((folder / "inputs.json").read_text())
        for name, state in inputs.items():
            stat = os.stat(name)
            if [stat.st_mtime_ns, stat.st_size] != state:
                return False
        os.utime(folder)
        return binary.exists()
    except (FileNotFoundError, ValueError):
        return False


def publish(made, folder):
    """publish moves a finished entry into place; whichever of two tools comes second replaces the first one's."""
    prune()
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        made.rename(folder)
    except OSError:
        if not (folder / "inputs.json").exists():
            raise


def prune():
    """prune removes what nothing has used for days or, from the oldest on, what is too much; others come and go meanwhile."""
    limit = time.time() - KEEP_SECONDS
    entries = []
    for entry in os.scandir(CACHE):
        try:
            size = sum(file.stat().st_size for file in os.scandir(entry.path))
            entries.append((entry.stat().st_mtime, size, entry.path))
        except FileNotFoundError:
            continue
    total = 0
    for used, size, path in sorted(entries, reverse=True):
        total += size
        if used < limit or total > KEEP_BYTES:
            shutil.rmtree(path, ignore_errors=True)
