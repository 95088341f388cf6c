"""Conformance pairs and their recordings.

A pair is tests/conformance/<topic>/<name>.go and .cc, the same program twice, and <name>.out, what the Go program did.
The Go side may instead be one of Go's own tests, which stays where it is: <name>.gosrc names it and has the comments
of a Go file that follow. The pair is run once per case; which, the comments say, each on a line of its own:

    //gort:case NAME [ARG ...] [env KEY=VALUE ...]
    //gort:env KEY=VALUE ...        for every case of the file
    //gort:head NAME ...            of these cases, standard error counts up to its first blank line
    //gort:user NAME ...            of these cases' traces, the user's frames count
    //gort:timeout SECONDS          instead of 10
    //gort:source goroot/PATH       in a .gosrc file only: what golang.source finds under that name

The head of standard error is all that counts where the rest shows frames of Go's own runtime, which gort does not have.
A case without ARG gets its own NAME as the only argument, one with a lone "-" none; a file without cases is run once,
without arguments.

The recording is text: a head, then per case the arguments, the environment, the exit status and both streams. Each
line of a stream follows a bar; a last line without a newline is followed by a backslash line.
"""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from gortlib.common import ROOT, Failure, matches

SUITE = ROOT / "tests" / "conformance"
HEAD = "# Recorded by running Go (tools/gort record); do not edit."


@dataclass
class Case:
    name: str
    args: list = field(default_factory=list)
    env: dict = field(default_factory=dict)
    head: bool = False
    user: bool = False


@dataclass
class Result:
    exit: str
    stdout: str
    stderr: str


SUFFIXES = (".go", ".gosrc")


class Pair:
    """One program in Go and in C++; name is "<topic>/<name>", source the Go file or, in a .gosrc file, the name of it."""

    def __init__(self, go_file):
        self.go_file = go_file
        self.source = None if go_file.suffix == ".gosrc" else go_file
        self.cc_file = go_file.with_suffix(".cc")
        self.out_file = go_file.with_suffix(".out")
        self.name = str(go_file.relative_to(SUITE).with_suffix(""))
        self.timeout = 10.0
        self.cases = self.read_cases()

    def read_cases(self):
        cases, common, heads, users = [], {}, set(), set()
        for number, line in enumerate(self.go_file.read_text().split("\n"), 1):
            if not line.startswith("//gort:"):
                continue
            words = shlex.split(line[len("//gort:") :])
            try:
                if words[0] == "case":
                    cases.append(parse_case(words[1:]))
                elif words[0] == "env":
                    common.update(parse_env(words[1:]))
                elif words[0] == "head":
                    heads.update(words[1:])
                elif words[0] == "user":
                    users.update(words[1:])
                elif words[0] == "timeout":
                    self.timeout = float(words[1])
                elif words[0] == "source" and self.source is None:
                    self.source = words[1]
                else:
                    raise ValueError
            except (ValueError, IndexError):
                raise Failure(f"{self.go_file}:{number}: cannot read '{line}'") from None
        if self.source is None:
            raise Failure(f"{self.go_file}: names no source")
        for case in cases:
            case.env = {**common, **case.env}
            case.head = case.name in heads
            case.user = case.name in users
        return cases or [Case("", [], common)]

    def title(self, case):
        return f"conformance/{self.name}" + (f"[{case.name}]" if case.name else "")


def parse_env(words):
    if not words or any("=" not in word for word in words):
        raise ValueError
    return dict(word.split("=", 1) for word in words)


def parse_case(words):
    name, rest, env = words[0], words[1:], {}
    if "env" in rest:
        cut = rest.index("env")
        rest, env = rest[:cut], parse_env(rest[cut + 1 :])
    return Case(name, [] if rest == ["-"] else rest or [name], env)


def named(name):
    """named returns the pair of that name, or None."""
    files = [SUITE / (name + suffix) for suffix in SUFFIXES]
    return next((Pair(file) for file in files if file.is_file()), None)


def find(pattern):
    """find returns (pair, cases) for every pair of which at least one case fits the pattern."""
    found = []
    for go_file in sorted(file for suffix in SUFFIXES for file in SUITE.glob("*/*" + suffix)):
        pair = Pair(go_file)
        cases = [case for case in pair.cases if matches(pair.title(case), pattern)]
        if cases:
            found.append((pair, cases))
    return found


def write(pair, version, results):
    """write stores the results, in the order of the pair's cases."""
    lines = [HEAD, f"go: {version}"]
    for case, result in zip(pair.cases, results):
        lines += ["", "case: " + case.name, "args: " + shlex.join(case.args)]
        lines.append("env: " + shlex.join(f"{key}={value}" for key, value in case.env.items()))
        lines += ["exit: " + result.exit, "stdout:", *bars(result.stdout), "stderr:", *bars(result.stderr)]
    text = "\n".join(line.rstrip() if not line.startswith("|") else line for line in lines) + "\n"
    pair.out_file.write_text(text, errors="surrogateescape")


def bars(text):
    if not text:
        return []
    lines = text.split("\n")
    if lines[-1] == "":
        return ["|" + line for line in lines[:-1]]
    return ["|" + line for line in lines] + ["\\ no newline at the end"]


def read(pair):
    """read returns (Go version, {case name: (args, env, Result)}) of the recording."""
    if not pair.out_file.exists():
        raise Failure(f"{pair.name} has no recording; make it with: tools/gort record {pair.name}")
    version, cases, state = "", {}, None
    for line in pair.out_file.read_text(errors="surrogateescape").split("\n"):
        key, _, value = line.partition(":")
        value = value.strip()
        if line.startswith("|"):
            state[stream] += line[1:] + "\n"
        elif line.startswith("\\"):
            state[stream] = state[stream][:-1]
        elif key == "go":
            version = value
        elif key == "case":
            state = cases.setdefault(value, {"args": [], "env": {}, "exit": "", "stdout": "", "stderr": ""})
        elif key == "args":
            state["args"] = shlex.split(value)
        elif key == "env":
            state["env"] = parse_env(shlex.split(value)) if value else {}
        elif key == "exit":
            state["exit"] = value
        elif key in ("stdout", "stderr"):
            stream = key
    return version, {
        name: (c["args"], c["env"], Result(c["exit"], c["stdout"], c["stderr"])) for name, c in cases.items()
    }
