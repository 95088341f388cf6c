"""Sequences of operations on sync, time, context, errors, errgroup, semaphore, singleflight and rate.

A sequence is played through while it is made, as far as that is needed for none of it to block or to depend on the
scheduler. It stands in a block with the variables that it uses. Some of its operations stand in literals: called at
once with what they panic with recovered, or deferred.
"""

from gortlib.differential.model import Func, Node
from gortlib.differential.operations import defers, keeps_timer
from gortlib.differential.parallel import plain

KEYS = ('"a"', '"b"', "1", 'MyStr("a")', "MyInt(1)", "true")
VALUES = ("1", '"v"', "nil", "true", "MyInt(4)", 'MyStr("m")', 'S{"s"}', 'E{"e"}', "1.5")
SPANS = (0, 1, -1, 999, 1500, 1000000, -2500000, 1000000000, 90000000000, 5400000000000, -86399999999999, 1 << 62)
SPANS = tuple(str(span) for span in SPANS) + ("9223372036854775807", "-9223372036854775807-1")
SPAN_UNITS = ("h", "m", "s", "ms", "us", "µs", "ns")
SPAN_WORDS = ("", "+", "-", "0", "1", "1.5", ".5", "2.", ".", "30", "x", "9223372036", " ", *SPAN_UNITS)
LAYOUTS = ("2006-01-02 15:04:05", "Mon Jan _2 2006", "3:04PM", "2006-01-02T15:04:05.000Z07:00", "Monday, 02-Jan-06 MST", "x")
TIMES = ("2024-02-29 23:59:59", "2023-02-29 00:00:00", "Thu Jan  1 1970", "7:30AM", "13:30PM", "2024-05-06T07:08:09.123Z", "y")


def statement(gen, ctx):
    make = gen.rng.weighted(KINDS)
    gen.spend(ctx, 6)
    seq = Sequence(gen, ctx)
    make(seq, gen.rng)
    node = Node("with", {"declared": seq.declared}, [seq.body])
    gen.timers |= keeps_timer(node)
    return [node]


class Sequence:
    """A sequence that is being made. over says that its last operation may leave it by a panic."""

    def __init__(self, gen, ctx):
        self.gen = gen
        self.ctx = ctx
        self.declared = []
        self.body = []
        self.errors = []
        self.over = False

    def declare(self, kind, letter, *words):
        name = self.gen.new(letter)
        self.declared.append(" ".join([kind, name, *words]))
        return name

    def error(self):
        """error is an expression: an error that an operation has made, or nil."""
        if self.errors and self.gen.rng.chance(75):
            return self.gen.rng.pick(self.errors)
        return "nil"

    def new_error(self):
        name = self.declare("error", "e")
        text = self.gen.new("text ")
        self.op("errors: New", e=name, text=text)
        self.errors.append(name)
        return name

    def node(self, name, literal, args):
        node = Node("op", {"op": name, "id": self.gen.id(), **args}, [], [literal] if literal else [])
        self.gen.timers |= keeps_timer(node)
        return node

    def op(self, name, literal=None, later=False, calm=False, caught=False, **args):
        """op adds an operation; later says that it may be deferred too, for it means something at any time.

        calm says that nothing must leave the sequence behind it, for goroutines use the variables; caught, that what it
        panics with must be recovered around it.
        """
        if self.over:
            return
        node, rng = self.node(name, literal, args), self.gen.rng
        if caught or (rng.chance(6) and not defers(node)):
            self.body.append(self.gen.protected(self.ctx, node))
        elif later and rng.chance(8):
            self.body.append(self.deferred(node))
            return
        elif later and rng.chance(5):
            self.body.append(Node("if", {"cond": self.gen.cond(self.ctx)}, [[node], []]))
        else:
            self.body.append(node)
        if rng.chance(8) and not calm:
            self.body += plain(self.gen, self.ctx)

    def deferred(self, node):
        body = [node]
        if self.gen.rng.chance(50):
            body.insert(self.gen.rng.below(2), Node("recover", {"how": "show", "id": self.gen.id()}))
        return Node("defer", {"how": "literal", "args": []}, [], [Func(body=body)])

    def dies(self, name, literal=None, caught=False, **args):
        """dies adds an operation that panics: most times recovered around it, otherwise the sequence ends."""
        if self.over:
            return
        node = self.node(name, literal, args)
        if caught or self.gen.rng.chance(65):
            self.body.append(self.gen.protected(self.ctx, node))
        else:
            # Under a condition, or g++ would know that what follows is never reached.
            self.body.append(Node("if", {"cond": self.gen.cond(self.ctx)}, [[node], []]))
            self.over = True

    def literal(self, result="", goexit=False):
        """literal is one with random statements, that returns what result says."""
        func = self.gen.literal(self.ctx, goexit=goexit, size=self.gen.rng.between(1, 2))
        func.result = result
        if result == "error":
            func.tail = self.error()
        elif result:
            value = str(self.gen.rng.below(10))
            func.tail = value if result == "unnamed" else f"{value}, {self.error()}"
        return func

    def quiet_literal(self, result):
        """quiet_literal shows no trace: of a task's, gort's differ from Go's in the functions inside the package."""
        gen, func = self.gen, Func(result=result)
        inner = self.ctx.inner(func)
        func.body = gen.say(inner) + gen.assign(inner)
        if gen.rng.chance(40):
            func.body += gen.return_(inner)
        if gen.rng.chance(40):
            func.body.append(Node("defer", {"how": "say", "id": gen.id(), "args": [gen.expr(inner)]}))
        if self.ctx.goexit and gen.rng.chance(15):
            func.body += gen.goexit(inner)
        func.tail = self.error() if result == "error" else f"{gen.rng.pick(VALUES)}, {self.error()}"
        return func

    def joined_literal(self):
        """joined_literal runs on a goroutine of its own and lets the channel done say when it has ended."""
        if self.gen.rng.chance(7):
            inner = self.literal(goexit=False)  # a panic is the end of the program
            call = Node("immediate", {"form": "literal", "args": []}, [], [inner])  # what it defers runs before that, too
            return Func(body=[call, Node("op", {"op": "done: sent"})], cost=inner.cost)
        func = self.literal(goexit=True)
        caught = Node("defer", {"how": "named", "id": self.gen.id(), "args": []})
        func.body[:0] = [Node("op", {"op": "done: deferred close"}), caught]
        return func


