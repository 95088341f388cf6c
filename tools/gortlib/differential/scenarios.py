"""Shapes from the rules of recover: the ways to defer a function that recovers, and panics meeting one another.

Chance alone seldom puts the right statements next to each other; these functions do, with random ones between.
"""

from gortlib.differential.model import Func, Node
from gortlib.differential.values import ERRORS

# Deferred library functions that recover themselves, by how they are deferred.
RECOVERERS = (
    "named",
    "named_args",
    "func_var",
    "functor",
    "factory",
    "method_value",
    "method_pointer",
    "method_bound",
    "promoted",
    "interface",
)


def recoverer(gen):
    return Node("defer", {"how": gen.rng.pick(RECOVERERS), "id": gen.id(), "args": []})


def defer_simple(gen, ctx):
    """defer_simple is a defer statement without a literal of ours."""
    rng = gen.rng
    choices = [
        (8, "recoverer"),
        (2, "recover"),
        (2, "panic"),
        (1, "nil"),
        (1, "print_stack"),
        (3, "say"),
        (1, "argument"),
        (1, "log"),
    ]
    if gen.closures(ctx):
        choices.append((4, "closure"))
    how = rng.weighted(choices)
    if how == "recoverer":
        return recoverer(gen)
    node = Node("defer", {"how": how, "id": gen.id(), "args": [gen.expr(ctx)]})
    if how == "panic":
        node.args["value"] = gen.value()
    if how == "closure":
        decl = rng.pick(gen.closures(ctx))
        node.args.update(closure=decl.name, args=[gen.expr(ctx) for _ in decl.init.params])
    return node


def show(gen):
    return Node("recover", {"how": "show", "id": gen.id()})


def panic(gen):
    if gen.rng.chance(75):
        return Node("panic", {"value": gen.value()})
    return Node("error", {"error": gen.rng.pick(list(ERRORS))})


def deferred(body, decls=()):
    return Node("defer", {"how": "literal", "args": []}, [], [Func(body=body, decls=list(decls))])


def immediate(body):
    return Node("immediate", {"form": "literal", "args": []}, [], [Func(body=body)])


def goroutine(gen, body):
    return Node("go", {"join": "safe", "id": gen.id(), "args": []}, [], [Func(body=body)])


def filler(gen, ctx):
    """filler is nothing, or a harmless statement that makes the shapes differ."""
    choice = gen.rng.below(6)
    if choice == 0:
        return gen.say(ctx)
    if choice == 1:
        return gen.print_stack(ctx)
    if choice == 2:
        return gen.assign(ctx)
    if choice == 3:
        return [recoverer(gen)]
    return []


# ---- who may recover ----


def who_deferred(gen, ctx):
    return [recoverer(gen)]


def who_literal(gen, ctx):
    return [deferred(filler(gen, ctx) + [show(gen)] + filler(gen, ctx))]


def who_literal_args(gen, ctx):
    func = Func(params=[gen.new("a")])
    func.body = [show(gen), Node("say", {"id": gen.id(), "expr": func.params[0]})]
    return [Node("defer", {"how": "literal", "args": [gen.expr(ctx)]}, [], [func])]


def who_helper(gen, ctx):
    return [deferred([Node("recover", {"how": "helper", "id": gen.id()})] + filler(gen, ctx))]


def who_nested_literal(gen, ctx):
    return [deferred([Node("recover", {"how": "literal", "id": gen.id()})] + filler(gen, ctx))]


def who_too_early(gen, ctx):
    return [Node("defer", {"how": "recover", "id": gen.id(), "args": []})]


def who_recover_in_deferred(gen, ctx):
    return [deferred(filler(gen, ctx) + [Node("defer", {"how": "recover", "id": gen.id(), "args": []})])]


def who_deferred_in_deferred(gen, ctx):
    return [deferred(filler(gen, ctx) + [deferred([show(gen)])] + filler(gen, ctx))]


def who_argument(gen, ctx):
    return [Node("defer", {"how": "argument", "id": gen.id(), "args": []})]


def who_twice(gen, ctx):
    return [deferred([show(gen)] + filler(gen, ctx) + [show(gen)])]


def who_later(gen, ctx):
    return [deferred([show(gen)]), deferred([show(gen)] + filler(gen, ctx))]


WHO = (
    who_deferred,
    who_literal,
    who_literal_args,
    who_helper,
    who_nested_literal,
    who_too_early,
    who_recover_in_deferred,
    who_deferred_in_deferred,
    who_argument,
    who_twice,
    who_later,
)


