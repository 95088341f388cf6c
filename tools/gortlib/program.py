"""What `run` and `build` share: splitting the command line and compiling the sources named there."""

import sys
from pathlib import Path

from gortlib import build
from gortlib.common import Failure, UsageError, ensure_packages
from gortlib.compiler import Compiler

ENDINGS = (".cc", ".cpp", ".cxx", ".C", ".c++")


def check_sources(words):
    """check_sources returns the words as absolute paths of existing C++ files."""
    paths = []
    for word in words:
        if not word.endswith(ENDINGS):
            raise UsageError(f"'{word}' is not a C++ source file; arguments for the program go after --")
        path = Path(word)
        if not path.is_file():
            raise UsageError(f"no such file: {word}")
        paths.append(path.absolute())
    if not paths:
        raise UsageError("no FILE.cc given")
    return paths


def compile_program(sources):
    """compile_program returns the executable; the compiler's messages go to standard error."""
    ensure_packages("run")
    variant = build.ensure(build.Variant())
    binary, messages = Compiler(variant).program(sources)
    sys.stderr.write(messages)
    sys.stderr.flush()
    if binary is None:
        raise Failure("", 1)
    return binary
