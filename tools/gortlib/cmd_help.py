"""help [COMMAND]: lists the commands, or shows how one is used."""

import ast

from gortlib.common import TOOLS, UsageError, parse


def description(path):
    """description reads a command's docstring without importing it."""
    return ast.get_docstring(ast.parse(path.read_text()))


def main(arguments):
    _, words = parse(arguments, positional=1)
    commands = {p.stem[len("cmd_") :]: p for p in sorted((TOOLS / "gortlib").glob("cmd_*.py"))}
    if words:
        if words[0] not in commands:
            raise UsageError(f"unknown command '{words[0]}'")
        print("tools/gort " + description(commands[words[0]]))
        return 0
    print("usage: tools/gort COMMAND ...\n")
    for path in commands.values():
        usage, _, what = description(path).partition("\n")[0].partition(": ")
        print(f"  {usage}\n      {what}")
    return 0
