"""Goroutines, channels, select and sync: shapes whose outcome does not depend on the scheduler.

A goroutine that runs statements of any kind is waited for at once. Where several run at a time they only compute, and
what they have computed is shown after all have ended. Channel operations are played through while they are made, so that
none blocks; of the cases of a select one at most can go ahead.
"""

from gortlib.differential.model import Decl, Func, Node, has_defers


def statement(gen, ctx):
    make = gen.rng.weighted(KINDS)
    gen.spend(ctx, 4)
    return make(gen, ctx)


def goroutine(gen, ctx):
    join = "fatal" if gen.rng.chance(7) else "safe"
    params = gen.rng.weighted([(3, 0), (1, 1)])
    literal = gen.literal(ctx, params=params, goexit=True)
    if has_defers(literal):
        join = "safe"  # the other says that it is done before its deferred calls run
    args = [gen.expr(ctx) for _ in literal.params]
    return [Node("go", {"join": join, "id": gen.id(), "args": args}, [], [literal])]


def plain(gen, ctx):
    """plain is a statement that holds no literal, defer or jump."""
    choice = gen.rng.below(10)
    if choice < 4:
        return gen.say(ctx)
    if choice < 6:
        return gen.assign(ctx)
    if choice < 8:
        return gen.print_stack(ctx)
    return gen.panic(ctx) if choice == 8 else gen.runtime_error(ctx)


class Played:
    """A channel as the operations made so far have left it."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.length = 0
        self.closed = False

    def choices(self):
        """choices are the (weight, operation) pairs that do not block now; misuse panics."""
        found = [(1, "len"), (2, "try_recv")]
        if self.closed:
            found += [(2, "recv"), (2, "recv_ok"), (2, "range"), (1, "send"), (1, "close"), (1, "try_send")]
            return found
        found += [(2, "try_send"), (2, "close"), (1, "defer_close")]
        if self.length < self.capacity:
            found.append((5, "send"))
        if self.length > 0:
            found += [(2, "recv"), (2, "recv_ok")]
        return found

    def play(self, op):
        if op in ("send", "try_send") and not self.closed:
            self.length = min(self.length + 1, self.capacity)
        if op in ("recv", "recv_ok", "try_recv"):
            self.length = max(self.length - 1, 0)
        if op == "range":
            self.length = 0
        if op == "close":
            self.closed = True


def channel(gen, ctx):
    state, name, body = Played(gen.rng.below(4)), gen.new("ch"), []
    for _ in range(gen.rng.between(2, 5)):
        op = gen.rng.weighted(state.choices())
        body.append(Node("channel", {"op": op, "ch": name, "id": gen.id(), "expr": gen.expr(ctx)}))
        if op in ("send", "close") and state.closed:
            break  # it panics
        state.play(op)
        if gen.rng.chance(15):
            body += plain(gen, ctx)
    return [Node("with_channel", {"ch": name, "capacity": state.capacity}, [body])]


READY = ("full_recv", "room_send", "closed_recv", "closed_send", "later_recv", "later_send")
NEVER = ("empty_recv", "full_send", "nil_recv", "nil_send")


def select(gen, ctx):
    rng = gen.rng
    form = rng.pick(["switch", "callback"])
    ready = rng.chance(75)
    cases = [rng.pick(NEVER) for _ in range(rng.below(3))]
    otherwise = not ready or rng.chance(30)
    if ready:
        choices = READY[:4] if otherwise else READY
        cases.insert(rng.below(len(cases) + 1), rng.pick(choices))
    names = [gen.new("x") for _ in cases]
    blocks = []
    for _ in range(len(cases) + otherwise):
        statements = plain(gen, ctx) if form == "callback" or rng.chance(60) else gen.block(ctx, 1)
        blocks.append(gen.say(ctx) + statements)
    args = {"form": form, "cases": cases, "channels": names, "otherwise": otherwise, "id": gen.id()}
    args["value"] = gen.expr(ctx)
    return [Node("select", args, blocks)]


def locked(gen, ctx):
    kind, how = gen.rng.pick([("Mutex", "Lock"), ("RWMutex", "Lock"), ("RWMutex", "RLock")])
    name = gen.new("m")
    ctx.func.decls.append(Decl(kind, name))
    literal = gen.literal(ctx)
    node = Node("locked", {"mutex": name, "kind": kind, "how": how}, [], [literal])
    return [node, Node("try_lock", {"mutex": name, "id": gen.id()})]


def once(gen, ctx):
    name = gen.new("o")
    ctx.func.decls.append(Decl("Once", name))
    body = []
    for _ in range(gen.rng.between(1, 2)):
        node = Node("once", {"once": name}, [], [gen.literal(ctx)])
        body.append(gen.protected(ctx, node) if gen.rng.chance(50) else node)
    return body


def once_func(gen, ctx):
    return [Node("once_func", {"name": gen.new("of"), "id": gen.id()}, [], [gen.literal(ctx, size=1)])]


def pure(gen, var):
    """pure is an expression in one variable."""
    return f"({var} {gen.rng.pick(['+', '*', '-'])} {gen.rng.between(1, 9)})"


def workers(gen, ctx):
    """Several goroutines at once that compute, some of which panic and recover or leave by Goexit."""
    var = gen.new("w")
    args = {"var": var, "count": gen.rng.between(1, 4), "id": gen.id(), "value": gen.value(), "expr": pure(gen, var)}
    args["leave"] = gen.rng.pick(["panic", "goexit", "error", "none"])
    args["remainder"] = gen.rng.below(3)
    args["lock"] = gen.rng.pick(["Mutex", "RWMutex", "channel"])
    return [Node("workers", args)]


def pipeline(gen, ctx):
    """Stages joined by channels; the last one's values are shown in order."""
    var = gen.new("w")
    args = {"count": gen.rng.between(1, 5), "capacity": gen.rng.below(3), "id": gen.id(), "var": var}
    args["stages"] = [pure(gen, var) for _ in range(gen.rng.between(1, 3))]
    return [Node("pipeline", args)]


def ping_pong(gen, ctx):
    var = gen.new("w")
    return [Node("ping_pong", {"count": gen.rng.between(1, 4), "id": gen.id(), "var": var, "expr": pure(gen, var)})]


def condition(gen, ctx):
    how = gen.rng.pick(["Signal", "Broadcast"])
    return [Node("condition", {"how": how, "waiters": gen.rng.between(1, 3), "id": gen.id()})]


KINDS = (
    (10, goroutine),
    (5, channel),
    (5, select),
    (4, locked),
    (3, once),
    (1, once_func),
    (2, workers),
    (2, pipeline),
    (1, ping_pong),
    (1, condition),
)
