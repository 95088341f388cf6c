"""Writes a program in Go."""

import re

from gortlib.differential.emit import Writer, bounded, commas, result
from gortlib.differential.model import captures, literals
from gortlib.differential.operations import DECLARATIONS
from gortlib.differential.values import ERRORS, VALUES

RECOVERER = {
    "named": 'defer recNamed("{id}")',
    "named_args": 'defer recTwice("{id}", two)',
    "func_var": 'f{id} := recNamed\ndefer f{id}("{id}")',
    "functor": 'defer recFunctor("{id}")()',
    "factory": 'f{id} := counter("{id}", one)\nf{id}()\ndefer f{id}()',
    "method_value": 'defer R{{"{id}"}}.Value()',
    "method_pointer": 't{id} := &R{{"{id}"}}\ndefer t{id}.Pointer()',
    "method_bound": 't{id} := R{{"{id}"}}\nf{id} := t{id}.Value\ndefer f{id}()',
    "promoted": 't{id} := &Outer{{R{{"{id}"}}}}\ndefer t{id}.Pointer()',
    "interface": 'var t{id} Recoverer = &RI{{"{id}"}}\ndefer t{id}.Rec()',
    "recover": "defer recover()",
    "nil": "defer nofunc()",
    "print_stack": "defer debug.PrintStack()",
    "argument": 'defer show("{id}", recover())',
}

CHANNEL = {
    "send": "{ch} <- {expr}",
    "recv": 'say("{id}", <-{ch})',
    "recv_ok": '{{\n\tv, ok := <-{ch}\n\tsayOk("{id}", v, ok)\n}}',
    "try_send": 'select {{\ncase {ch} <- {expr}:\n\tsay("{id}", 1)\ndefault:\n\tsay("{id}", 0)\n}}',
    "try_recv": 'select {{\ncase v, ok := <-{ch}:\n\tsayOk("{id}", v, ok)\ndefault:\n\tsay("{id}", -1)\n}}',
    "len": 'say("{id}", len({ch})*10+cap({ch}))',
    "close": "close({ch})",
    "defer_close": "defer close({ch})",
    "range": 'for v := range {ch} {{\n\tsay("{id}", v)\n}}',
}

FATAL = {
    "unlock": "var mu sync.Mutex\nmu.Unlock()",
    "runlock": "var mu sync.RWMutex\nmu.RUnlock()",
    "block": "<-nilch",
}

RESULTS = {
    "": "",
    "named": " (r int)",
    "unnamed": " int",
    "error": " error",
    "int_error": " (int, error)",
    "any_error": " (any, error)",
}
DECLS = {"Mutex": "sync.Mutex", "RWMutex": "sync.RWMutex", "Once": "sync.Once"}
UNCOPIED = ("Map", "RWMutex", "WaitGroup", "Flight", "Sometimes")


