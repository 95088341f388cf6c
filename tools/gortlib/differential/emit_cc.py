"""Writes a program in C++.

A function that defers has its whole body in a func; what deferred calls refer to stands outside it. Every literal begins
a line of its own, since closures are numbered by source line.
"""

from gortlib.differential.emit import Writer, bounded, commas, result
from gortlib.differential.operations import DECLARATIONS
from gortlib.differential.values import ERRORS, VALUES

RECOVERER = {
    "named": 'defer(recNamed, "{id}");',
    "named_args": 'defer(recTwice, "{id}", int(two));',
    "func_var": 'auto f{id} = recNamed;\ndefer(f{id}, "{id}");',
    "functor": 'defer(recFunctor{{"{id}"}});',
    "factory": 'auto f{id} = counter("{id}", one);\nf{id}();\ndefer(f{id});',
    "method_value": 'defer(&R::Value, R{{"{id}"}});',
    "method_pointer": 'R& t{id} = local<R>("{id}");\ndefer(&R::Pointer, &t{id});',
    "method_bound": 'std::function<void()> f{id} = std::bind(&R::Value, R{{"{id}"}});\ndefer(f{id});',
    "promoted": 'Outer& t{id} = local<Outer>(R{{"{id}"}});\ndefer(&Outer::Pointer, &t{id});',
    "interface": 'Recoverer& t{id} = local<RI>("{id}");\ndefer(&Recoverer::Rec, &t{id});',
    "recover": "defer(recover);",
    "nil": "defer(nofunc);",
    "print_stack": "defer(debug::PrintStack);",
    "argument": 'defer(show, "{id}", recover());',
}

CHANNEL = {
    "send": "{ch}.send({expr});",
    "recv": 'say("{id}", {ch}.recv());',
    "recv_ok": '{{\n  auto [v, ok] = {ch}.recv_ok();\n  sayOk("{id}", v, ok);\n}}',
    "try_send": 'say("{id}", {ch}.try_send({expr}));',
    "try_recv": (
        "if (auto v = {ch}.try_recv(); v.selected())\n"
        '  sayOk("{id}", v.value_or(0), v.has_value());\nelse\n  say("{id}", -1);'
    ),
    "len": 'say("{id}", {ch}.len() * 10 + {ch}.cap());',
    "close": "{ch}.close();",
    "defer_close": "defer(&chan<int>::close, {ch});",
    "range": 'for (int v : {ch}) say("{id}", v);',
}

FATAL = {
    "unlock": "sync::Mutex mu;\nmu.Unlock();",
    "runlock": "sync::RWMutex mu;\nmu.RUnlock();",
    "block": "nilch.recv();",
}

RESULTS = {
    "named": "int",
    "unnamed": "int",
    "error": "error",
    "int_error": "std::pair<int, error>",
    "any_error": "std::pair<any, error>",
}


def returned(func, expr=None):
    """returned is a return statement in a function."""
    if not func.result:
        return "return;"
    text = result(func, expr)
    return f"return {{{text}}};" if RESULTS[func.result].startswith("std::pair") else f"return {text};"