def who_may(gen, ctx):
    who = gen.rng.pick(WHO)
    body = filler(gen, ctx) + who(gen, ctx) + filler(gen, ctx) + [panic(gen)]
    return [tagged(immediate(body), who.__name__)]


# ---- panics that meet ----


def normal_return(gen, ctx):
    return [immediate([recoverer(gen), deferred([show(gen)])] + filler(gen, ctx))]


def nested_recovered(gen, ctx):
    """The second panic is recovered inside the deferred function; the first goes on."""
    inner = immediate([deferred([show(gen)] + filler(gen, ctx))] + filler(gen, ctx) + [panic(gen)])
    second = deferred(filler(gen, ctx) + [inner] + filler(gen, ctx))
    return [immediate([deferred([show(gen)]), second, panic(gen)])]


def replaced(gen, ctx):
    """The second panic takes the place of the first, in the same function."""
    return [immediate([deferred([show(gen), show(gen)]), deferred(filler(gen, ctx) + [panic(gen)]), panic(gen)])]


def aborted(gen, ctx):
    """The second panic is recovered outside the function where the first ran its deferred calls."""
    inner = immediate([deferred(filler(gen, ctx) + [panic(gen)])] + filler(gen, ctx) + [panic(gen)])
    return [immediate([deferred([show(gen)] + filler(gen, ctx) + [show(gen)]), inner])]


def again(gen, ctx):
    """The same value is thrown again after recovery."""
    repanic = deferred([Node("recover", {"how": "again", "id": gen.id()})])
    return [immediate([deferred([show(gen)] + filler(gen, ctx)), repanic] + filler(gen, ctx) + [panic(gen)])]


def recovered_then_new(gen, ctx):
    """A deferred call recovers and panics with something new."""
    second = deferred([show(gen)] + filler(gen, ctx) + [panic(gen)])
    return [immediate([deferred([show(gen)] + filler(gen, ctx)), second, panic(gen)])]


def later_panics(gen, ctx):
    """After the recovery a remaining deferred call of the same function panics."""
    return [immediate([deferred([show(gen)]), deferred([panic(gen)]), deferred([show(gen)]), panic(gen)])]


def nil_panic(gen, ctx):
    return [immediate([deferred([show(gen)]), Node("panic", {"value": "nil"})])]


def nil_function(gen, ctx):
    nothing = Node("defer", {"how": "nil", "id": gen.id(), "args": []})
    return [immediate([deferred([show(gen)]), nothing] + gen.say(ctx))]


def deferred_panic(gen, ctx):
    thrown = Node("defer", {"how": "panic", "value": gen.value(), "id": gen.id(), "args": []})
    return [immediate([deferred([show(gen)]), thrown] + filler(gen, ctx))]


def deferred_defers(gen, ctx):
    """Deferred calls that register further ones, in a panic or not."""
    body = [deferred([deferred([show(gen)])] + filler(gen, ctx) + [deferred([show(gen)])])]
    if gen.rng.chance(60):
        body.append(panic(gen))
    return [immediate([deferred([show(gen)])] + body)]


def defers_in_loop(gen, ctx):
    var, times = gen.new("i"), gen.rng.between(2, 10)
    inner = [Node("say", {"id": gen.id(), "expr": var})]
    if gen.rng.chance(60):
        inner.append(show(gen))
    if gen.rng.chance(40):
        inner.append(Node("if", {"cond": f"{var}%3 == 1"}, [[panic(gen)], []]))
    if gen.rng.chance(30):
        inner.append(Node("step", {"var": var, "by": "10"}))
    loop = Node("for", {"var": var, "times": times, "form": gen.rng.pick(["three", "range"])}, [[deferred(inner)]])
    body = [deferred([show(gen)]), loop]
    if gen.rng.chance(50):
        body.append(panic(gen))
    return [immediate(body)]


def result_changed(gen, ctx):
    """A function whose deferred call changes the named result, after a recovery or a return."""
    func = Func(gen.prefix + gen.new("f"), params=[gen.new("a")], result="named")
    change = Node("assign", {"var": "r", "expr": f"({func.params[0]} + {gen.rng.below(50)})"})
    early = Node("assign", {"var": "r", "expr": str(gen.rng.below(50))})
    catch = [show(gen)] if gen.rng.chance(70) else []
    func.body = [deferred(catch + [change]), early]
    if catch and gen.rng.chance(70):
        func.body.append(Node("if", {"cond": f"{func.params[0]}%2 == 0"}, [[panic(gen)], []]))
    func.tail = gen.rng.pick(["r", func.params[0], "7"])
    func.cost = 6
    gen.functions.insert(0, func)
    node = gen.call_of(ctx, func)
    return [node, Node("say", {"id": gen.id(), "expr": node.args.get("var", "0")})]


