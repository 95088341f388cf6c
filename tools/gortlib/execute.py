"""Running one program of a pair the way every recording was made: a bare environment, no core file, a time limit."""

import os
import resource
import signal
import subprocess

from gortlib.recording import Result

# Settings of the caller's that would change what a program prints.
DROPPED = ("GOTRACEBACK", "GODEBUG", "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GORT_")


def environment(extra):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(DROPPED)}
    return {**kept, "LC_ALL": "C", **extra}


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def execute(binary, case, timeout):
    """execute runs binary for a case and returns its Result; one that does not end is killed and says so."""
    process = subprocess.Popen(
        [str(binary), *case.args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(case.env),
        preexec_fn=no_core,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=timeout)
        status = process.returncode
        ending = str(status) if status >= 0 else "signal " + signal.Signals(-status).name
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        ending = f"none within {timeout:g} s"
    return Result(ending, decode(out), decode(err))


def decode(data):
    return data.decode("utf-8", errors="surrogateescape")
