"""Paths, errors, options and small helpers that every command uses."""

import fcntl
import fnmatch
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
ROOT = TOOLS.parent
# GORT_BUILD names another folder for everything that is built, for a source tree that cannot be written to.
BUILD = Path(os.environ.get("GORT_BUILD") or ROOT / "build").absolute()


class UsageError(Exception):
    """Wrong use: one line, exit status 2."""


class Failure(Exception):
    """What stops a command: one line (none if empty), and its exit status."""

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status


def note(message):
    """note shows progress on standard error, where it never mixes with a program's output."""
    print("gort: " + message, file=sys.stderr, flush=True)


def parse(arguments, flags=(), values=(), positional=None):
    """parse splits arguments into ({option: value}, [words]).

    flags are options without a value, values those with one ("--name=value" or "--name value"). positional is the
    largest number of words allowed, None for any.
    """
    options, words, index = {}, [], 0
    while index < len(arguments):
        argument = arguments[index]
        index += 1
        if not argument.startswith("-") or argument == "-":
            words.append(argument)
            continue
        name, equals, value = argument.partition("=")
        if name in flags and not equals:
            options[name] = True
        elif name in values:
            if not equals:
                if index == len(arguments):
                    raise UsageError(f"option {name} needs a value")
                value = arguments[index]
                index += 1
            options[name] = value
        else:
            raise UsageError(f"unknown option '{argument}'")
    if positional is not None and len(words) > positional:
        raise UsageError(f"unexpected argument '{words[positional]}'")
    return options, words


def positive(options, name, default):
    """positive returns the option's value as a whole number of at least 1."""
    value = options.get(name)
    if value is None:
        return default
    if not value.isdigit() or int(value) < 1:
        raise UsageError(f"option {name} needs a number above 0, not '{value}'")
    return int(value)


def matches(name, pattern):
    """matches says whether a test's name fits the user's PATTERN: a glob if it has * ? or [, else part of the name."""
    if not pattern:
        return True
    if any(c in pattern for c in "*?[") and fnmatch.fnmatchcase(name, pattern):
        return True
    return pattern in name


def cores():
    return len(os.sched_getaffinity(0))


@contextmanager
def locked(path):
    """locked holds an advisory lock on path, so that two tools at once do set-up and builds one after the other."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = open(path, "w")
    except OSError as error:
        hint = "set GORT_BUILD to a folder that can be written to"
        raise Failure(f"cannot write {path.parent}: {error.strerror}; {hint}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("waiting for another gort command that is building")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def ensure_packages(*sets):
    """ensure_packages installs what is missing of these sets of tools/packages.txt.

    A stamp per set, newer than dpkg's status and the list, makes the usual case two stat calls.
    """
    stamps = [BUILD / f".packages-{name}" for name in sets]
    sources = [p.stat().st_mtime_ns for p in (Path("/var/lib/dpkg/status"), TOOLS / "packages.txt") if p.exists()]
    if all(s.exists() and s.stat().st_mtime_ns >= max(sources) for s in stamps):
        return
    with locked(BUILD / ".lock-packages"):
        result = subprocess.run(["bash", str(TOOLS / "gortlib" / "setup.sh"), *sets], stdin=None)
        if result.returncode:
            raise Failure("", result.returncode)
        for stamp in stamps:
            stamp.touch()