def recursion(gen, ctx):
    """Frames of one function, each with a deferred call; one of them recovers."""
    func = Func(gen.prefix + gen.new("f"), params=[gen.new("a")])
    n = func.params[0]
    level = gen.rng.below(4)
    inner = [Node("say", {"id": gen.id(), "expr": n})]
    inner.append(Node("if", {"cond": f"{n} == {level}"}, [[show(gen)], []]))
    if gen.rng.chance(40):
        inner.append(Node("if", {"cond": f"{n} == {gen.rng.below(4)}"}, [[panic(gen)], []]))
    stop = filler(gen, gen.fresh(func)) + [panic(gen), Node("return", {"expr": "0"})]
    func.body = [deferred(inner), Node("if", {"cond": f"{n} <= 0 || {n} > 6"}, [stop, []])]
    func.body.append(Node("call", {"fn": func.name, "args": [f"({n} - 1)"], "method": ""}))
    func.cost = 20
    gen.functions.insert(0, func)
    gen.spend(ctx, func.cost)
    call = Node("call", {"fn": func.name, "args": [str(gen.rng.between(1, 4))], "method": ""})
    return [immediate([deferred([show(gen)]), call])]


# ---- Goexit ----


def goexit_recover(gen, ctx):
    body = [deferred([show(gen)]), recoverer(gen)] + filler(gen, ctx) + [Node("goexit")]
    return [goroutine(gen, body)]


def goexit_in_panic(gen, ctx):
    """A deferred call leaves by Goexit while panicking: the panic is dropped."""
    body = [deferred([show(gen)]), deferred(filler(gen, ctx) + [Node("goexit")]), recoverer_or_nothing(gen), panic(gen)]
    return [goroutine(gen, [n for n in body if n])]


def recoverer_or_nothing(gen):
    return recoverer(gen) if gen.rng.chance(20) else None


def panic_in_goexit(gen, ctx):
    """A deferred call panics during Goexit and another recovers: the Goexit goes on."""
    first = deferred([Node("say", {"id": gen.id(), "expr": "1"})])
    caught = [deferred([show(gen)]), deferred(filler(gen, ctx) + [panic(gen)])]
    inner = immediate(caught + [Node("goexit")])
    shape = gen.rng.below(3)
    if shape == 0:
        body = [first, *caught, Node("goexit")]
    elif shape == 1:
        body = [first, inner, Node("say", {"id": gen.id(), "expr": "2"})]
    else:
        body = [first, caught[0], immediate([caught[1], Node("goexit")]), Node("say", {"id": gen.id(), "expr": "2"})]
    return [goroutine(gen, body)]


def goexit_twice(gen, ctx):
    """A deferred call calls Goexit again during Goexit, perhaps with a panic recovered between."""
    body = [deferred([show(gen)]), deferred([Node("goexit")]), deferred([show(gen)] + filler(gen, ctx))]
    if gen.rng.chance(50):
        body.append(deferred([panic(gen)]))
    return [goroutine(gen, body + [Node("goexit")])]


def recovered_then_goexit(gen, ctx):
    body = [deferred([show(gen)]), deferred([show(gen), Node("goexit")] + filler(gen, ctx)), panic(gen)]
    return [goroutine(gen, body)]


SCENARIOS = (
    (12, who_may),
    (2, normal_return),
    (3, nested_recovered),
    (3, replaced),
    (3, aborted),
    (3, again),
    (3, recovered_then_new),
    (2, later_panics),
    (1, nil_panic),
    (2, nil_function),
    (1, deferred_panic),
    (2, deferred_defers),
    (3, defers_in_loop),
    (4, result_changed),
    (3, recursion),
    (2, goexit_recover),
    (3, goexit_in_panic),
    (4, panic_in_goexit),
    (2, goexit_twice),
    (2, recovered_then_goexit),
)


def tagged(node, tag):
    node.args["tag"] = tag
    return node


def scenario(gen, ctx):
    make = gen.rng.weighted(SCENARIOS)
    result = make(gen, ctx)
    gen.spend(ctx, 6)
    if "tag" not in result[0].args:
        tagged(result[0], make.__name__)
    if gen.rng.chance(25):
        return leave_uncaught(result)
    return result


def leave_uncaught(result):
    """leave_uncaught drops the first deferred call of the shape, which is the one that catches what is left."""
    body = result[0].funcs[0].body if result[0].funcs else []
    if len(body) > 1 and body[0].kind == "defer":
        del body[0]
    return result
