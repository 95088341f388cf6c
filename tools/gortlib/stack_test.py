"""Tests of `tools/gort stack`: the goroutines of a process and of a core, read from outside."""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from gortlib import build, traces
from gortlib.common import TOOLS
from gortlib.stack_fixture import Running, compiled

SECONDS = 60


def stack(*arguments, prefix=()):
    command = [*prefix, str(TOOLS / "gort"), "stack", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", timeout=SECONDS)


def blocks(text):
    """blocks are the goroutines of a traceback by their number, as they stand there."""
    found = {}
    for block in re.split(r"\n\n+", text):
        header = re.match(r"goroutine (\d+) ", block)
        if header and header[1] != "0":
            found[int(header[1])] = block.rstrip("\n")
    return found


def without_place(block):
    """without_place hides what a goroutine that runs changes all the time, and which thread it ran on last."""
    return re.sub(r" m=\S+ mp=\S+", "", re.sub(r" m=nil", "", block))


class Fixture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        cls.static = compiled(cls.folder)
        cls.tool = build.ensure(build.Variant(), tools=True).folder / "tools" / "stack" / "gort-stack"
        probe = subprocess.Popen(["sleep", "60"])
        refused = "ptrace_scope" in stack(probe.pid).stderr or "SYS_PTRACE" in stack(probe.pid).stderr
        probe.kill()
        probe.wait()
        if refused:
            cls.scratch.cleanup()
            raise unittest.SkipTest("this system does not let a process be read by another one")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def check_output(self, *arguments):
        result = stack(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
        return result.stdout

    def check_error(self, pattern, *arguments, prefix=()):
        result = stack(*arguments, prefix=prefix)
        self.assertNotEqual(result.returncode, 0, arguments)
        self.assertEqual(result.stdout, "", arguments)
        self.assertRegex(result.stderr, r"\Agort stack: [^\n]*" + pattern + r"[^\n]*\n\Z")


class Process(Fixture):
    def check_equal_to_own(self, binary):
        """What the tool prints of a parked goroutine is, byte for byte, what the program itself prints then."""
        with Running(binary, "all") as program:
            outside = blocks(self.check_output("--system", "--no-merge", program.pid))
            inside = blocks(program.end(signal.SIGQUIT))
        self.assertEqual(set(outside), set(inside))
        parked = [n for n in outside if "[running]" not in outside[n] and "[syscall]" not in outside[n]]
        self.assertGreaterEqual(len(parked), 12)
        for n in parked:
            self.assertEqual(without_place(outside[n]), without_place(inside[n]))
        for n in set(outside) - set(parked):  # its registers change: the functions of the program's own are the same
            names = [re.findall(r"^main\.\S+(?=\()", text, re.MULTILINE) for text in (outside[n], inside[n])]
            self.assertEqual(*names)

    def status(self, program):
        return Path(f"/proc/{program.pid}/status").read_text()

    def await_state(self, program, states):
        """await_state waits for the kernel to have the main thread in one of some states, which takes it a moment."""
        for _ in range(300):
            if re.search(rf"^State:\t[{states}] ", self.status(program), re.MULTILINE):
                return
            time.sleep(0.1)
        self.fail(self.status(program))

    def test_parked_goroutines_print_as_in_the_program(self):
        self.check_equal_to_own(self.static)

    def test_parked_goroutines_print_as_in_the_program_with_libgort_so(self):
        self.check_equal_to_own(compiled(self.folder, shared=True))

    def test_what_each_goroutine_does(self):
        with Running(self.static, "all") as program:
            text = self.check_output(program.pid)
            found = list(traces.parse(text))
            self.assertEqual("\n\n".join(g.text() for g in found) + "\n", text)
            self.assertIsNone(program.process.poll())
        by_last = {}
        for g in found:
            by_last.setdefault(next(f.function for f in reversed(g.frames) if f.function), g)
        states = {name: g.state for name, g in by_last.items()}
        self.assertEqual(states["main.main"], "sleep")
        self.assertEqual(states["main.sleeper"], "sleep")
        self.assertEqual(states["main.spinner"], "running")
        self.assertEqual(states["main.panicker"], "chan receive")
        self.assertEqual(states["main.worker"], "chan receive")
        self.assertTrue(by_last["main.locked"].locked)
        self.assertEqual([f.function for f in by_last["main.spinner"].frames], ["main.spinner"])
        self.assertIn("panic", [f.function for f in by_last["main.panicker"].frames])
        self.assertIn("...51 frames elided...", [f.note for f in by_last["main.deep"].frames])
        self.assertEqual({"select", "sync.Mutex.Lock", "syscall"} - {g.state for g in found}, set())
        self.assertTrue(all(g.creator == "main.all" and g.parent == 1 for g in found if g.id != 1))

    def test_one_goroutine_and_a_state(self):
        with Running(self.static, "all") as program:
            everything = {g.id: g for g in traces.parse(self.check_output("--no-merge", program.pid))}
            some = next(g for g in everything.values() if g.state == "sleep")
            one = self.check_output(f"--goroutine={some.id}", program.pid)
            self.assertEqual(one, some.text() + "\n")
            for state in ("chan receive", "Chan", "sleep"):
                chosen = [g.id for g in traces.parse(self.check_output("--wait", state, program.pid))]
                wanted = [g.id for g in everything.values() if g.state.startswith(state.lower())]
                self.assertEqual(chosen, wanted)
            self.check_error("has no goroutine 999999", "--goroutine=999999", program.pid)
            self.check_error("no goroutine is in state 'IO wait'; there are: .*chan receive", "--wait=IO wait", program.pid)

    def test_equal_stacks_are_merged_above_fifty(self):
        with Running(self.static, "many", 60) as program:
            merged = self.check_output(program.pid)
            apart = self.check_output("--no-merge", program.pid)
            data = json.loads(self.check_output("--json", program.pid))
        self.assertEqual(len(list(traces.parse(apart))), 61)
        head, frames = merged.split("\n")[0], merged.split("\n\n")[0]
        self.assertRegex(head, r"^60 goroutines \[chan receive\]: \d+-\d+$")
        self.assertIn("main.worker(...)\n", frames)
        self.assertIn("created by main.many in goroutine 1\n", frames)
        self.assertRegex(merged.split("\n\n")[1], r"^goroutine 1 \[sleep\]:\n")
        self.assertEqual([entry["count"] for entry in data], [60, 1])
        self.assertEqual(len(data[0]["ids"]), 60)
        with Running(self.static, "many", 3) as program:
            self.assertEqual(len(list(traces.parse(self.check_output(program.pid)))), 4)
            self.assertRegex(self.check_output("--merge", program.pid), r"\A3 goroutines \[chan receive\]: 2-4\n")

    def test_json(self):
        with Running(self.static, "many", 1) as program:
            data = json.loads(self.check_output("--json", program.pid))
        worker = data[1]
        self.assertEqual([g["id"] for g in data], [1, 2])
        self.assertEqual((worker["state"], worker["minutes"], worker["locked"]), ("chan receive", 0, False))
        self.assertEqual(worker["frames"][0]["function"], "main.worker")
        self.assertRegex(worker["frames"][0]["arguments"], r"^0x[0-9a-f]+\??, (0x0\??|_)$")
        self.assertRegex(worker["frames"][0]["file"], r"/fixture\.cc$")
        self.assertEqual(worker["created_by"]["function"], "main.many")
        self.assertEqual(worker["created_by"]["goroutine"], 1)

    def test_program_goes_on_and_stands_still_shortly(self):
        with Running(self.static, "many", 10000) as program:
            # Some 20 ms of 70 on a quiet machine; a busy one may spoil all but one of the tries.
            for _ in range(30):
                result = subprocess.run(
                    [str(self.tool), "--time", str(program.pid)], capture_output=True, text=True, timeout=SECONDS
                )
                self.assertEqual(result.returncode, 0, result.stderr)
                said = re.search(
                    r"^gort stack: 10001 goroutines, .* in ([\d.]+) ms; the process stood still for ([\d.]+) ms, "
                    r"of which reading took ([\d.]+) ms$",
                    result.stderr,
                    re.MULTILINE,
                )
                self.assertTrue(said, result.stderr)
                whole, still, reading = map(float, said.groups())
                self.assertEqual(result.stdout.count("\nmain.worker("), 10000)
                self.assertRegex(self.status(program), r"TracerPid:\t0\n")
                self.await_state(program, "SR")
                if still < 1000 and still - reading < 250 and still < whole / 2:
                    return
            self.fail(result.stderr)

    def test_goroutines_that_switch_all_the_time_have_whole_stacks(self):
        with Running(self.static, "busy") as program:
            for _ in range(10):
                result = subprocess.run(
                    [str(self.tool), "--system", str(program.pid)], capture_output=True, text=True, timeout=SECONDS
                )
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                found = list(traces.parse(result.stdout))
                self.assertGreaterEqual(len(found), 10)
                for g in found:
                    names = [f.function for f in g.frames]
                    self.assertNotIn("stack unavailable", g.text())
                    self.assertFalse([n for n in names if n.startswith("unknown.")], g.text())
                    if names == ["main.spawner.func1"]:
                        continue  # it has not begun
                    self.assertEqual(names[-1], "runtime.gostart", g.text())
                    start = {
                        "main.busy": {"main.busy.gowrap1", "main.busy.gowrap2", "main.spawner"},
                        "main.spawner": {"main.spawner.func1", "runtime.gort_gostart1", "runtime.gort_goexit0"},
                    }
                    self.assertIn(names[-2], start.get(g.creator, {"runtime.main_goroutine"}), g.text())

    def test_what_is_inlined_in_gort_is_not_taken_for_the_programs(self):
        with Running(self.static, "busy") as program:
            for _ in range(20):
                for g in traces.parse(self.check_output(program.pid)):
                    self.assertNotEqual(g.frames[-1].function, "main.__rdtsc", g.text())

    def test_stopped_process_is_read_and_stays_stopped(self):
        with Running(self.static, "many", 2) as program:
            program.process.send_signal(signal.SIGSTOP)
            os.waitpid(program.pid, os.WUNTRACED)
            self.assertEqual(len(list(traces.parse(self.check_output(program.pid)))), 3)
            self.await_state(program, "T")
            program.process.send_signal(signal.SIGCONT)

    def test_program_that_was_built_anew_while_it_ran(self):
        copy = self.folder / "replaced"
        shutil.copy2(self.static, copy)
        with Running(copy, "many", 1) as program:
            copy.unlink()
            copy.write_text("something else")
            self.assertIn("\nmain.worker(", self.check_output(program.pid))

    def test_wrong_processes(self):
        ended = subprocess.Popen(["true"])
        ended.wait()
        self.check_error(f"there is no process {ended.pid}", ended.pid)
        zombie = subprocess.Popen(["true"])
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        self.check_error("has ended", zombie.pid)
        zombie.wait()
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.check_error(r"process \d+ \(sleep\) is no gort program", other.pid)
        with Running(self.static, "many", 1) as program:
            tid = next(int(t) for t in os.listdir(f"/proc/{program.pid}/task") if int(t) != program.pid)
            self.check_error(f"{tid} is a thread of process {program.pid}", tid)

    def test_process_under_a_debugger(self):
        if not shutil.which("gdb"):
            self.skipTest("gdb is not installed")
        with Running(self.static, "many", 1) as program:
            command = ["gdb", "-q", "-nx", "-batch", "-p", str(program.pid), "-ex", "echo attached\\n", "-ex", "shell sleep 30"]
            gdb = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                while "attached" not in gdb.stdout.readline():
                    self.assertIsNone(gdb.poll())
                self.check_error(r"is being traced by process \d+ \(gdb\)", program.pid)
            finally:
                gdb.kill()
                gdb.communicate()

    def test_process_of_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can start programs of other users")
        nobody = pwd.getpwnam("nobody")
        reader = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, reader)
        reader.chmod(0o755)
        shutil.copy2(self.tool, reader / "gort-stack")
        with Running(self.static, "many", 1) as program:
            result = subprocess.run(
                [str(reader / "gort-stack"), str(program.pid)],
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        self.assertEqual(
            (result.returncode, result.stderr),
            (1, f"gort stack: process {program.pid} belongs to user root: run this as that user, or as root with sudo\n"),
        )

    def test_process_that_a_user_may_not_read(self):
        scope = Path("/proc/sys/kernel/yama/ptrace_scope")
        if not scope.exists() or scope.read_text().strip() not in "12" or os.geteuid() == 0:
            self.skipTest("needs an ordinary user under kernel.yama.ptrace_scope 1 or 2")
        with Running(self.static, "many", 1) as program:
            self.check_error("kernel.yama.ptrace_scope is", program.pid)


class Core(Fixture):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Running(cls.static, "all", core=True, environment={"GOTRACEBACK": "crash"})
        cls.live = stack("--no-merge", cls.program.pid).stdout
        cls.program.end(signal.SIGQUIT)
        cls.core = cls.program.core_file()
        if cls.core is None:
            cls.program.close()
            cls.scratch.cleanup()
            raise unittest.SkipTest("this system writes no core files into the current folder (kernel.core_pattern)")

    @classmethod
    def tearDownClass(cls):
        cls.program.close()
        super().tearDownClass()

    def test_core_shows_what_the_process_showed(self):
        before, after = blocks(self.live), blocks(self.check_output("--no-merge", self.core))
        self.assertEqual(set(before), set(after))
        for n in before:
            if "[running]" not in before[n]:
                self.assertEqual(before[n], after[n])
        running = next(n for n in before if "[running]" in before[n])
        self.assertRegex(after[running], r"\Agoroutine \d+ \[running\]:\nmain\.spinner\(0x[0-9a-f]+\)\n")

    def separate(self, name):
        """separate makes a stripped copy of the program, with its debug information in a file of its own."""
        folder = self.folder / name
        folder.mkdir()
        program, debug = folder / "program", folder / "program.debug"
        for command in (
            ["objcopy", "--only-keep-debug", self.static, debug],
            ["strip", "-o", program, self.static],
            ["objcopy", f"--add-gnu-debuglink={debug}", program],
        ):
            subprocess.run(list(map(str, command)), check=True, timeout=SECONDS)
        return program, debug

    def test_separate_debug_information_by_link(self):
        program, _ = self.separate("link")
        self.assertEqual(self.check_output("--no-merge", self.core, program), self.check_output("--no-merge", self.core))

    def test_separate_debug_information_by_build_id(self):
        program, debug = self.separate("id")
        notes = subprocess.run(["readelf", "-n", str(self.static)], capture_output=True, text=True, check=True).stdout
        build_id = re.search(r"Build ID: ([0-9a-f]+)", notes)[1]
        place = self.folder / "debug" / ".build-id" / build_id[:2] / (build_id[2:] + ".debug")
        place.parent.mkdir(parents=True)
        debug.rename(place)
        found = self.check_output(f"--debug-dir={self.folder / 'debug'}", "--no-merge", self.core, program)
        self.assertEqual(found, self.check_output("--no-merge", self.core))

    def test_stripped_program_gives_offsets(self):
        program, debug = self.separate("stripped")
        debug.unlink()
        text = self.check_output("--wait=sleep", self.core, program)
        self.assertRegex(text, r"(?m)^main\.0x[0-9a-f]+\(\.\.\.\)\n\t\?\?:0\n")

    def test_core_and_program_must_fit(self):
        other = compiled(self.folder, shared=True)
        self.check_error("is not the program that left this core: its build id is [0-9a-f]+, the core's", self.core, other)
        self.check_error("no such file: .*nowhere", self.core, self.folder / "nowhere")
        moved = self.folder / "moved"
        self.static.rename(moved)
        try:
            self.check_error(r"is not there: name it, tools/gort stack CORE BINARY", self.core)
            self.assertEqual(blocks(self.check_output("--no-merge", self.core, moved)).keys(), blocks(self.live).keys())
        finally:
            moved.rename(self.static)

    def test_files_that_are_no_cores(self):
        cut = self.folder / "cut"
        with open(self.core, "rb") as core:
            for size in (100, 3000, 200000):
                core.seek(0)
                cut.write_bytes(core.read(size))
                self.check_error("cut is truncated: ", cut)
        self.check_error("is a program, not a core file", self.static)
        self.check_error("no such file", self.folder / "nothing")
        cut.write_bytes(b"")
        self.check_error("it is empty", cut)
        cut.write_text("hello, world, this is some text")
        self.check_error("is no core file", cut)
        cut.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
        self.check_error(r"is compressed: unpack it first \(zstd -d\)", cut)


class Text(unittest.TestCase):
    def test_a_method_keeps_its_name(self):
        stack = "goroutine {}0 [sleep]:\nmain.(*W).run(0x{}, {{_, 0x2}})\n\t/w.cc:7 +0x5\nmain.main()\n\t/w.cc:9\n"
        first, second = (stack.format(n, n) for n in (1, 2))
        found = list(traces.parse(first + "\n" + second))
        self.assertEqual([f.text() for f in found[0].frames], ["main.(*W).run(0x1, {_, 0x2})\n\t/w.cc:7 +0x5", "main.main()\n\t/w.cc:9"])
        self.assertEqual(found[0].frames[0].data()["function"], "main.(*W).run")
        self.assertIn("\nmain.(*W).run(...)\n", list(traces.merge(found))[0].text())


class Usage(unittest.TestCase):
    def test_wrong_use(self):
        for arguments in (
            [],
            ["--nonsense", "1"],
            ["--goroutine=x", "1"],
            ["--goroutine=0", "1"],
            ["--goroutine"],
            ["--goroutine=1", "--wait=sleep", "1"],
            ["--merge", "--no-merge", "1"],
            ["1", "2"],
            ["a", "b", "c"],
        ):
            result = stack(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertRegex(result.stderr, r"\Agort stack: [^\n]+\n\Z", arguments)


if __name__ == "__main__":
    unittest.main()
