"""A random program from a seed.

Functions are made from the last to the first, each calling only those made before it, so that every program ends. What a
call costs is known then and bounded. A function that may call Goexit is called on goroutines of its own only.

main calls most functions inside a literal that recovers, so that one panic does not hide the rest; the last call stands
unprotected, for the report of an uncaught panic.
"""

from gortlib.differential import packages, parallel, scenarios
from gortlib.differential.model import Decl, Func, Node, Program
from gortlib.differential.values import ERRORS, VALUES

MASK = (1 << 64) - 1
COST_LIMIT = 400


class Rng:
    """splitmix64: the same numbers with every version of Python."""

    def __init__(self, seed):
        # Neighbouring seeds must not give shifted versions of one sequence.
        self.state = (seed * 0xD1342543DE82EF95) & MASK
        self.state = self.next() ^ self.next() << 1 & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """weighted picks one of (weight, item) pairs."""
        at = self.below(sum(weight for weight, _ in pairs))
        for weight, item in pairs:
            at -= weight
            if at < 0:
                return item
        raise AssertionError

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


class Context:
    """Where statements are being made.

    func is the function around; ints the readable variables, targets those that may be assigned to; depth counts the
    literals around, loops the loops in this function; mult is how often this place runs per call of the named function.
    """

    def __init__(self, func, ints, targets, depth=0, loops=0, mult=1, goexit=False, deferred=False):
        self.func = func
        self.ints = ints
        self.targets = targets
        self.depth = depth
        self.loops = loops
        self.mult = mult
        self.goexit = goexit
        self.deferred = deferred

    def inner(self, func, goexit=None, deferred=False, times=1):
        """inner is the context of a literal that stands here."""
        goexit = self.goexit if goexit is None else goexit
        ints = self.ints + func.params
        return Context(func, ints, list(self.targets), self.depth + 1, 0, self.mult * times, goexit, deferred)

    def loop(self, var, times):
        ints, loops, mult = self.ints + [var], self.loops + 1, self.mult * times
        return Context(self.func, ints, self.targets, self.depth, loops, mult, self.goexit, self.deferred)


