"""Runs one command: imports gortlib.cmd_<name> and calls its main(arguments), which returns the exit status.

A command reports wrong use with UsageError and anything else that stops it with Failure (gortlib.common); each
becomes one line on standard error.
"""

import importlib
import os
import sys

from gortlib.common import Failure, UsageError


def main():
    name = sys.argv[1]
    command = importlib.import_module("gortlib.cmd_" + name)
    try:
        status = command.main(sys.argv[2:])
    except UsageError as error:
        print(f"gort {name}: {error}", file=sys.stderr)
        status = 2
    except Failure as error:
        if str(error):
            print(f"gort {name}: {error}", file=sys.stderr)
        status = error.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 1
    except OSError as error:
        print(f"gort {name}: {error}", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    sys.exit(main())
