"""record NAME: runs the Go program of a conformance pair and records what it printed; NAME may be a pattern."""

from concurrent.futures import ThreadPoolExecutor

from gortlib import golang, recording
from gortlib.common import Failure, UsageError, cores, parse
from gortlib.execute import execute


def main(arguments):
    _, words = parse(arguments, positional=1)
    if not words:
        raise UsageError("no NAME given, for example defer/order")
    exact = recording.named(words[0])
    pairs = [exact] if exact else [pair for pair, _ in recording.find(words[0])]
    if not pairs:
        raise UsageError(f"no conformance pair is called '{words[0]}'")
    version = golang.version()

    def record(pair):
        binary = golang.build(golang.source(pair), version)
        results = [execute(binary, case, pair.timeout) for case in pair.cases]
        for case, result in zip(pair.cases, results):
            if result.exit.startswith("none"):
                raise Failure(f"{pair.title(case)} does not end")
        recording.write(pair, version, results)

    with ThreadPoolExecutor(cores()) as pool:
        for pair, done in zip(pairs, [pool.submit(record, pair) for pair in pairs]):
            done.result()
            print(f"recorded {pair.name} ({len(pair.cases)} cases)" if len(pair.cases) > 1 else f"recorded {pair.name}")
    return 0
