"""The constructs that programs are made of, and how often each stands in some programs.

The first part follows the table of who may recover; what is expected of each is said in the name.
"""

from collections import Counter

from gortlib.differential import parallel
from gortlib.differential.model import literals, nodes
from gortlib.differential.operations import OPERATIONS
from gortlib.differential.values import ERRORS, VALUES

DEFERS = {
    "literal": "defer: closure",
    "literal_args": "defer: closure with arguments",
    "closure": "defer: closure variable",
    "named": "defer: named function that recovers (yes)",
    "named_args": "defer: named function with arguments, recovers twice (second nil)",
    "func_var": "defer: function pointer / func variable (yes)",
    "functor": "defer: functor / func variable (yes)",
    "factory": "defer: std::function / closure made elsewhere (yes)",
    "method_value": "defer: value method (yes)",
    "method_pointer": "defer: pointer method (yes)",
    "method_bound": "defer: method value (yes)",
    "promoted": "defer: promoted method (yes)",
    "interface": "defer: virtual / interface method (yes)",
    "recover": "defer: recover itself",
    "argument": "defer: recover() as an argument (at the defer statement)",
    "panic": "defer: panic(v)",
    "nil": "defer: nil function",
    "print_stack": "defer: debug.PrintStack",
    "say": "defer: function with evaluated arguments",
    "log": "defer: println",
}
TAGS = {
    "who_literal": "recover in a deferred closure (yes)",
    "who_literal_args": "recover in a deferred closure with arguments (yes)",
    "who_deferred": "recover in a deferred function or method (yes)",
    "who_helper": "recover in a helper that the deferred function calls (no)",
    "who_nested_literal": "recover in a literal that the deferred function calls (no)",
    "who_too_early": "defer recover() in the panicking function (no)",
    "who_recover_in_deferred": "defer recover() in a deferred function (yes)",
    "who_deferred_in_deferred": "recover in a deferred call of a deferred function (no)",
    "who_argument": "defer f(recover()) (no)",
    "who_twice": "recover twice in one call (second nil)",
    "who_later": "recover in a later deferred call (nil)",
    "normal_return": "recover during normal return (nil)",
    "goexit_recover": "recover under Goexit (nil)",
    "goexit_in_panic": "recover after Goexit during a panic (nil)",
    "recovered_then_goexit": "Goexit after a recovery",
    "panic_in_goexit": "panic during Goexit recovered, Goexit goes on",
    "goexit_twice": "Goexit during Goexit",
    "nested_recovered": "nested panic recovered inside, the first goes on",
    "replaced": "panic replaced by one in a deferred call",
    "aborted": "older panic aborted by a recovery further out",
    "again": "recovered value thrown again",
    "recovered_then_new": "new panic in the deferred call that recovered",
    "later_panics": "panic in a deferred call after a recovery",
    "nil_panic": "panic(nil)",
    "nil_function": "nil function deferred",
    "deferred_panic": "defer panic(v) recovered",
    "deferred_defers": "deferred call registers deferred calls",
    "defers_in_loop": "defers in a loop",
    "result_changed": "named result changed by a deferred call",
    "recursion": "deferred calls at each level of a recursion",
}
RECOVERS = {
    "show": "recover(): value shown",
    "discard": "recover(): value dropped",
    "helper": "recover(): by a helper",
    "literal": "recover(): in a nested literal",
    "if": "recover(): if e := recover(); e != nil",
    "again": "recover(): and panic(e)",
}
SIMPLE = {
    "goexit": "runtime.Goexit",
    "print_stack": "debug.PrintStack",
    "return": "early return",
    "if": "if",
    "break": "break",
    "continue": "continue",
    "step": "loop variable changed in the loop",
    "call_closure": "closure variable called",
    "immediate": "literal called at once",
    "once": "sync.Once",
    "once_func": "sync.OnceFunc",
    "pipeline": "goroutines: pipeline",
    "ping_pong": "goroutines: ping-pong",
}