# ---- errors ----


def errors(seq, rng):
    names = [seq.new_error() for _ in range(rng.between(1, 2))]
    for _ in range(rng.between(1, 4)):
        names.append(seq.declare("error", "e"))
        how = rng.pick(MAKE_ERROR)
        seq.op("errors: " + how, e=names[-1], text=seq.gen.new("text "), a=seq.error(), b=seq.error())
        seq.errors.append(names[-1])
    for _ in range(rng.between(2, 5)):
        how = rng.pick(USE_ERROR)
        seq.op("errors: " + how, later=True, a=rng.pick(names), b=seq.error())
    if rng.chance(30):
        seq.dies("errors: panic", a=rng.pick(names))


MAKE_ERROR = ("Errorf %w", "Errorf %w %w", "Errorf %v", "Join", "Unwrap", "own type", "own pointer", "own Is", "own As")
MAKE_ERROR += ("own Unwrap", "own Unwrap of many", "context.Canceled", "context.DeadlineExceeded")
MAKE_ERROR += ("ErrUnsupported", "Errorf %w", "own Unwrap", "Join")
USE_ERROR = ("show", "Is", "Is", "Is", "==", "As type", "As pointer", "As wrapping type")


# ---- time ----


def durations(seq, rng):
    names = [seq.declare("Duration", "d", rng.pick(SPANS)) for _ in range(2)]
    for _ in range(rng.between(3, 7)):
        d, by = rng.pick(names), rng.pick(names)
        at, then = (rng.below(1 << 40) - (1 << 38) for _ in range(2))
        how = rng.pick(DURATION)
        words = {"d": d, "by": by, "at": at, "then": then, "nanoseconds": rng.pick(SPANS), "layout": rng.pick(LAYOUTS)}
        words["text"] = rng.pick(TIMES) if how == "Parse" else duration_text(rng)
        seq.op("time: " + how, later=True, **words)
        seq.op("time: Duration shown", later=True, d=d)


def duration_text(rng):
    if rng.chance(60):
        counts = ["3", "1.5", "0.25", ".5", "61", "100"]
        parts = [rng.pick(counts) + rng.pick(SPAN_UNITS) for _ in range(rng.between(1, 3))]
        return rng.pick(["", "", "-", "+"]) + "".join(parts)
    return "".join(rng.pick(SPAN_WORDS) for _ in range(rng.between(1, 4)))


DURATION = tuple("Duration " + op for op in ("+=", "-=", "*=", "/=", "%=", "negated", "set", "compared"))
DURATION += ("Round", "Round", "Truncate", "Abs", "whole units", "units", "ParseDuration", "ParseDuration")
DURATION += ("Time.Add", "Time.Round", "Time.Truncate", "Time.Sub", "Time compared", "Format", "Parse")