class GoWriter(Writer):
    INDENT = "\t"
    SIDE = 0

    def write(self):
        prefix = self.program.prefix
        used = self.program.used_functions()
        if any(f.method for f in used):
            self.line(f"type {prefix}T struct{{ n int }}")
        for func in [*used, self.program.main]:
            self.line("")
            self.line("//go:noinline")
            receiver = {"": "", "value": f"(t {prefix}T) ", "pointer": f"(t *{prefix}T) "}[func.method]
            self.open(f"func {receiver}{func.name}({self.params(func)}){RESULTS[func.result]} {{")
            self.body(func)
            self.close("}")
        return self.text()

    def params(self, func):
        return commas(f"{p} int" for p in func.params)

    def inside(self, func, decls, first, last):
        for line in first:
            self.line(line)
        for decl in decls:
            if decl.kind == "int":
                self.line(f"{decl.name} := {decl.init}")
                self.line(f"_ = {decl.name}")
            elif decl.kind == "closure":
                self.line(f"var {decl.name} func({commas(['int'] * len(decl.init.params))})")
                self.literal(f"{decl.name} = ", decl.init, "")
            else:
                self.line(f"var {decl.name} {DECLS[decl.kind]}")
        self.block(func.body)
        for line in last:
            self.line(line)
        if func.result:
            self.line(f"return {result(func)}")

    def literal(self, before, func, after):
        """literal writes `before func(...) {...}after`."""
        self.open(f"{before}func({self.params(func)}){RESULTS[func.result]} {{")
        self.body(func)
        self.close("}" + after)

    # ---- statements ----

    def stmt_say(self, node):
        self.line(f'say("{node.args["id"]}", {node.args["expr"]})')

    def stmt_log(self, node):
        self.line(f'println("{node.args["id"]}", {node.args["expr"]})')

    def stmt_assign(self, node):
        self.line(f"{node.args['var']} = {bounded(node.args['expr'])}")

    def stmt_step(self, node):
        self.line(f"{node.args['var']} += {node.args['by']}")

    def stmt_print_stack(self, node):
        self.line("debug.PrintStack()")

    def stmt_panic(self, node):
        self.line(f"panic({VALUES[node.args['value']][0]})")

    def stmt_error(self, node):
        self.line(ERRORS[node.args["error"]][0])

    def stmt_goexit(self, node):
        self.line("runtime.Goexit()")

    def stmt_fatal(self, node):
        self.many(FATAL[node.args["what"]])

    def stmt_return(self, node):
        self.line(f"return {result(self.func, node.args['expr'])}")

    def stmt_break(self, node):
        self.line("break")

    def stmt_continue(self, node):
        self.line("continue")

    def stmt_if(self, node):
        self.open(f"if hidden({node.args['cond']}) {{")
        self.block(node.blocks[0])
        if node.blocks[1]:
            self.between("} else {")
            self.block(node.blocks[1])
        self.close("}")

    def stmt_for(self, node):
        var, times = node.args["var"], node.args["times"]
        if node.args["form"] == "range":
            self.open(f"for {var} := range {times} {{")
        else:
            self.open(f"for {var} := 0; {var} < {times}; {var}++ {{")
        self.line(f"_ = {var}")
        self.block(node.blocks[0])
        self.close("}")

    def stmt_recover(self, node):
        how, name = node.args["how"], node.args["id"]
        if how == "show":
            self.line(f'show("{name}", recover())')
        elif how == "discard":
            self.line("recover()")
        elif how == "helper":
            self.line(f'show("{name}", helper())')
        elif how == "literal":
            self.open("func() {")
            self.line(f'show("{name}", recover())')
            self.close("}()")
        else:
            self.open("if e := recover(); e != nil {")
            self.line(f'show("{name}", e)')
            if how == "again":
                self.line("panic(e)")
            for block in node.blocks:
                self.block(block)
            self.close("}")

    def stmt_call(self, node):
        args = commas(bounded(a) for a in node.args["args"])
        receiver = {"": "", "value": f"{self.program.prefix}T{{3}}.", "pointer": f"(&{self.program.prefix}T{{4}})."}
        before = f"{node.args['var']} = " if "var" in node.args else ""
        self.line(f"{before}{receiver[node.args['method']]}{node.args['fn']}({args})")

    def stmt_call_closure(self, node):
        self.line(f"{node.args['closure']}({commas(bounded(a) for a in node.args['args'])})")

    def stmt_immediate(self, node):
        func = node.funcs[0]
        if node.args["form"] == "call":
            self.literal("call(", func, ")")
            return
        stays_whole = any(n.kind == "defer" for n in func.body)  # as prelude.go's goroutines
        self.call_literal(func, node.args["args"], stays_whole and not captures(func) and not any(literals(func)))

    def call_literal(self, func, args, at_once, first=()):
        """call_literal writes a literal and its call.

        Go passes what a literal that is called at once refers to as further arguments, and may inline it, which gives the
        literals in it names of their own kind. Held in a variable that is assigned to, it stays a closure, in traces too.
        """
        args = commas(bounded(a) for a in args)
        if at_once:
            self.open(f"func({self.params(func)}) {{")
            self.body(func, first)
            self.close(f"}}({args})")
        else:
            self.held_literal("", func, args, first)

    def held_literal(self, before, func, args, first=(), last=()):
        self.open("{")
        self.line(f"var literal func({commas(['int'] * len(func.params))})")
        self.open(f"literal = func({self.params(func)}) {{")
        self.body(func, first, last)
        self.close("}")
        self.line(f"{before}literal({args})")
        self.close("}")

    def stmt_defer(self, node):
        how, args = node.args["how"], commas(bounded(a) for a in node.args["args"])
        if how == "literal" and not args:
            self.literal("defer ", node.funcs[0], "()")
        elif how == "literal":
            self.held_literal("defer ", node.funcs[0], args)
        elif how == "closure":
            self.line(f"defer {node.args['closure']}({args})")
        elif how == "panic":
            self.line(f"defer panic({VALUES[node.args['value']][0]})")
        elif how == "say":
            self.line(f'defer say("{node.args["id"]}", {args})')
        elif how == "log":
            self.line(f'defer println("{node.args["id"]}", {args})')
        else:
            self.many(RECOVERER[how].format(id=node.args["id"]))

    # ---- goroutines, channels, sync ----

    def stmt_go(self, node):
        func, done = node.funcs[0], "done" + node.args["id"]
        self.open("{")
        self.line(f"before{node.args['id']} := goroutines()")
        self.line(f"{done} := make(chan bool)")
        args = commas(bounded(a) for a in node.args["args"])
        if node.args["join"] == "safe":
            first = ["afresh()", f"defer close({done})", f'defer recNamed("{node.args["id"]}")']
            self.held_literal("go ", func, args, first)
        else:
            self.held_literal("go ", func, args, ["afresh()"], [f"{done} <- true"])
        self.line(f"<-{done}")
        self.line(f"gone(before{node.args['id']})")
        self.close("}")

    def stmt_with_channel(self, node):
        self.open("{")
        self.line(f"{node.args['ch']} := make(chan int, {node.args['capacity']})")
        self.line(f"_ = {node.args['ch']}")
        self.block(node.blocks[0])
        self.close("}")

    def stmt_channel(self, node):
        values = dict(node.args, expr=bounded(node.args["expr"]))
        self.many(CHANNEL[node.args["op"]].format(**values))

    def stmt_select(self, node):
        args = node.args
        self.open("{")
        for case, name in zip(args["cases"], args["channels"]):
            self.select_channel(case, name)
        self.line("select {")
        for index, (case, name) in enumerate(zip(args["cases"], args["channels"])):
            if case.endswith("recv"):
                self.open(f"case v, ok := <-{name}:")
                self.line(f'sayOk("{args["id"]}", v, ok)')
            else:
                self.open(f"case {name} <- {bounded(args['value'])}:")
            self.block(node.blocks[index])
            self.level -= 1
        if args["otherwise"]:
            self.open("default:")
            self.block(node.blocks[-1])
            self.level -= 1
        self.line("}")
        self.close("}")

    def select_channel(self, case, name):
        state = case.split("_")[0]
        if state == "nil":
            self.line(f"var {name} chan int")
            return
        capacity = 0 if state == "later" else 1
        self.line(f"{name} := make(chan int, {capacity})")
        if state == "full":
            self.line(f"{name} <- 5")
        if state == "closed":
            self.line(f"close({name})")
        if case == "later_recv":
            self.literal_go(f"{name} <- 6")
        if case == "later_send":
            self.literal_go(f"<-{name}")

    def literal_go(self, text):
        self.open("go func() {")
        self.line(text)
        self.close("}()")

    def stmt_locked(self, node):
        name, how = node.args["mutex"], node.args["how"]
        first = [f"{name}.{how}()", f"defer {name}.{how.replace('Lock', 'Unlock')}()"]
        self.call_literal(node.funcs[0], [], False, first)

    def stmt_try_lock(self, node):
        self.open(f"if {node.args['mutex']}.TryLock() {{")
        self.line(f"{node.args['mutex']}.Unlock()")
        self.line(f'say("{node.args["id"]}", 1)')
        self.between("} else {")
        self.line(f'say("{node.args["id"]}", 0)')
        self.close("}")

    def stmt_once(self, node):
        self.literal(f"{node.args['once']}.Do(", node.funcs[0], ")")

    def stmt_once_func(self, node):
        name = node.args["name"]
        self.open("{")
        self.literal(f"{name} := onceFunc(", node.funcs[0], ")")
        self.line("var literal func()")
        for number in "12":
            self.open("literal = func() {")
            self.line(f'defer recNamed("{node.args["id"]}")')
            self.line(f"{name}()")
            self.line(f'say("{node.args["id"]}", {number})')
            self.close("}")
            self.line("literal()")
        self.close("}")

    def stmt_workers(self, node):
        args = node.args
        var, lock = args["var"], args["lock"]
        self.open("{")
        self.line("var wg sync.WaitGroup")
        self.line("total := 0")
        self.line("mu := make(chan bool, 1)" if lock == "channel" else f"var mu sync.{lock}")
        self.open(f"for i := 0; i < {args['count']}; i++ {{")
        self.line("wg.Add(1)")
        self.open(f"go func({var} int) {{")
        self.line("defer wg.Done()")
        self.open("defer func() {")
        self.open("if recover() != nil {")
        self.workers_add("100", lock)
        self.close("}")
        self.close("}()")
        if args["leave"] != "none":
            self.open(f"if {var}%3 == {args['remainder']} {{")
            if args["leave"] == "panic":
                self.line(f"panic({VALUES[args['value']][0]})")
            else:
                self.line("runtime.Goexit()" if args["leave"] == "goexit" else "*nowhere = 1")
            self.close("}")
        self.workers_add(args["expr"], lock)
        self.close("}(i)")
        self.close("}")
        self.line("wg.Wait()")
        self.line(f'say("{args["id"]}", total)')
        self.close("}")

    def workers_add(self, amount, lock):
        self.line("mu <- true" if lock == "channel" else "mu.Lock()")
        self.line(f"total += {amount}")
        self.line("<-mu" if lock == "channel" else "mu.Unlock()")

    def stmt_pipeline(self, node):
        args = node.args
        self.open("{")
        self.line(f"c0 := make(chan int, {args['capacity']})")
        self.open("go func() {")
        self.line("defer close(c0)")
        self.open(f"for i := 0; i < {args['count']}; i++ {{")
        self.line("c0 <- i")
        self.close("}")
        self.close("}()")
        for index, stage in enumerate(args["stages"]):
            self.line(f"c{index + 1} := make(chan int, {args['capacity']})")
            self.open("go func() {")
            self.line(f"defer close(c{index + 1})")
            self.open(f"for {args['var']} := range c{index} {{")
            self.line(f"c{index + 1} <- {stage} % 1000")
            self.close("}")
            self.close("}()")
        self.open(f"for v := range c{len(args['stages'])} {{")
        self.line(f'say("{args["id"]}", v)')
        self.close("}")
        self.close("}")

    def stmt_ping_pong(self, node):
        args = node.args
        self.open("{")
        self.line("ping, pong := make(chan int), make(chan int)")
        self.open("go func() {")
        self.open(f"for {args['var']} := range ping {{")
        self.line(f"pong <- {args['expr']}")
        self.close("}")
        self.line("close(pong)")
        self.close("}()")
        self.open(f"for i := 0; i < {args['count']}; i++ {{")
        self.line("ping <- i")
        self.line(f'say("{args["id"]}", <-pong)')
        self.close("}")
        self.line("close(ping)")
        self.line(f'say("{args["id"]}", <-pong)')
        self.close("}")

    def stmt_with(self, node):
        self.open("{")
        for text in node.args["declared"]:
            kind, name, *words = text.split()
            self.line(DECLARATIONS[kind][0].format(*words, name=name))
            self.line(f"_ = {name}" if kind not in UNCOPIED else f"_ = &{name}")
        self.block(node.blocks[0])
        self.close("}")

    def stmt_condition(self, node):
        args = node.args
        self.open("{")
        self.line("var mu sync.Mutex")
        self.line("cond := sync.NewCond(&mu)")
        self.line("var wg sync.WaitGroup")
        self.line("ready, passed := 0, 0")
        self.open(f"for i := 0; i < {args['waiters']}; i++ {{")
        self.line("wg.Add(1)")
        self.open("go func() {")
        self.line("defer wg.Done()")
        self.line("mu.Lock()")
        self.line("defer mu.Unlock()")
        self.open("for ready == 0 {")
        self.line("cond.Wait()")
        self.close("}")
        self.line("ready--")
        self.line("passed++")
        self.close("}()")
        self.close("}")
        rounds = args["waiters"] if args["how"] == "Signal" else 1
        self.open(f"for i := 0; i < {rounds}; i++ {{")
        self.line("mu.Lock()")
        self.line(f"ready += {args['waiters'] // rounds}")
        self.line(f"cond.{args['how']}()")
        self.line("mu.Unlock()")
        self.close("}")
        self.line("wg.Wait()")
        self.line(f'say("{args["id"]}", ready*10+passed)')
        self.close("}")


IMPORTS = {
    "context": "context",
    "debug": "runtime/debug",
    "errgroup": "golang.org/x/sync/errgroup",
    "errors": "errors",
    "fmt": "fmt",
    "rate": "golang.org/x/time/rate",
    "runtime": "runtime",
    "semaphore": "golang.org/x/sync/semaphore",
    "singleflight": "golang.org/x/sync/singleflight",
    "sync": "sync",
    "time": "time",
}
# Called directly it would be inlined, and what context.WithCancelCause returns would be named after the caller.
GROUP_WITH_CONTEXT = "\nvar groupWithContext = errgroup.WithContext\n"


def write_file(programs):
    """write_file writes the file that holds these programs and the table of their names."""
    body = "\n".join(GoWriter(p).write() for p in programs)
    if "groupWithContext" in body:
        body = GROUP_WITH_CONTEXT + body
    used = [path for name, path in IMPORTS.items() if re.search(rf"\b{name}\.", body)]
    parts = ["package main\n\nimport (\n", *(f'\t"{path}"\n' for path in sorted(used)), ")\n\n"]
    parts.append("var programs = map[string]func(){\n")
    parts += [f'\t"{p.seed}": {p.prefix}main,\n' for p in programs]
    return "".join(parts) + "}\n" + body
