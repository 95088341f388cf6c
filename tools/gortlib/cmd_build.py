"""build [FILE.cc ... [-o PROGRAM]]: builds gort; with files, compiles them to a program against it.

Without -o the program takes the first file's name without its ending, in the current folder. --werror builds the library
in a folder of its own, with warnings as errors (for CI). CXX names another compiler.
"""

import shutil
from pathlib import Path

from gortlib import build
from gortlib.common import UsageError, ensure_packages, note, parse
from gortlib.program import check_sources, compile_program


def main(arguments):
    options, words = parse(arguments, flags=("--werror",), values=("-o",))
    if not words:
        if "-o" in options:
            raise UsageError("option -o needs a FILE.cc")
        return build_without_warnings() if "--werror" in options else build_library()
    if "--werror" in options:
        raise UsageError("option --werror goes with no FILE.cc")
    sources = check_sources(words)
    target = Path(options.get("-o", sources[0].stem))
    if target.is_dir():
        raise UsageError(f"'{target}' is a folder")
    binary = compile_program(sources)
    try:
        target.unlink(missing_ok=True)
        shutil.copy2(binary, target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
    return 0


def build_library():
    ensure_packages("run")
    variant = build.ensure(build.Variant())
    note(f"built {variant.static_library} and libgort.so beside it")
    note(f"for pkg-config: PKG_CONFIG_PATH={variant.pkgconfig_folder}")
    return 0


def build_without_warnings():
    ensure_packages("run", "test")
    variant = build.ensure(build.Variant(werror=True))
    note(f"no warnings in {variant.folder.name}")
    return 0
