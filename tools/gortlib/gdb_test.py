"""Tests of tools/gort-gdb.py: goroutines in gdb, of a process and of a core."""

import itertools
import json
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from gortlib import build, traces
from gortlib.common import ROOT, TOOLS
from gortlib.stack_fixture import Running, compiled

SCRIPT = TOOLS / "gort-gdb.py"
SECONDS = 120
FRAME = re.compile(r"^#(\d+) +(?:0x[0-9a-f]+ in )?(.+?) \(", re.MULTILINE)


def gdb(*arguments, script=SCRIPT, commands=()):
    """gdb runs commands and returns what they print on both streams."""
    command = ["gdb", "-q", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex", "set width 0"]
    command += ["-ex", f"source {script}"] if script else []
    command += list(map(str, arguments))
    for line in commands:
        command += ["-ex", f"echo \\n==== {line}\\n", "-ex", line]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS)
    parts = re.split(r"^==== (.*)\n", result.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2])), result.stdout


def functions(text):
    """functions are the names in the output of bt, innermost first."""
    return [name for _, name in FRAME.findall(text)]


def shown_frames(frames):
    """shown_frames picks of gdb's (pc, function) pairs, innermost first, the pcs of the frames that a trace shows.

    The function around a func stands in a trace once, as the func's body; inlined functions have the pc of their frame.
    """
    shown, around_func = [], False
    for pc, group in itertools.groupby(frames, lambda frame: frame[0]):
        function = list(group)[-1][1]
        if function.startswith("gort_gofunc"):
            around_func = True
        elif around_func and not function.startswith("gort"):
            around_func = False
            continue
        shown.append(pc)
    return shown