def timers(seq, rng):
    t = seq.declare("Timer", "tm")
    for _ in range(rng.between(2, 4)):
        seq.op("time: " + rng.pick(["Timer.Stop", "Timer.Reset", "Timer fires"]), t=t)
    seq.op("time: Timer.Stop", t=t)
    if rng.chance(50):
        how = rng.pick(["AfterFunc", "AfterFunc reset", "AfterFunc stopped"])
        seq.op("time: " + how, seq.literal() if how == "AfterFunc stopped" else seq.joined_literal())
    if rng.chance(60):
        how = rng.pick(["After", "Sleep", "Ticker", "Tick misuse"])
        seq.op("time: " + how, nanoseconds=rng.pick(["0", "-1", "-1000"]))
    if rng.chance(40):
        how = rng.pick(["Timer not made", "Ticker not made", "Ticker misuse", "Ticker.Reset misuse"])
        seq.dies("time: " + how, nanoseconds=rng.pick(["0", "-1"]))


# ---- context ----


class Derived:
    """A context as the operations made so far have left it."""

    def __init__(self, name, parent=None, cancel="", caused=False, timed=False, cut=False):
        self.name = name
        self.parent = parent
        self.cancel = cancel  # the variable of its cancel function
        self.caused = caused  # which takes a cause
        self.timed = timed or (parent is not None and parent.timed)  # its text says when
        self.children = []
        self.done = False
        if parent is not None and not cut:
            parent.children.append(self)
            self.done = parent.done

    def end(self):
        self.done = True
        for child in self.children:
            child.end()

    def canceller(self):
        """canceller is the nearest ancestor, or this one, that has a cancel function."""
        at = self
        while at is not None and not at.cancel:
            at = at.parent if at.parent is not None and at in at.parent.children else None
        return at


DERIVE = (
    (5, "WithCancel"),
    (4, "WithCancelCause"),
    (4, "WithValue"),
    (2, "WithTimeout"),
    (1, "WithTimeout passes"),
    (2, "WithTimeoutCause"),
    (1, "WithDeadline in the past"),
    (1, "WithDeadlineCause in the past"),
    (2, "WithoutCancel"),
    (1, "TODO"),
)


def derive(seq, rng, of):
    how = rng.weighted(DERIVE)
    name = seq.declare("Context", "ctx")
    cancel, caused = "", how == "WithCancelCause"
    if how not in ("WithValue", "WithoutCancel", "TODO"):
        cancel = seq.declare("CancelCauseFunc" if caused else "CancelFunc", "k")
    timed = "Timeout" in how or "Deadline" in how
    seq.op("context: " + how, x=name, k=cancel, of=of.name, a=seq.error(), key=rng.pick(KEYS), val=rng.pick(VALUES))
    made = Derived(name, None if how == "TODO" else of, cancel, caused, timed, how == "WithoutCancel")
    if timed and how != "WithTimeout":
        made.end()
    return made


def show_context(seq, rng, of):
    how = rng.pick(["Err", "Cause", "Cause", "Value", "Value", "Done", "Deadline", "String", "String"])
    seq.op("context: " + ("Err" if how == "String" and of.timed else how), later=True, x=of.name, key=rng.pick(KEYS))


def cancel_call(seq, of):
    return f"{of.cancel}({seq.error()})" if of.caused else f"{of.cancel}()"


def contexts(seq, rng):
    if rng.chance(60):
        seq.new_error()
    tree = [Derived(seq.declare("Context", "ctx"))]
    for _ in range(rng.between(2, 5)):
        tree.append(derive(seq, rng, rng.pick(tree)))
        if rng.chance(30):
            show_context(seq, rng, rng.pick(tree))
    for _ in range(rng.between(1, 3)):
        act(seq, rng, rng.pick(tree[1:]))
        for _ in range(rng.between(1, 2)):
            show_context(seq, rng, rng.pick(tree))
    if rng.chance(20):
        # Traces show a Context as one word.
        seq.dies("context: " + rng.pick(["nil parent", "nil key", "uncomparable key"]), caught=True, x=tree[-1].name)


def act(seq, rng, of):
    """act cancels a context, or waits for its end in some way."""
    by = of.canceller()
    choice = rng.below(6)
    if choice < 2 and by is not None:
        defer = "defer " if rng.chance(35) else ""
        seq.op(f"context: {defer}cancel" + " with cause" * by.caused, k=by.cancel, a=seq.error())
        if not defer:
            by.end()
    elif choice == 2:
        if of.done:
            seq.op("context: Err", x=of.name)
        else:
            seq.op("context: AfterFunc stopped", seq.literal(), x=of.name)
    elif of.done:
        seq.op("context: AfterFunc at once", seq.joined_literal(), x=of.name)
    elif by is not None:
        words = {"x": of.name, "cancel": cancel_call(seq, by)}
        if rng.chance(50):
            seq.op("context: waiting", **words)
        else:
            seq.op("context: AfterFunc", seq.joined_literal(), **words)
        by.end()