class CcWriter(Writer):
    INDENT = "  "
    SIDE = 1

    def write(self):
        prefix = self.program.prefix
        used = self.program.used_functions()
        methods = [f for f in used if f.method]
        if methods:
            self.open(f"struct {prefix}T {{")
            self.line("int n;")
            for func in methods:
                self.line(f"[[gnu::noinline]] {self.signature(func)};")
            self.close("};")
        for func in used:
            if not func.method:
                self.line(f"[[gnu::noinline]] {self.signature(func)};")
        for func in [*used, self.program.main]:
            self.line("")
            scope = f"{prefix}T::" if func.method else ""
            self.open(("" if func.method else "[[gnu::noinline]] ") + self.signature(func, scope) + " {")
            if func.method:
                self.line("[[maybe_unused]] auto& t = *this;")
            self.body(func)
            self.close("}")
        return self.text()

    def signature(self, func, scope=""):
        const = " const" if func.method == "value" else ""
        return f"{'int' if func.result else 'void'} {scope}{func.name}({self.params(func)}){const}"

    def params(self, func):
        return commas(f"[[maybe_unused]] int {p}" for p in func.params)

    def inside(self, func, decls, first, last):
        for decl in decls:
            if decl.kind == "int":
                self.line(f"int {decl.name} = {decl.init};")
            elif decl.kind == "closure":
                std = f"std::function<void({commas(['int'] * len(decl.init.params))})>"
                self.literal(f"{std if decl.form == 'std' else 'auto'} {decl.name} = ", decl.init, ";")
            else:
                self.line(f"sync::{decl.kind} {decl.name};")
        if not self.framed:
            self.statements(func, first, last, ["int r = 0;"] if func.result == "named" else [])
            return
        if func.result:
            kind = RESULTS[func.result]
            self.open(f"return func<{kind}>([&]({'int& r' if func.result == 'named' else ''}) -> {kind} {{")
        else:
            self.open("func([&] {")
        self.statements(func, first, last, [])
        self.close("});")

    def statements(self, func, first, last, result):
        for line in [*result, *first]:
            self.line(line)
        self.block(func.body)
        for line in last:
            self.line(line)
        if func.result:
            self.line(returned(func))

    def literal(self, before, func, after, first=(), last=()):
        """literal writes `before [&](...) {...}after`."""
        arrow = f" -> {RESULTS[func.result]}" if func.result else ""
        self.open(f"{before}[&]({self.params(func)}){arrow} {{")
        self.body(func, first, last)
        self.close("}" + after)

    # ---- statements ----

    def stmt_say(self, node):
        self.line(f'say("{node.args["id"]}", {node.args["expr"]});')

    def stmt_log(self, node):
        self.line(f'println("{node.args["id"]}", {node.args["expr"]});')

    def stmt_assign(self, node):
        self.line(f"{node.args['var']} = {bounded(node.args['expr'])};")

    def stmt_step(self, node):
        self.line(f"{node.args['var']} += {node.args['by']};")

    def stmt_print_stack(self, node):
        self.line("debug::PrintStack();")

    def stmt_panic(self, node):
        self.line(f"panic({VALUES[node.args['value']][1]});")

    def stmt_error(self, node):
        self.line(ERRORS[node.args["error"]][1])

    def stmt_goexit(self, node):
        self.line("runtime::Goexit();")

    def stmt_fatal(self, node):
        self.many(FATAL[node.args["what"]])

    def stmt_return(self, node):
        self.line(returned(self.func, node.args["expr"]))

    def stmt_break(self, node):
        self.line("break;")

    def stmt_continue(self, node):
        self.line("continue;")

    def stmt_if(self, node):
        self.open(f"if (hidden({node.args['cond']})) {{")
        self.block(node.blocks[0])
        if node.blocks[1]:
            self.between("} else {")
            self.block(node.blocks[1])
        self.close("}")

    def stmt_for(self, node):
        """Each iteration has its own variable, as in Go 1.22; one that deferred calls may use lives as long as the frame."""
        var, times, ranges = node.args["var"], node.args["times"], node.args["form"] == "range"
        own = f"int& {var} = local<int>(n{var});" if self.framed else f"int {var} = n{var};"
        if ranges:
            self.open(f"for (int n{var} = 0; n{var} < {times}; n{var}++) {{")
            self.line("[[maybe_unused]] " + own)
        elif self.framed:
            self.open(f"for (int n{var} = 0, *p{var} = nullptr; n{var} < {times}; n{var} = *p{var} + 1) {{")
            self.line(own)
            self.line(f"p{var} = &{var};")
        else:
            self.open(f"for (int {var} = 0; {var} < {times}; {var}++) {{")
        self.block(node.blocks[0])
        self.close("}")

    def stmt_recover(self, node):
        how, name = node.args["how"], node.args["id"]
        if how == "show":
            self.line(f'show("{name}", recover());')
        elif how == "discard":
            self.line("recover();")
        elif how == "helper":
            self.line(f'show("{name}", helper());')
        elif how == "literal":
            self.open("[&] {")
            self.line(f'show("{name}", recover());')
            self.close("}();")
        else:
            self.open("if (any e = recover()) {")
            self.line(f'show("{name}", e);')
            if how == "again":
                self.line("panic(e);")
            for block in node.blocks:
                self.block(block)
            self.close("}")

    def stmt_call(self, node):
        args = commas(bounded(a) for a in node.args["args"])
        receiver = {"": "", "value": f"{self.program.prefix}T{{3}}.", "pointer": f"{self.program.prefix}T{{4}}."}
        before = f"{node.args['var']} = " if "var" in node.args else ""
        self.line(f"{before}{receiver[node.args['method']]}{node.args['fn']}({args});")

    def stmt_call_closure(self, node):
        self.line(f"{node.args['closure']}({commas(bounded(a) for a in node.args['args'])});")

    def stmt_immediate(self, node):
        args = commas(bounded(a) for a in node.args["args"])
        if node.args["form"] == "call":
            self.literal("call(", node.funcs[0], ");")
        else:
            self.literal("", node.funcs[0], f"({args});")

    def stmt_defer(self, node):
        how, args = node.args["how"], [bounded(a) for a in node.args["args"]]
        if how == "literal":
            self.literal("defer(", node.funcs[0], "".join(f", int({a})" for a in args) + ");")
        elif how == "closure":
            self.line(f"defer({commas([node.args['closure'], *(f'int({a})' for a in args)])});")
        elif how == "panic":
            self.line(f"defer(panic, {VALUES[node.args['value']][1]});")
        elif how == "say":
            self.line(f'defer(say, "{node.args["id"]}", int({args[0]}));')
        elif how == "log":
            self.line(f'defer(println<const char*, int>, "{node.args["id"]}", int({args[0]}));')
        else:
            self.many(RECOVERER[how].format(id=node.args["id"]))

    # ---- goroutines, channels, sync ----

    def stmt_go(self, node):
        func, done = node.funcs[0], "done" + node.args["id"]
        args = "".join(f", int({bounded(a)})" for a in node.args["args"])
        self.open("{")
        self.line(f"int before{node.args['id']} = runtime::NumGoroutine();")
        self.line(f"auto {done} = make_chan<bool>();")
        if node.args["join"] == "safe":
            first = [f"defer(&chan<bool>::close, {done});", f'defer(recNamed, "{node.args["id"]}");']
            self.literal("go(", func, args + ");", first)
        else:
            self.literal("go(", func, args + ");", last=[f"{done}.send(true);"])
        self.line(f"{done}.recv();")
        self.line(f"gone(before{node.args['id']});")
        self.close("}")

    def stmt_with_channel(self, node):
        self.open("{")
        self.line(f"[[maybe_unused]] auto {node.args['ch']} = make_chan<int>({node.args['capacity']});")
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
        if args["form"] == "callback":
            self.select_callbacks(node)
        else:
            self.select_switch(node)
        self.close("}")

    def select_callbacks(self, node):
        args = node.args
        self.open("select(")
        count = len(node.blocks)
        for index, block in enumerate(node.blocks):
            if index >= len(args["cases"]):
                self.open("otherwise([&] {")
            elif args["cases"][index].endswith("recv"):
                self.open(f"recv({args['channels'][index]}, [&](int v, bool ok) {{")
                self.line(f'sayOk("{args["id"]}", v, ok);')
            else:
                self.open(f"send({args['channels'][index]}, {bounded(args['value'])}, [&] {{")
            self.block(block)
            self.close("})" + ("," if index + 1 < count else ");"))
        self.level -= 1

    def select_switch(self, node):
        args = node.args
        self.line("int v = 0;")
        self.line("bool ok = false;")
        cases = []
        for case, name in zip(args["cases"], args["channels"]):
            cases.append(f"recv({name}, &v, &ok)" if case.endswith("recv") else f"send({name}, {bounded(args['value'])})")
        cases += ["otherwise()"] * args["otherwise"]
        self.line(f"switch (select({commas(cases)})) {{")
        for index, block in enumerate(node.blocks):
            self.open(f"case {index}: {{")
            if index < len(args["cases"]) and args["cases"][index].endswith("recv"):
                self.line(f'sayOk("{args["id"]}", v, ok);')
            self.block(block)
            self.line("break;")
            self.close("}")
        self.line("}")

    def select_channel(self, case, name):
        state = case.split("_")[0]
        if state == "nil":
            self.line(f"chan<int> {name};")
            return
        capacity = "" if state == "later" else "1"
        self.line(f"auto {name} = make_chan<int>({capacity});")
        if state == "full":
            self.line(f"{name}.send(5);")
        if state == "closed":
            self.line(f"{name}.close();")
        if case.startswith("later"):
            self.open(f"go([{name}] {{")
            self.line(f"{name}.send(6);" if case == "later_recv" else f"{name}.recv();")
            self.close("});")

    def stmt_locked(self, node):
        name, kind, how = node.args["mutex"], node.args["kind"], node.args["how"]
        first = [f"{name}.{how}();", f"defer(&sync::{kind}::{how.replace('Lock', 'Unlock')}, &{name});"]
        self.literal("", node.funcs[0], "();", first)

    def stmt_try_lock(self, node):
        self.open(f"if ({node.args['mutex']}.TryLock()) {{")
        self.line(f"{node.args['mutex']}.Unlock();")
        self.line(f'say("{node.args["id"]}", 1);')
        self.between("} else {")
        self.line(f'say("{node.args["id"]}", 0);')
        self.close("}")

    def stmt_once(self, node):
        self.literal(f"{node.args['once']}.Do(", node.funcs[0], ");")

    def stmt_once_func(self, node):
        name = node.args["name"]
        self.open("{")
        self.literal(f"auto {name} = sync::OnceFunc(", node.funcs[0], ");")
        for number in "12":
            self.open("[&] {")
            self.open("func([&] {")
            self.line(f'defer(recNamed, "{node.args["id"]}");')
            self.line(f"{name}();")
            self.line(f'say("{node.args["id"]}", {number});')
            self.close("});")
            self.close("}();")
        self.close("}")

    def stmt_workers(self, node):
        args = node.args
        var, lock = args["var"], args["lock"]
        self.open("{")
        self.line("sync::WaitGroup wg;")
        self.line("int total = 0;")
        self.line("auto mu = make_chan<bool>(1);" if lock == "channel" else f"sync::{lock} mu;")
        self.open(f"for (int i = 0; i < {args['count']}; i++) {{")
        self.line("wg.Add(1);")
        self.open(f"go([&](int {var}) {{")
        self.open("func([&] {")
        self.line("defer(&sync::WaitGroup::Done, &wg);")
        self.open("defer([&] {")
        self.open("if (recover()) {")
        self.workers_add("100", lock)
        self.close("}")
        self.close("});")
        if args["leave"] != "none":
            self.open(f"if ({var} % 3 == {args['remainder']}) {{")
            if args["leave"] == "panic":
                self.line(f"panic({VALUES[args['value']][1]});")
            else:
                self.line("runtime::Goexit();" if args["leave"] == "goexit" else "*nowhere = 1;")
            self.close("}")
        self.workers_add(args["expr"], lock)
        self.close("});")
        self.close("}, i);")
        self.close("}")
        self.line("wg.Wait();")
        self.line(f'say("{args["id"]}", total);')
        self.close("}")

    def workers_add(self, amount, lock):
        self.line("mu.send(true);" if lock == "channel" else "mu.Lock();")
        self.line(f"total += {amount};")
        self.line("mu.recv();" if lock == "channel" else "mu.Unlock();")

    def stmt_pipeline(self, node):
        args = node.args
        self.open("{")
        self.line(f"auto c0 = make_chan<int>({args['capacity']});")
        self.open("go([c0] {")
        self.open("func([&] {")
        self.line("defer(&chan<int>::close, c0);")
        self.line(f"for (int i = 0; i < {args['count']}; i++) c0.send(i);")
        self.close("});")
        self.close("});")
        for index, stage in enumerate(args["stages"]):
            out = f"c{index + 1}"
            self.line(f"auto {out} = make_chan<int>({args['capacity']});")
            self.open(f"go([c{index}, {out}] {{")
            self.open("func([&] {")
            self.line(f"defer(&chan<int>::close, {out});")
            self.line(f"for (int {args['var']} : c{index}) {out}.send({stage} % 1000);")
            self.close("});")
            self.close("});")
        self.line(f'for (int v : c{len(args["stages"])}) say("{args["id"]}", v);')
        self.close("}")

    def stmt_ping_pong(self, node):
        args = node.args
        self.open("{")
        self.line("auto ping = make_chan<int>(), pong = make_chan<int>();")
        self.open("go([ping, pong] {")
        self.line(f"for (int {args['var']} : ping) pong.send({args['expr']});")
        self.line("pong.close();")
        self.close("});")
        self.open(f"for (int i = 0; i < {args['count']}; i++) {{")
        self.line("ping.send(i);")
        self.line(f'say("{args["id"]}", pong.recv());')
        self.close("}")
        self.line("ping.close();")
        self.line(f'say("{args["id"]}", pong.recv());')
        self.close("}")

    def stmt_with(self, node):
        """Variables that deferred calls may use live as long as the frame."""
        self.open("{")
        for text in node.args["declared"]:
            kind, name, *words = text.split()
            _, held, made = DECLARATIONS[kind]
            made = made.format(*words)
            if self.framed:
                self.line(f"[[maybe_unused]] auto& {name} = local<{held}>({made});")
            else:
                self.line(f"[[maybe_unused]] {held} {name}{f'({made})' if made else ''};")
        self.block(node.blocks[0])
        self.close("}")

    def stmt_condition(self, node):
        args = node.args
        self.open("{")
        self.line("sync::Mutex mu;")
        self.line("sync::Cond cond(&mu);")
        self.line("sync::WaitGroup wg;")
        self.line("int ready = 0, passed = 0;")
        self.open(f"for (int i = 0; i < {args['waiters']}; i++) {{")
        self.line("wg.Add(1);")
        self.open("go([&] {")
        self.open("func([&] {")
        self.line("defer(&sync::WaitGroup::Done, &wg);")
        self.line("mu.Lock();")
        self.line("defer(&sync::Mutex::Unlock, &mu);")
        self.line("while (ready == 0) cond.Wait();")
        self.line("ready--;")
        self.line("passed++;")
        self.close("});")
        self.close("});")
        self.close("}")
        rounds = args["waiters"] if args["how"] == "Signal" else 1
        self.open(f"for (int i = 0; i < {rounds}; i++) {{")
        self.line("mu.Lock();")
        self.line(f"ready += {args['waiters'] // rounds};")
        self.line(f"cond.{args['how']}();")
        self.line("mu.Unlock();")
        self.close("}")
        self.line("wg.Wait();")
        self.line(f'say("{args["id"]}", ready * 10 + passed);')
        self.close("}")


def write_file(programs):
    """write_file writes the file that holds these programs and the table of their names."""
    parts = ['#include "prelude.h"\n\n']
    parts += [CcWriter(p).write() + "\n" for p in programs]
    parts.append("const program_entry programs[] = {\n")
    parts += [f'    {{"{p.seed}", {p.prefix}main}},\n' for p in programs]
    parts.append("    {nullptr, nullptr},\n};\n")
    return "".join(parts)