class Fixture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("gdb"):
            raise unittest.SkipTest("gdb is not installed")
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        cls.static = compiled(cls.folder)
        cls.tool = build.ensure(build.Variant(), tools=True).folder / "tools" / "stack" / "gort-stack"

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def attached(self, program, commands, **how):
        shown, everything = gdb("-p", program.pid, commands=commands, **how)
        if "ptrace: Operation not permitted" in everything:
            self.skipTest("this system does not let gdb attach to a process")
        return shown

    def known(self, *arguments):
        """known are the goroutines as gort-stack prints them."""
        result = subprocess.run([str(self.tool), *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(result.returncode, 0, result.stderr)
        return list(traces.parse(result.stdout))


class Live(Fixture):
    def check_commands(self, binary):
        with Running(binary, "all") as program:
            known = {g.id: g for g in self.known(program.pid)}
            by_last = {next(f.function for f in reversed(g.frames) if f.function): g.id for g in known.values()}
            ask = {name: f"goroutine {by_last[name]} bt" for name in ("main.sleeper", "main.panicker", "main.spinner")}
            last = max(known)
            commands = ["info goroutines", "info goroutines sleep", *ask.values(), f"goroutine {last} bt 2", "info threads"]
            shown = self.attached(program, commands)
            self.assertIsNone(program.process.poll())
        listed = re.findall(r"^([* ]) (\d+) \[(.*?)\] (.*)$", shown["info goroutines"], re.MULTILINE)
        self.assertEqual({int(n): state.split(", ")[0] for _, n, state, _ in listed}, {n: g.state for n, g in known.items()})
        places = {int(n): where for _, n, _, where in listed}
        self.assertRegex(places[by_last["main.sleeper"]], r"^sleeper.* at .*fixture\.cc:\d+$")
        self.assertRegex(places[last], r"^worker.* at .*fixture\.cc:\d+$")
        running = [int(n) for mark, n, _, _ in listed if mark == "*"]
        self.assertIn(by_last["main.spinner"], running)
        self.assertNotIn(by_last["main.sleeper"], running)
        self.assertEqual(len(re.findall(r"^[* ] \d+ \[sleep\]", shown["info goroutines sleep"], re.MULTILINE)), 2)
        self.assertEqual(functions(shown[ask["main.spinner"]])[0], "spinner")
        self.assertIn("sleeper", functions(shown[ask["main.sleeper"]]))
        panicker = shown[ask["main.panicker"]]
        self.assertTrue(any("panicker" in name for name in functions(panicker)), panicker)
        self.assertEqual(functions(panicker)[-1], "gort_gostart", panicker)
        self.assertNotIn("corrupt stack", panicker)
        self.assertEqual([int(n) for n, _ in FRAME.findall(panicker)], list(range(len(FRAME.findall(panicker)))))
        self.assertEqual(len(FRAME.findall(shown[f"goroutine {last} bt 2"])), 2)

    def test_commands_on_a_process(self):
        self.check_commands(self.static)

    def test_commands_on_a_process_with_libgort_so(self):
        self.check_commands(compiled(self.folder, shared=True))

    def test_frames_agree_with_the_trace(self):
        """The physical frames of a system-level trace are those of gdb's backtrace, at the same pcs."""
        with Running(self.static, "all") as program:
            known = self.known("--system", program.pid)
            shown = self.attached(program, ["goroutine all bt -frame-info location-and-address"])
        parts = re.split(r"^goroutine (\d+) \[.*\]:\n", shown["goroutine all bt -frame-info location-and-address"], flags=re.MULTILINE)
        gdbs = dict(zip(map(int, parts[1::2]), parts[2::2]))
        self.assertEqual(set(gdbs), {g.id for g in known})
        for g in known:
            if g.state in ("running", "syscall"):
                continue
            ours = [re.search(r"pc=0x([0-9a-f]+)", f.place.registers)[1] for f in g.frames if f.place and f.place.registers]
            theirs = shown_frames(re.findall(r"^#\d+ +0x0*([0-9a-f]+) in (\S+)", gdbs[g.id], re.MULTILINE))
            self.assertGreaterEqual(len(ours), 3, g.text())
            if "frames elided" in g.text():
                ours = ours[:50]
            # gdb repeats the pc for inlined frames, both do for recursion.
            ours, theirs = ([pc for pc, _ in itertools.groupby(pcs)] for pcs in (ours, theirs))
            if "frames elided" in g.text():
                theirs = theirs[: len(ours)]
            self.assertEqual(ours, theirs, g.text() + gdbs[g.id])

    def test_printers(self):
        with Running(self.static, "many", 5) as program:
            commands = [f"goroutine 1 {what}" for what in ("up-silently 0",)]
            frames = self.attached(program, ["goroutine 1 bt"])["goroutine 1 bt"]
            level = next(int(n) for n, name in FRAME.findall(frames) if name == "wait")
            names = ("full", "words", "what", "err")
            one = f"goroutine 1 frame apply level {level + 1} -q -c info args"
            shown = self.attached(program, [*commands, one, "print *gort::rt::allgchunks[0]._M_b._M_p[1]._M_b._M_p"])
        values = {name: re.search(rf"^{name} = (.*)$", shown[one], re.MULTILINE) for name in names}
        self.assertTrue(all(values.values()), shown[one])
        self.assertRegex(values["full"][1], r"^chan<int> 0x[0-9a-f]+, len 2, cap 3 = \{11, 22\}$")
        self.assertRegex(values["words"][1], r'^chan<std::.*string.*> 0x[0-9a-f]+, len 1, cap 2, closed = \{.*"hello".*\}$')
        self.assertEqual(values["what"][1], "any(int) 42")
        self.assertRegex(values["err"][1], r'^error\(\*errors\.errorString\).*"boom"')

    def test_wrong_use(self):
        with Running(self.static, "many", 1) as program:
            shown = self.attached(program, ["goroutine", "goroutine x bt", "goroutine 999 bt", "info goroutines nothing"])
        self.assertIn("usage: goroutine N|all [COMMAND]", shown["goroutine"])
        self.assertIn("usage: goroutine N|all [COMMAND]", shown["goroutine x bt"])
        self.assertIn("there is no goroutine 999", shown["goroutine 999 bt"])
        self.assertIn("no goroutine is in state 'nothing'", shown["info goroutines nothing"])
        shown, _ = gdb("/bin/sleep", commands=["info goroutines"])
        self.assertIn("no program is running, and there is no core", shown["info goroutines"])
        sleep = subprocess.Popen(["sleep", "60"])
        try:
            shown, _ = gdb("-p", sleep.pid, commands=["info goroutines"])
        finally:
            sleep.kill()
            sleep.wait()
        self.assertIn("this is no gort program", shown["info goroutines"])

    def test_stripped_program(self):
        stripped = self.folder / "stripped"
        subprocess.run(["strip", "-o", str(stripped), str(self.static)], check=True, timeout=SECONDS)
        with Running(stripped, "many", 2) as program:
            shown = self.attached(program, ["info goroutines"])["info goroutines"]
        self.assertEqual(len(re.findall(r"^[* ] \d+ \[(?:chan receive|sleep)\]", shown, re.MULTILINE)), 3, shown)


class Core(Fixture):
    def test_commands_on_a_core(self):
        with Running(self.static, "all", core=True, environment={"GOTRACEBACK": "crash"}) as program:
            known = {g.id: g for g in self.known(program.pid)}
            program.end(signal.SIGQUIT)
            core = program.core_file()
            if core is None:
                self.skipTest("this system writes no core files into the current folder (kernel.core_pattern)")
            shown, everything = gdb(self.static, core, commands=["info goroutines", "goroutine all bt", "bt"])
        listed = re.findall(r"^[* ] (\d+) \[(.*?)\] .*$", shown["info goroutines"], re.MULTILINE)
        self.assertEqual({int(n) for n, _ in listed}, set(known), everything[-3000:])
        parts = re.split(r"^goroutine (\d+) \[.*\]:\n", shown["goroutine all bt"], flags=re.MULTILINE)
        stacks = dict(zip(map(int, parts[1::2]), parts[2::2]))
        self.assertEqual(set(stacks), set(known))
        for n, g in known.items():
            last = next(f.function for f in reversed(g.frames) if f.function)
            if re.fullmatch(r"main\.[a-z]+", last) and last != "main.main":
                self.assertTrue(any(last[5:] == name for name in functions(stacks[n])), stacks[n])
        self.assertNotIn("gort_gostart", shown["bt"].split("\n")[1])


class AutoLoad(Fixture):
    def test_script_beside_an_installed_library_is_found(self):
        plan = json.loads((build.Variant().folder / "meson-info" / "intro-install_plan.json").read_text())
        version = next(name for name in plan["targets"] if name.endswith(".so." + self.version()))
        library = plan["targets"][version]["destination"].replace("{libdir_shared}", "{libdir}")
        placed = [d["destination"] for kind in plan.values() for d in kind.values()]
        script = next(d for d in placed if d.endswith(".so." + self.version() + "-gdb.py"))
        prefix = self.prefix()
        self.assertEqual(Path(script).name, Path(library).name + "-gdb.py")
        self.assertTrue(script.endswith(f"share/gdb/auto-load{prefix}/{Path(library).name}-gdb.py"), script)

        # The same layout in a folder of the test's, since the installed place is root's.
        libraries, scripts = self.folder / "lib", self.folder / "auto-load"
        libraries.mkdir()
        name = Path(library).name
        shutil.copy2(build.Variant().folder / name, libraries / name)
        (libraries / "libgort.so.0").symlink_to(name)
        place = scripts / str(libraries).lstrip("/")
        place.mkdir(parents=True)
        shutil.copy2(SCRIPT, place / (name + "-gdb.py"))
        program = compiled(self.folder, shared=True)
        with Running(program, "many", 1, environment={"LD_LIBRARY_PATH": str(libraries)}) as running:
            trusted = ["-iex", f"add-auto-load-safe-path {scripts}", "-iex", f"add-auto-load-scripts-directory {scripts}"]
            shown, everything = gdb(*trusted, "-p", running.pid, script=None, commands=["info goroutines"])
        if "ptrace: Operation not permitted" in everything:
            self.skipTest("this system does not let gdb attach to a process")
        self.assertRegex(shown["info goroutines"], r"\[chan receive\] worker")

    def version(self):
        return re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())[1]

    def prefix(self):
        options = json.loads((build.Variant().folder / "meson-info" / "intro-buildoptions.json").read_text())
        values = {option["name"]: option["value"] for option in options}
        return f"{values['prefix']}/{values['libdir']}"


if __name__ == "__main__":
    unittest.main()