# ---- sync ----


def sync_map(seq, rng):
    m = seq.declare("Map", "mm")
    keys = rng.shuffled(KEYS)[: rng.between(1, 3)]
    values = rng.shuffled(VALUES)[:2] + ["anyslice"] * rng.chance(20)
    for _ in range(rng.between(4, 9)):
        how = rng.pick(MAP)
        if how == "Range shows" and len(keys) > 1:
            how = "Range"
        words = {"key": rng.pick(keys), "val": rng.pick(values), "old": rng.pick(values)}
        # Traces show other functions inside of a Map than Go's.
        caught = how.startswith("Compare") and "anyslice" in values
        seq.op("sync: Map." + how, later=True, caught=caught, m=m, more=rng.pick(["true", "false"]), **words)
    if rng.chance(10):
        how, rest = rng.pick([("Load", ""), ("Store", ", 1"), ("LoadOrStore", ", 1"), ("LoadAndDelete", ""), ("Swap", ", 1")])
        seq.dies("sync: Map key unhashable", caught=True, m=m, how=how, rest=rest)


MAP = ("Store", "Store", "Store", "Delete", "Load", "LoadOrStore", "LoadAndDelete", "Swap", "CompareAndSwap")
MAP += ("CompareAndSwap", "CompareAndDelete", "Range", "Range shows")


def once_value(seq, rng):
    if rng.chance(50):
        seq.new_error()
    if rng.chance(50):
        seq.op("sync: OnceValue", seq.literal("unnamed"))
    else:
        seq.op("sync: OnceValues", seq.literal("int_error"))


def rwmutex(seq, rng):
    rw, readers, writer = seq.declare("RWMutex", "rw"), 0, False
    for _ in range(rng.between(3, 6)):
        how = rng.pick(["TryLock", "TryRLock", "RLocker.Lock", "leave", "leave"])
        if how == "leave":
            if not writer and readers == 0:
                continue
            how = "RWMutex.Unlock" if writer else rng.pick(["RWMutex.RUnlock", "RLocker.Unlock"])
            seq.op("sync: " + how, rw=rw)
            readers, writer = 0 if writer else readers - 1, False
        elif how == "RLocker.Lock":
            if not writer:
                seq.op("sync: RLocker.Lock", rw=rw)
                readers += 1
        else:
            seq.op("sync: RWMutex." + how, rw=rw)
            if how == "TryRLock" and not writer:
                readers += 1
            writer |= how == "TryLock" and readers == 0


def waitgroup(seq, rng):
    wg, count = seq.declare("WaitGroup", "wg"), 0
    for _ in range(rng.between(1, 3)):
        count = rng.between(1, 4)
        seq.op("sync: WaitGroup.Add", wg=wg, n=count)
        while count > 0 and rng.chance(50):
            seq.op("sync: WaitGroup.Done", wg=wg)
            count -= 1
        if count > 0:
            seq.op("sync: WaitGroup.Done by goroutines", wg=wg, n=count, calm=True)
        seq.op("sync: WaitGroup.Wait", wg=wg)
    if rng.chance(25):
        seq.dies("sync: WaitGroup misuse", wg=wg, n=rng.between(1, 3))


# ---- golang.org/x ----


def errgroup(seq, rng):
    g = seq.declare("Group", "g")
    derived = rng.chance(50)
    x = seq.declare("Context", "ctx")
    error = seq.new_error() if rng.chance(70) else "nil"
    if derived:
        seq.op("errgroup: WithContext", g=g, x=x, of=x, calm=True)
    serial = rng.chance(50)
    if serial:
        seq.op("errgroup: SetLimit", g=g, n=1, calm=True)
        for _ in range(rng.between(1, 3)):
            seq.op("errgroup: Go", seq.quiet_literal("error"), calm=True, g=g)
    else:
        held(seq, rng, g, error)
    if serial and rng.chance(40):
        seq.op("errgroup: Go panics", calm=True, g=g, val=rng.pick([error, *VALUES]))
        seq.op("errgroup: Wait recovers", g=g)
    else:
        seq.op("errgroup: Wait", g=g)
    if derived:
        seq.op("context: Cause", later=True, x=x)


