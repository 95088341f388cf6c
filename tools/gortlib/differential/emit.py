"""What the two writers share: lines with indentation, and a program's outline."""

from gortlib.differential.model import has_defers, live, used_decls
from gortlib.differential.operations import OPERATIONS


class Writer:
    """Writes a program; a subclass has a method for every kind of statement, stmt_<kind>(node).

    INDENT is its indentation, SIDE the place of its language in the tables.
    """

    def __init__(self, program):
        self.program = program
        self.lines = []
        self.level = 0
        self.functions = []

    def line(self, text):
        self.lines.append(self.INDENT * self.level + text if text else "")

    def open(self, text):
        self.line(text)
        self.level += 1

    def close(self, text):
        self.level -= 1
        self.line(text)

    def between(self, text):
        """between is `} else {` and its like."""
        self.level -= 1
        self.line(text)
        self.level += 1

    @property
    def func(self):
        return self.functions[-1][0]

    @property
    def framed(self):
        """framed says that the function being written defers."""
        return self.functions[-1][1]

    def block(self, block):
        for node in live(block):
            getattr(self, "stmt_" + node.kind)(node)

    def many(self, text):
        for line in text.split("\n"):
            self.line(line)

    def body(self, func, first=(), last=()):
        """body writes a function's declarations and statements, between lines of the language's own.

        Where there are first lines, they defer something.
        """
        self.functions.append((func, bool(first) or has_defers(func)))
        self.inside(func, used_decls(func), first, last)
        self.functions.pop()

    def stmt_op(self, node):
        text = OPERATIONS[node.args["op"]][self.SIDE].format(**node.args, literal="\0")
        if not node.funcs:
            self.many(text)
            return
        before, _, after = text.partition("\0")
        *lines, before = before.split("\n")
        after, *rest = after.split("\n")
        level = self.level
        for line in lines:
            self.line(line)
        self.level += len(before) - len(before.lstrip())  > 0
        self.literal(before.lstrip(), node.funcs[0], after)
        self.level = level
        for line in rest:
            self.line(line)

    def text(self):
        return "\n".join(self.lines) + "\n"


def commas(args):
    return ", ".join(args)


def bounded(expr):
    """bounded keeps what is stored small, so that both languages' ints hold every product."""
    return expr if expr.isidentifier() or expr.isdigit() else f"{expr} % 1000"


def result(func, expr=None):
    """result is what a return statement returns; expr is for a function whose result is an int."""
    if func.result in ("named", "unnamed"):
        return bounded(func.tail if expr is None else expr)
    return func.tail if func.result else ""
