"""Makes a program that shows a difference small, as long as it shows one.

Each round makes every program that is one step smaller, the smallest first, tries them a batch at a time, and goes on
from the first that still differs. Steps: keep one statement of main; drop a run of statements from any list; put the
inside of a compound statement in its place; make an expression, a value or a loop simple.
"""

import re

from gortlib.common import Failure
from gortlib.differential.model import Func, block_lists, literals, size

BATCH = 6
ROUNDS = 60
SIMPLE = {"expr": "1", "value": "int", "error": "divide", "cond": "1 == 1", "times": 1}


def renumbered(program, seed):
    """renumbered is a copy under another seed's names, so that several versions fit into one batch."""
    copy = program.copy()
    old, copy.seed = program.prefix, seed
    for func in copy.all_functions():
        func.name = func.name.replace(old, copy.prefix, 1)
        for block in block_lists(func):
            for node in block:
                if "fn" in node.args:
                    node.args["fn"] = node.args["fn"].replace(old, copy.prefix, 1)
    return copy


def smaller(program):
    """smaller yields every program that is one step smaller, unsorted."""
    for index in range(len(program.main.body)):
        if len(program.main.body) > 1:
            copy = program.copy()
            copy.main.body = [copy.main.body[index]]
            yield copy
    lists = [block for f in program.all_functions() for block in block_lists(f)]
    for number, block in enumerate(lists):
        length = len(block)
        while length >= 1:
            for start in range(0, len(block), length):
                copy = program.copy()
                target = [b for f in copy.all_functions() for b in block_lists(f)][number]
                del target[start : start + length]
                yield copy
            length //= 2
    yield from unwrapped(program)


def functions(program):
    """functions yields every function of a program, literals too, always in the same order."""
    pending = program.all_functions()
    while pending:
        func = pending.pop()
        yield func
        pending += literals(func)


def own_blocks(func):
    lists = [func.body]
    for block in lists:
        for node in block:
            lists += node.blocks
    return lists


def unwrapped(program):
    """unwrapped yields programs in which a compound statement has been replaced by what it holds."""
    for f, func in enumerate(functions(program)):
        for b, block in enumerate(own_blocks(func)):
            for n, node in enumerate(block):
                inside = [("block", i) for i in range(len(node.blocks))] if node.kind in ("if", "for", "select") else []
                if node.funcs and not node.funcs[0].params and node.kind != "defer":
                    inside.append(("func", 0))
                for what, index in inside:
                    copy = program.copy()
                    target = list(functions(copy))[f]
                    place = own_blocks(target)[b]
                    old = place[n]
                    if what == "block":
                        new = old.blocks[index]
                    else:
                        target.decls += old.funcs[0].decls
                        new = old.funcs[0].body
                    if old.kind == "for":
                        names = re.compile(rf"\b{old.args['var']}\b")
                        replace_name(Func(body=new), names)
                    place[n : n + 1] = new
                    yield copy


def replace_name(func, names):
    """replace_name puts 1 for a loop variable that is no longer there."""
    for block in block_lists(func):
        for node in list(block):
            if node.kind in ("break", "continue") or (node.kind == "step" and names.search(node.args["var"])):
                block.remove(node)
                continue
            for key, value in node.args.items():
                if isinstance(value, str):
                    node.args[key] = names.sub("1", value)
                elif isinstance(value, list):
                    node.args[key] = [names.sub("1", v) if isinstance(v, str) else v for v in value]


def simpler(program):
    """simpler yields programs of the same size with one thing made simple."""
    if program.procs != 1:
        copy = program.copy()
        copy.procs = 1
        yield copy
    lists = [block for f in program.all_functions() for block in block_lists(f)]
    for number, block in enumerate(lists):
        for index, node in enumerate(block):
            for key, value in SIMPLE.items():
                if key in node.args and node.args[key] != value and node.kind not in ("channel", "workers"):
                    copy = program.copy()
                    target = [b for f in copy.all_functions() for b in block_lists(f)][number]
                    target[index].args[key] = value
                    yield copy


def first_that_differs(candidates, differs):
    """first_that_differs tries candidates a batch at a time; differs says for each whether it shows a difference."""
    for start in range(0, len(candidates), BATCH):
        group = candidates[start : start + BATCH]
        batch = [renumbered(candidate, number + 1) for number, candidate in enumerate(group)]
        try:
            answers = differs(batch)
        except Failure:
            answers = [alone(differs, candidate) for candidate in batch]
        for candidate, answer in zip(group, answers):
            if answer:
                return candidate
    return None


def alone(differs, candidate):
    """alone tries one candidate; one that does not compile is no candidate."""
    try:
        return differs([candidate])[0]
    except Failure:
        return False


def shrink(program, differs):
    """shrink returns the smallest program found for which differs([program]) holds; differs takes a list."""
    for step in (smaller, simpler):
        for _ in range(ROUNDS):
            found = first_that_differs(sorted(step(program), key=size), differs)
            if found is None:
                break
            program = found
    return program
