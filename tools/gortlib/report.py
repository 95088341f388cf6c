"""Progress and the closing line of a test run."""

import sys
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    """The result of one test; detail is shown when it failed, or says why it was skipped."""

    name: str
    passed: bool
    detail: str = ""
    skipped: bool = False
    seconds: float = 0.0


class Report:
    """Prints a line per test as it ends and counts; close prints the failures again and the closing line."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []
        self.started = time.monotonic()

    def add(self, outcome):
        took = f" ({outcome.seconds:.1f} s)" if outcome.seconds >= 0.5 else ""
        if outcome.skipped:
            self.skipped += 1
            print(f"skip {outcome.name}: {outcome.detail}")
        elif outcome.passed:
            self.passed += 1
            print(f"ok   {outcome.name}{took}")
        else:
            self.failures.append(outcome)
            print(f"FAIL {outcome.name}{took}")
            for line in outcome.detail.rstrip("\n").split("\n"):
                print("     " + printable(line))
        sys.stdout.flush()

    def close(self):
        """close prints `N passed, N failed` last and returns the exit status."""
        if len(self.failures) > 1:
            print("\nfailed:")
            for outcome in self.failures:
                print("  " + outcome.name)
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"\nran {self.passed + len(self.failures)}{skipped} in {time.monotonic() - self.started:.1f} s")
        print(f"{self.passed} passed, {len(self.failures)} failed", flush=True)
        return 1 if self.failures else 0


def printable(line):
    return line.encode("utf-8", errors="replace").decode("utf-8")