def all_constructs():
    """all_constructs lists the names of what is counted, in the order in which they are shown."""
    names = [*TAGS.values(), *DEFERS.values(), *RECOVERS.values(), *SIMPLE.values()]
    names += [f"value: {name}" for name in VALUES] + [f"run-time error: {name}" for name in ERRORS]
    names += ["for: three clauses", "for: range over int", "defer in a loop", "debug.PrintStack in a deferred closure"]
    names += ["function: pointer method", "function: named result", "function: unnamed result"]
    names += ["goroutine: recovers all", "goroutine: may die"]
    names += [f"channel: {op}" for op in ("send", "recv", "recv_ok", "try_send", "try_recv", "len", "close", "range")]
    names += ["channel: defer_close", "select: switch", "select: callback", "select: default"]
    names += [f"select: {case}" for case in (*parallel.READY, *parallel.NEVER)]
    names += ["sync: Mutex.Lock", "sync: RWMutex.Lock", "sync: RWMutex.RLock"]
    names += [f"workers: {what}" for what in ("panic", "goexit", "error", "none", "Mutex", "RWMutex", "channel")]
    names += ["sync: Cond.Signal", "sync: Cond.Broadcast", "GOMAXPROCS=1", "GOMAXPROCS=4"]
    names += OPERATIONS
    names += ["end: unlock", "end: runlock", "end: block"]
    return names


def count(program):
    """count returns a Counter of the constructs in a program."""
    found = Counter([f"GOMAXPROCS={program.procs}"])
    for func in [*program.used_functions(), program.main]:
        if func.method:
            found["function: pointer method"] += 1
        if func.result:
            found[f"function: {func.result} result"] += 1
        count_function(func, found, False)
    return found


def count_function(func, found, deferred):
    for node in nodes(func, nested=False):
        count_node(node, found, deferred)
        for literal in node.funcs:
            count_function(literal, found, node.kind == "defer")
    for literal in literals(func):
        if not any(literal is f for node in nodes(func, nested=False) for f in node.funcs):
            count_function(literal, found, False)


def count_node(node, found, deferred):
    args, kind = node.args, node.kind
    if "tag" in args:
        found[TAGS[args["tag"]]] += 1
    if kind in SIMPLE:
        found[SIMPLE[kind]] += 1
    if kind == "print_stack" and deferred:
        found["debug.PrintStack in a deferred closure"] += 1
    if kind == "defer":
        how = "literal_args" if args["how"] == "literal" and args["args"] else args["how"]
        found[DEFERS[how]] += 1
    if kind == "recover":
        found[RECOVERS[args["how"]]] += 1
    if kind == "panic" or (kind == "defer" and args["how"] == "panic"):
        found[f"value: {args['value']}"] += 1
    if kind == "error":
        found[f"run-time error: {args['error']}"] += 1
    if kind == "for":
        found["for: range over int" if args["form"] == "range" else "for: three clauses"] += 1
        if holds_defer(node):
            found["defer in a loop"] += 1
    if kind == "go":
        found["goroutine: recovers all" if args["join"] == "safe" else "goroutine: may die"] += 1
    if kind == "channel":
        found[f"channel: {args['op']}"] += 1
    if kind == "select":
        found.update([f"select: {args['form']}", *(f"select: {case}" for case in args["cases"])])
        if args["otherwise"]:
            found["select: default"] += 1
    if kind == "locked":
        found[f"sync: {args['kind']}.{args['how']}"] += 1
    if kind == "workers":
        found.update([f"workers: {args['leave']}", f"workers: {args['lock']}"])
    if kind == "condition":
        found[f"sync: Cond.{args['how']}"] += 1
    if kind == "op":
        found[args["op"]] += 1
    if kind == "fatal":
        found[f"end: {args['what']}"] += 1


def holds_defer(node):
    return any(n.kind == "defer" or holds_defer(n) for block in node.blocks for n in block)


def table(programs):
    """table returns lines: of how many programs, and how often in all, each construct is part."""
    times, users = Counter(), Counter()
    for program in programs:
        found = count(program)
        times.update(found)
        users.update(found.keys())
    lines = [f"{'times':>7} {'seeds':>7}  construct"]
    return lines + [f"{times[name]:7} {users[name]:7}  {name}" for name in all_constructs()]


