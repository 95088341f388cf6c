"""Runs GoogleTest programs test by test as seen from outside: a crash or a hang fails one test, not the program's rest.

A program runs all selected tests in one process. When it dies, or one test takes too long, that test has failed, and the
program is started again for the tests that had not run yet.
"""

import os
import re
import select
import signal
import subprocess
import time

from gortlib.report import Outcome

TEST_SECONDS = 240
STRESS_SECONDS = 300
OUTPUT_LINES = 60

RUNNING = re.compile(r"^\[ RUN      \] (\S+)$")
ENDED = re.compile(r"^(?P<before>.*?)\[ {2,7}(?P<how>OK|FAILED|SKIPPED) {1,2}\] (?P<name>[^\s,]+).* \((?P<ms>\d+) ms\)$")


def list_tests(binary, environment):
    """list_tests returns the full names of a program's tests, or raises OSError/CalledProcessError."""
    command = [str(binary), "--gtest_list_tests"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    names, suite = [], ""
    for line in result.stdout.split("\n"):
        word = line.split("#")[0].rstrip()
        if line.startswith("  "):
            names.append(suite + word.strip())
        elif word.endswith("."):
            suite = word
    return [name for name in names if "DISABLED_" not in name]


class Runner:
    """Runs one program's tests; title(name) is what a test is called in the report.

    finding matches the lines with which a tool that the program runs under (prefix) reports: a test that passes with one has failed.
    """

    def __init__(self, binary, title, seconds, environment, prefix=(), finding=None):
        self.binary = binary
        self.title = title
        self.seconds = seconds
        self.environment = environment
        self.prefix = list(prefix)
        self.finding = finding
        self.failed = False

    def run(self, names, add):
        """run calls add with an Outcome for every test of names."""
        left = list(names)
        while left:
            done = self.run_once(left, add)
            if not done:
                add(Outcome(self.title(left[0]), False, "the program ended without running it"))
                done = {left[0]}
            left = [name for name in left if name not in done]

    def run_once(self, names, add):
        """run_once starts the program for names and returns the set of those whose outcome it reported."""
        command = [*self.prefix, str(self.binary), "--gtest_filter=" + ":".join(names), "--gtest_color=no"]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            start_new_session=True,
        )
        done, current, lines = set(), None, []
        deadline = time.monotonic() + self.seconds
        timed_out = False
        for line in read_lines(process, lambda: deadline):
            if line is None:
                timed_out = True
                break
            started = RUNNING.match(line)
            if started:
                current, lines = started.group(1), []
                deadline = time.monotonic() + self.seconds
                continue
            ended = ENDED.match(line)
            if ended and current and ended.group("name") == current:
                if ended.group("before"):
                    lines.append(ended.group("before"))
                add(self.outcome(current, ended, lines))
                done.add(current)
                current = None
                continue
            lines.append(line)
        status = stop(process)
        if current:
            how = f"did not end within {self.seconds} s" if timed_out else ending(status)
            add(Outcome(self.title(current), False, "\n".join(lines[-OUTPUT_LINES:] + [how])))
            done.add(current)
        elif (status or timed_out) and done and set(names) <= done and not self.failed:
            how = "the program did not end" if timed_out else ending(status)
            add(Outcome(self.title("exit"), False, "\n".join(lines[-OUTPUT_LINES:] + [how])))
        return done

    def outcome(self, name, ended, lines):
        seconds = int(ended.group("ms")) / 1000
        how = ended.group("how")
        if how == "SKIPPED":
            reason = " ".join(line.strip() for line in lines if line.strip() and ": Skipped" not in line) or "no reason"
            return Outcome(self.title(name), True, reason[-200:], skipped=True)
        if self.finding and any(self.finding.match(line) for line in lines):
            how = "FAILED"
        if how == "FAILED":
            self.failed = True
        return Outcome(self.title(name), how == "OK", "\n".join(lines[-OUTPUT_LINES:]), seconds=seconds)


def ending(status):
    return f"the program died: {signal.Signals(-status).name}" if status < 0 else f"the program exited with {status}"


def stop(process):
    """stop ends a program that still runs, with its children, and returns the exit status."""
    if process.poll() is None:
        try:
            return process.wait(timeout=5 if process.stdout.closed else 0.2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def read_lines(process, deadline):
    """read_lines yields the program's lines as they come, and None when the deadline has passed."""
    stream, buffer = process.stdout, b""
    while True:
        wait = deadline() - time.monotonic()
        if wait <= 0 or not select.select([stream], [], [], wait)[0]:
            yield None
            return
        data = os.read(stream.fileno(), 65536)
        if not data:
            break
        *whole, buffer = (buffer + data).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", errors="replace")
    if buffer:
        yield buffer.decode("utf-8", errors="replace")
    stream.close()
