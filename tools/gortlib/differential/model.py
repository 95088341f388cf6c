"""Programs as trees.

A Program is a list of functions; the last one, main, is where it starts. A Func is a named function, a method or a func
literal: parameters and local variables are all int. A Node is a statement: its kind decides what stands in args; blocks
are statement lists in the same function, funcs are func literals. Expressions are texts that mean the same in both
languages.

Variables are declared at the head of their function, so that a statement may be dropped without any other one losing its
meaning: that is all the shrinker relies on. The writers leave out what nothing uses.
"""

import copy
import re
from dataclasses import dataclass, field

from gortlib.differential.operations import defers


@dataclass
class Node:
    kind: str
    args: dict = field(default_factory=dict)
    blocks: list = field(default_factory=list)
    funcs: list = field(default_factory=list)


@dataclass
class Decl:
    """A local variable: kind is int, closure, Mutex, RWMutex or Once. init is an int's value or a closure's Func."""

    kind: str
    name: str
    init: object = None
    form: str = ""


@dataclass
class Func:
    """name is empty for a func literal. result is "" or, for an int, "named" or "unnamed"; that of a literal may be
    "error", "int_error" or "any_error", too. tail is what the last line returns.

    method is "", "value" or "pointer". cost bounds the statements that a call runs; goexit says that it may call Goexit.
    """

    name: str = ""
    params: list = field(default_factory=list)
    result: str = ""
    tail: str = "0"
    method: str = ""
    decls: list = field(default_factory=list)
    body: list = field(default_factory=list)
    cost: int = 1
    goexit: bool = False


@dataclass
class Program:
    seed: int
    procs: int
    functions: list
    main: Func

    @property
    def prefix(self):
        return f"s{self.seed}_"

    def copy(self):
        return copy.deepcopy(self)

    def all_functions(self):
        return [*self.functions, self.main]

    def used_functions(self):
        """used_functions leaves out the named functions that main cannot reach."""
        by_name = {f.name: f for f in self.functions}
        reached, pending = set(), [self.main]
        while pending:
            for node in nodes(pending.pop(), nested=True):
                name = node.args.get("fn")
                if name in by_name and name not in reached:
                    reached.add(name)
                    pending.append(by_name[name])
        return [f for f in self.functions if f.name in reached]


def block_lists(func):
    """block_lists yields every statement list of a function, of the literals in it too."""
    pending = [func]
    while pending:
        f = pending.pop()
        pending += [d.init for d in f.decls if isinstance(d.init, Func)]
        lists = [f.body]
        while lists:
            block = lists.pop()
            yield block
            for node in block:
                lists += node.blocks
                pending += node.funcs


# What follows these in a block is never reached, and not written: g++ has no debug information about the literals
# there, which Go counts.
ENDS = ("panic", "goexit", "return", "break", "continue")


def live(block):
    for node in block:
        yield node
        if node.kind in ENDS:
            return


def nodes(func, nested):
    """nodes yields the statements of a function; with nested, those of the func literals in it too."""
    lists = [func.body]
    while lists:
        for node in live(lists.pop()):
            yield node
            lists += node.blocks
    if nested:
        for literal in literals(func):
            yield from nodes(literal, True)


def has_defers(func):
    """has_defers says whether a function has a defer statement of its own (not in a literal)."""
    for node in nodes(func, nested=False):
        if node.kind == "defer" or (node.kind == "channel" and node.args["op"] == "defer_close"):
            return True
        if node.kind == "op" and defers(node):
            return True
    return False


def literals(func):
    """literals yields the func literals that stand directly in a function."""
    for decl in func.decls:
        if isinstance(decl.init, Func):
            yield decl.init
    for node in nodes(func, nested=False):
        yield from node.funcs


NAME = re.compile(r"[A-Za-z_]\w*")


def names_in(func):
    """names_in is the set of identifiers that the statements of a function use, those in its literals included."""
    found = set(NAME.findall(func.tail)) if func.result else set()
    for node in nodes(func, nested=False):
        for value in node.args.values():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    found.update(NAME.findall(text))
    for literal in literals(func):
        found |= names_in(literal)
    return found


VARIABLE = re.compile(r"r|t|[a-oq-z]+\d+")


def captures(func):
    """captures says whether a literal may refer to variables of the functions around it."""
    own, pending = set(), [func]
    while pending:
        f = pending.pop()
        own.update(f.params, (d.name for d in f.decls))
        own.update(n.args["var"] for n in nodes(f, nested=False) if n.kind == "for")
        pending += literals(f)
    return any(VARIABLE.fullmatch(name) for name in names_in(func) - own)


def used_decls(func):
    """used_decls leaves out declarations that nothing refers to, in order."""
    used = set()
    kept = []
    without_decls = Func(result=func.result, tail=func.tail, body=func.body)
    names = names_in(without_decls)
    for decl in reversed(func.decls):
        if decl.name in names or decl.name in used:
            kept.append(decl)
            if isinstance(decl.init, Func):
                used |= names_in(decl.init)
    return kept[::-1]


def size(program):
    return sum(len(block) for f in program.all_functions() for block in block_lists(f))