class Generator:
    def __init__(self, seed):
        self.rng = Rng(seed)
        self.seed = seed
        self.prefix = f"s{seed}_"
        self.counter = 0
        self.functions = []
        self.cost = 0
        self.timers = False  # a timer may be left behind, and then no deadlock is one

    def new(self, letter):
        self.counter += 1
        return f"{letter}{self.counter}"

    def id(self):
        return self.new("p")

    # ---- expressions ----

    def atom(self, ctx):
        if ctx.ints and self.rng.chance(70):
            return self.rng.pick(ctx.ints)
        return str(self.rng.below(10))

    def expr(self, ctx):
        form = self.rng.below(6)
        a, b = self.atom(ctx), self.atom(ctx)
        if form < 2:
            return a
        return f"({a} {self.rng.pick(['+', '-', '*', '+'])} {b})"

    def cond(self, ctx):
        a = self.atom(ctx)
        forms = [f"{a}%2 == 0", f"{a} > {self.rng.below(8)}", f"{a}%3 != 1", f"{a} < {self.rng.between(3, 12)}"]
        return self.rng.pick(forms)

    def value(self):
        return self.rng.pick([name for name in VALUES if name != "nil"] + ["nil"] * 2)

    # ---- functions ----

    def literal(self, ctx, statements=None, params=0, goexit=None, deferred=False, times=1, size=None):
        """literal makes a func literal; statements(inner context) makes its body, random ones if it is not given."""
        func = Func(params=[self.new("a") for _ in range(params)])
        inner = ctx.inner(func, goexit, deferred, times)
        if self.rng.chance(30):
            self.declare_int(inner)
        func.body = statements(inner) if statements else self.block(inner, size or self.rng.between(1, 3))
        return func

    def declare_int(self, ctx):
        name = self.new("v")
        ctx.func.decls.append(Decl("int", name, self.rng.below(10)))
        ctx.ints = ctx.ints + [name]
        ctx.targets = ctx.targets + [name]
        return name

    def function(self, goexit):
        rng = self.rng
        func = Func(self.prefix + self.new("f"), goexit=goexit)
        func.params = [self.new("a") for _ in range(rng.below(3))]
        func.method = rng.weighted([(8, ""), (2, "pointer")])
        func.result = rng.weighted([(4, ""), (4, "named"), (2, "unnamed")])
        ints = list(func.params) + (["t.n"] if func.method else [])
        ctx = Context(func, ints, ["t.n"] if func.method == "pointer" else [], goexit=goexit)
        for _ in range(rng.between(1, 2)):
            self.declare_int(ctx)
        self.cost = 0
        if rng.chance(25):
            self.declare_closure(ctx)
        if func.result == "named":  # from here on: declarations do not see the result
            ctx.ints.append("r")
            ctx.targets.append("r")
        func.body = self.block(ctx, rng.between(3, 5))
        if func.result:
            func.tail = self.expr(ctx)
        func.cost = self.cost + 1
        self.functions.append(func)

    def fresh(self, func):
        """fresh is the context of a named function that is made on the way."""
        return Context(func, list(func.params), [])

    def declare_closure(self, ctx):
        name = self.new("c")
        literal = self.literal(ctx, params=self.rng.below(2), deferred=self.rng.chance(50))
        ctx.func.decls.append(Decl("closure", name, literal, self.rng.pick(["auto", "std"])))
        return name

    def closures(self, ctx):
        return [d for d in ctx.func.decls if d.kind == "closure"]

    # ---- statements ----

    def block(self, ctx, count):
        body = []
        for _ in range(count):
            body += self.statement(ctx)
        return body

    def spend(self, ctx, amount=1):
        self.cost += ctx.mult * amount

    def statement(self, ctx):
        """statement returns a short list of statements."""
        rng = self.rng
        self.spend(ctx)
        room = self.cost < COST_LIMIT // 2
        deep = ctx.depth >= 3 or not room
        choices = [
            (10, self.say),
            (8, self.assign),
            (3, self.log),
            (3, self.print_stack),
            (6 if ctx.depth < 3 else 2, self.panic),
            (3, self.runtime_error),
            (5 if ctx.deferred else 2, self.recover),
            (2, self.return_),
            (6, self.simple_defer),
        ]
        if ctx.goexit:
            choices.append((3, self.goexit))
        if self.closures(ctx):
            choices.append((3, self.call_closure))
        if not deep:
            choices += [
                (14, self.defer_literal),
                (4, self.if_),
                (4 if ctx.loops < 2 else 0, self.for_),
                (5, self.immediate),
                (9, lambda c: scenarios.scenario(self, c)),
                (9, lambda c: parallel.statement(self, c)),
                (7, lambda c: packages.statement(self, c)),
            ]
            choices.append((8, self.call))
        return rng.weighted(choices)(ctx)

    def say(self, ctx):
        return [Node("say", {"id": self.id(), "expr": self.expr(ctx)})]

    def log(self, ctx):
        return [Node("log", {"id": self.id(), "expr": self.expr(ctx)})]

    def assign(self, ctx):
        if not ctx.targets:
            return self.say(ctx)
        return [Node("assign", {"var": self.rng.pick(ctx.targets), "expr": self.expr(ctx)})]

    def print_stack(self, ctx):
        if ctx.mult > 3:
            return self.say(ctx)
        return [Node("print_stack")]

    def maybe(self, ctx, node):
        """maybe puts a condition before what ends the block, most times, so that not all that follows is dead."""
        if self.rng.chance(35):
            return [node]
        return [Node("if", {"cond": self.cond(ctx)}, [[node], []])]

    def panic(self, ctx):
        return self.maybe(ctx, Node("panic", {"value": self.value()}))

    def runtime_error(self, ctx):
        return self.maybe(ctx, Node("error", {"error": self.rng.pick(list(ERRORS))}))

    def goexit(self, ctx):
        return self.maybe(ctx, Node("goexit"))

    def return_(self, ctx):
        return [Node("if", {"cond": self.cond(ctx)}, [[Node("return", {"expr": self.expr(ctx)})], []])]

    def recover(self, ctx):
        how = self.rng.weighted([(6, "show"), (3, "discard"), (2, "helper"), (2, "literal"), (3, "if"), (2, "again")])
        node = Node("recover", {"how": how, "id": self.id()})
        if how == "if":
            node.blocks = [self.block(ctx, 1)]
        return [node]

    def simple_defer(self, ctx):
        return [scenarios.defer_simple(self, ctx)]

    def defer_literal(self, ctx):
        params = self.rng.weighted([(4, 0), (1, 1)])
        literal = self.literal(ctx, params=params, deferred=True)
        return [Node("defer", {"how": "literal", "args": [self.expr(ctx) for _ in literal.params]}, [], [literal])]

    def if_(self, ctx):
        blocks = [self.block(ctx, self.rng.between(1, 2)), self.block(ctx, 1) if self.rng.chance(40) else []]
        return [Node("if", {"cond": self.cond(ctx)}, blocks)]

    def for_(self, ctx):
        var, times = self.new("i"), self.rng.between(2, 3)
        inner = ctx.loop(var, times)
        body = self.block(inner, self.rng.between(1, 3))
        if self.rng.chance(20):
            jump = Node(self.rng.pick(["break", "continue"]))
            body.insert(self.rng.below(len(body) + 1), Node("if", {"cond": self.cond(inner)}, [[jump], []]))
        if self.rng.chance(25):
            body.append(Node("step", {"var": var, "by": str(self.rng.between(1, 2))}))
        return [Node("for", {"var": var, "times": times, "form": self.rng.pick(["three", "range"])}, [body])]

    def immediate(self, ctx):
        literal = self.literal(ctx, params=self.rng.weighted([(3, 0), (1, 1)]), times=1)
        form = self.rng.weighted([(3, "literal"), (1, "call")]) if not literal.params else "literal"
        node = Node("immediate", {"form": form, "args": [self.expr(ctx) for _ in literal.params]}, [], [literal])
        return [node]

    def call(self, ctx):
        fitting = [f for f in self.functions if (ctx.goexit or not f.goexit) and self.cost + f.cost * ctx.mult < COST_LIMIT]
        if not fitting:
            return self.say(ctx)
        return [self.call_of(ctx, self.rng.pick(fitting))]

    def call_of(self, ctx, func):
        self.spend(ctx, func.cost)
        node = Node("call", {"fn": func.name, "args": [self.expr(ctx) for _ in func.params], "method": func.method})
        if func.result and ctx.targets and self.rng.chance(80):
            node.args["var"] = self.rng.pick(ctx.targets)
        return node

    def call_closure(self, ctx):
        decl = self.rng.pick(self.closures(ctx))
        self.spend(ctx, 8)
        args = [self.expr(ctx) for _ in decl.init.params]
        return [Node("call_closure", {"closure": decl.name, "args": args})]

    # ---- main ----

    def protected(self, ctx, node):
        """protected runs a statement in a literal that recovers."""
        catch = Func(body=[Node("recover", {"how": "show", "id": self.id()})])
        literal = Func(body=[Node("defer", {"how": "literal", "args": []}, [], [catch]), node])
        return Node("immediate", {"form": "literal", "args": []}, [], [literal])

    def main(self):
        main = Func(self.prefix + "main")
        ctx = Context(main, [], [])
        self.declare_int(ctx)
        for func in self.functions:
            if func.goexit:
                literal = Func(body=[self.call_of(ctx, func)])
                node = Node("go", {"join": "safe", "id": self.id(), "args": []}, [], [literal])
            else:
                node = self.protected(ctx, self.call_of(ctx, func))
            main.body += [node, Node("say", {"id": self.id(), "expr": ctx.ints[0]})]
        if self.rng.chance(60):
            main.body += self.ending(ctx)
        return main

    def ending(self, ctx):
        """ending is the last statement: most times one that dies."""
        rng = self.rng
        func = rng.pick(self.functions)
        how = rng.weighted([(6, "call"), (4, "go"), (0 if self.timers else 1, "goexit"), (1, "fatal")])
        if how == "goexit":
            return [Node("goexit")]
        if how == "fatal":
            return [Node("fatal", {"what": rng.pick(["unlock", "runlock"] + ["block"] * (not self.timers))})]
        if how == "go" or func.goexit:
            literal = Func(body=[self.call_of(ctx, func)])
            return [Node("go", {"join": "fatal", "id": self.id(), "args": []}, [], [literal])]
        return [self.call_of(ctx, func)]

    def program(self):
        for number in range(self.rng.between(2, 4)):
            self.function(goexit=self.rng.chance(30))
        return Program(self.seed, self.rng.pick([1, 1, 4]), self.functions, self.main())


def generate(seed):
    return Generator(seed).program()
