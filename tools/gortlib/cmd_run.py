"""run FILE.cc [more.cc ...] [-- ARGS]: compiles a program against gort and runs it, as `go run` does.

The program has the terminal: its input, output and signals. Its exit status decides: after one that is not 0,
"exit status N" goes to standard error and the tool exits 1; after a death by signal the line is "signal: <name>".
"""

import os
import signal
import subprocess
import sys

from gortlib.common import UsageError
from gortlib.program import check_sources, compile_program

# Go's names for signals (syscall.Signal.String), which go run prints.
SIGNAL_NAMES = {
    signal.SIGABRT: "aborted",
    signal.SIGALRM: "alarm clock",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
    signal.SIGTRAP: "trace/breakpoint trap",
}


def main(arguments):
    sources, program_arguments = split(arguments)
    binary = compile_program(check_sources(sources))
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)  # from the program's first moment on; it starts with the default
    return wait_for(subprocess.Popen([str(binary), *program_arguments]))


def split(arguments):
    """split cuts the arguments at the first --; before it stand source files only."""
    if "--" in arguments:
        cut = arguments.index("--")
        sources, rest = arguments[:cut], arguments[cut + 1 :]
    else:
        sources, rest = arguments, []
    for word in sources:
        if word.startswith("-"):
            raise UsageError(f"unknown option '{word}'; arguments for the program go after --")
    return sources, rest


def wait_for(process):
    """wait_for waits for the program and turns its end into go run's message and status.

    The keyboard's signals reach the program directly, which decides what they mean; a request to end the tool is
    passed on.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: process.send_signal(got))
    _, status = os.waitpid(process.pid, 0)
    return report(status)


def report(status):
    if status == 0:
        return 0
    if status & 0x7F:
        name = SIGNAL_NAMES.get(status & 0x7F, f"signal {status & 0x7F}")
        core = " (core dumped)" if status & 0x80 else ""
        print(f"signal: {name}{core}", file=sys.stderr)
    else:
        print(f"exit status {status >> 8}", file=sys.stderr)
    return 1