def held(seq, rng, g, error):
    """held starts tasks that wait for each other, so that it is known how many run."""
    gate = seq.declare("Gate", "gate")
    limit, running = rng.between(-1, 3), 0
    seq.op("errgroup: SetLimit", g=g, n=limit, calm=True)
    for _ in range(rng.between(1, 4)):
        full = running >= limit >= 0
        how = "TryGo held" if full or rng.chance(50) else "Go held"
        seq.op("errgroup: " + how, g=g, gate=gate, a=rng.pick([error, "nil"]), calm=True)
        running += not full
    if running > 0 and limit >= 0 and rng.chance(40):
        seq.dies("errgroup: SetLimit while active", caught=True, g=g, n=rng.below(3))
    seq.op("errgroup: gate opened", gate=gate, calm=True)


def semaphore(seq, rng):
    size = rng.between(0, 5)
    sem, free = seq.declare("Weighted", "sem", str(size)), size
    for _ in range(rng.between(3, 6)):
        how = rng.pick(["TryAcquire", "Acquire", "Acquire when cancelled", "Acquire too much", "Release", "Acquire waits"])
        n = rng.between(0, 3)
        if how == "TryAcquire":
            free -= n if n <= free else 0
        elif how == "Acquire":
            n = min(n, free)
            free -= n
        elif how == "Acquire too much":
            n = free + 1
        elif how == "Release":
            n = min(n, size - free)
            free += n
        words = {"n": n}
        if how == "Acquire waits":
            words["released"] = rng.below(size - free + 1)
            words["n"] = n = min(n, free + words["released"])
            free += words["released"] - n
        seq.op("semaphore: " + how, sem=sem, **words)
    if rng.chance(25):
        seq.dies("semaphore: Release of too much", sem=sem, n=size - free + rng.between(1, 3))


def singleflight(seq, rng):
    if rng.chance(60):
        seq.new_error()
    f = seq.declare("Flight", "fl")
    for _ in range(rng.between(1, 3)):
        how, key = rng.pick(["Do", "Do", "Do panics", "DoChan", "shared", "Forget"]), rng.pick(["k", "l"])
        if how == "Do":
            seq.op("singleflight: Do", seq.quiet_literal("any_error"), f=f, key=key)
        elif how == "DoChan":
            seq.op("singleflight: DoChan", seq.quiet_literal("any_error"), f=f, key=key)
        else:
            seq.op("singleflight: " + how, f=f, key=key, val=rng.pick(VALUES), a=seq.error())


def limiter(seq, rng):
    lim = seq.declare("Limiter", "lim", rng.pick(["10", "0.5", "3", "0", "1000"]), str(rng.between(0, 4)))
    at = rng.below(1 << 30)
    for _ in range(rng.between(3, 7)):
        at += rng.between(-300, 1200)
        how = rng.weighted(RATE)
        words = {"at": at, "then": at + rng.between(-100, 1500), "n": rng.between(0, 4), "lim": lim}
        words.update(limit=rng.pick(["1", "0", "2.5", "100"]), nanoseconds=rng.pick(SPANS))
        seq.op("rate: " + how, later=True, **words)


RATE = ((4, "AllowN"), (3, "ReserveN"), (3, "CancelAt"), (3, "TokensAt"), (1, "SetLimitAt"), (1, "SetBurstAt"))
RATE += ((1, "unlimited"), (1, "Limit and Burst"), (1, "Every"))


def waiting_limiter(seq, rng):
    """Between events there are years: what waits finds the bucket full, or asks for more than it ever holds."""
    lim = seq.declare("Limiter", "lim", rng.pick(["10", "3"]), str(rng.between(1, 4)))
    seq.op("rate: AllowN", lim=lim, at=rng.below(1 << 30), n=1)
    seq.op("rate: WaitN", lim=lim, n=rng.pick([0, 1, 5, 7]))
    if rng.chance(30):
        seq.op("rate: unlimited", lim=lim, at=0)
        seq.op("rate: WaitN", lim=lim, n=9)


def sometimes(seq, rng):
    often = seq.declare("Sometimes", "often")
    seq.op("rate: Sometimes rules", often=often, first=rng.below(3), every=rng.below(4))
    for _ in range(rng.between(2, 4)):
        seq.op("rate: Sometimes.Do", seq.literal(goexit=seq.ctx.goexit), often=often)


KINDS = (
    (6, errors),
    (5, durations),
    (5, timers),
    (8, contexts),
    (5, sync_map),
    (3, once_value),
    (2, rwmutex),
    (2, waitgroup),
    (4, errgroup),
    (3, semaphore),
    (3, singleflight),
    (3, limiter),
    (1, waiting_limiter),
    (1, sometimes),
)
