"""Tests of the differential generator: seeds decide programs, constructs are reached, the shrinker keeps what it is given."""

import string
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gortlib import cmd_differential
from gortlib.common import UsageError
from gortlib.differential import coverage, emit_cc, emit_go, operations, packages, parallel, recorded, scenarios, shrink
from gortlib.differential.generate import Context, Generator, Rng, generate
from gortlib.differential.model import Func, block_lists, nodes, size
from gortlib.recording import Result


def kinds(program):
    return {node.kind for f in program.all_functions() for node in nodes(f, nested=True)}


def holds(program, kind):
    return kind in kinds(program)


class Seeds(unittest.TestCase):
    def test_same_seed_same_programs(self):
        for seed in range(1, 60):
            for write in (emit_go.write_file, emit_cc.write_file):
                self.assertEqual(write([generate(seed)]), write([generate(seed)]))

    def test_other_seed_other_program(self):
        texts = {emit_go.GoWriter(generate(s)).write().replace(f"s{s}_", "") for s in range(1, 200)}
        self.assertEqual(len(texts), 199)

    def test_neighbouring_seeds_share_no_sequence(self):
        numbers = [{rng.next() for _ in range(50)} for rng in (Rng(s) for s in range(20))]
        for one, other in zip(numbers, numbers[1:]):
            self.assertFalse(one & other)

    def test_a_program_does_not_depend_on_its_batch(self):
        alone = emit_go.GoWriter(generate(7)).write()
        self.assertIn(alone, emit_go.write_file([generate(s) for s in range(5, 10)]))


class Coverage(unittest.TestCase):
    def test_every_construct_is_reached(self):
        lines = coverage.table(generate(seed) for seed in range(1, 401))
        self.assertEqual([line for line in lines[1:] if line.split()[0] == "0"], [])

    def test_everything_counted_is_shown(self):
        shown = set(coverage.all_constructs())
        for seed in range(1, 200):
            self.assertEqual(set(coverage.count(generate(seed))) - shown, set())

    def test_every_shape_has_a_name(self):
        makers = {f.__name__ for _, f in scenarios.SCENARIOS} | {f.__name__ for f in scenarios.WHO}
        self.assertEqual(makers - {"who_may"}, set(coverage.TAGS))


class Played(unittest.TestCase):
    def test_channel_operations_never_block(self):
        state = parallel.Played(0)
        self.assertNotIn("send", [op for _, op in state.choices()])
        state = parallel.Played(1)
        state.play("send")
        self.assertNotIn("send", [op for _, op in state.choices()])
        self.assertIn("recv", [op for _, op in state.choices()])
        state.play("recv")
        self.assertNotIn("recv", [op for _, op in state.choices()])


def in_order(body):
    """in_order yields (name, arguments) of the operations in a list of statements and in the literals there."""
    for node in body:
        if node.kind == "op":
            yield node.args["op"], node.args
        for inside in [*node.blocks, *(func.body for func in node.funcs)]:
            yield from in_order(inside)


class Packages(unittest.TestCase):
    def sequences(self, make, count=200):
        """sequences yields (what is declared, the operations in their order) of one kind of sequence."""
        for seed in range(count):
            gen = Generator(seed)
            seq = packages.Sequence(gen, Context(Func(), [], []))
            make(seq, gen.rng)
            yield seq.declared, list(in_order(seq.body))

    def test_both_languages_say_the_same_arguments(self):
        for name, (go, cc) in operations.OPERATIONS.items():
            places = [{place for _, place, _, _ in string.Formatter().parse(text) if place} for text in (go, cc)]
            self.assertEqual(places[0], places[1], name)
            self.assertLess(go.count("{literal}"), 2, name)

    def test_an_error_is_made_before_it_is_used(self):
        for _, ops in self.sequences(packages.errors):
            made = {"nil"}
            for _, args in ops:
                self.assertLessEqual({args.get("a", "nil"), args.get("b", "nil")}, made)
                made.add(args.get("e", "nil"))

    def test_nobody_waits_for_a_semaphore_for_ever(self):
        for declared, ops in self.sequences(packages.semaphore):
            free = int(declared[0].split()[2])
            for how, args in ops:
                n = args["n"]
                if how == "semaphore: TryAcquire":
                    free -= n if n <= free else 0
                elif how in ("semaphore: Acquire", "semaphore: Acquire waits"):
                    free += args.get("released", 0) - n
                elif how == "semaphore: Release":
                    free += n
                self.assertGreaterEqual(free, 0)

    def test_a_wait_group_is_waited_for_when_all_are_done(self):
        for _, ops in self.sequences(packages.waitgroup):
            count = 0
            for how, args in ops:
                if how == "sync: WaitGroup.Add":
                    count += args["n"]
                elif how.startswith("sync: WaitGroup.Done"):
                    count -= args.get("n", 1)
                elif how == "sync: WaitGroup.Wait":
                    self.assertEqual(count, 0)

    def test_cancelling_a_context_ends_what_is_derived_from_it(self):
        root = packages.Derived("a")
        child = packages.Derived("b", root, "k")
        kept = packages.Derived("c", child, cut=True)
        grandchild = packages.Derived("d", child)
        self.assertIs(grandchild.canceller(), child)
        self.assertIsNone(kept.canceller())
        child.end()
        self.assertEqual([c.done for c in (root, child, kept, grandchild)], [False, True, False, True])

    def test_only_programs_that_use_modules_import_them(self):
        texts = [emit_go.write_file([generate(seed)]) for seed in range(1, 40)]
        self.assertTrue(any("golang.org/x/" in text for text in texts))
        self.assertTrue(any("golang.org/x/" not in text for text in texts))


class Shrinker(unittest.TestCase):
    def seeded(self, kind):
        return next(p for p in map(generate, range(1, 500)) if holds(p, kind) and size(p) > 40)

    def test_keeps_a_seeded_failure_and_little_else(self):
        for kind in ("select", "workers", "goexit", "locked", "once_func", "with"):
            program = self.seeded(kind)
            small = shrink.shrink(program, lambda programs: [holds(p, kind) for p in programs])
            self.assertTrue(holds(small, kind))
            self.assertLess(size(small), 8)
            self.assertGreater(size(program), 40)  # the original is left as it was

    def test_keeps_a_failure_of_two_parts(self):
        def differs(programs):
            return [holds(p, "select") and holds(p, "go") for p in programs]

        program = next(p for p in map(generate, range(1, 900)) if differs([p])[0])
        small = shrink.shrink(program, differs)
        self.assertTrue(differs([small])[0])
        self.assertLess(size(small), 12)

    def test_every_step_can_be_written(self):
        program = generate(3)
        for step in (shrink.smaller, shrink.simpler):
            for candidate in step(program):
                emit_go.write_file([candidate])
                emit_cc.write_file([candidate])

    def test_renumbered_names_everything(self):
        program = shrink.renumbered(generate(11), 5)
        for text in (emit_go.GoWriter(program).write(), emit_cc.CcWriter(program).write()):
            self.assertNotIn("s11_", text)
            self.assertIn("s5_main", text)

    def test_simple_loops_run_once(self):
        program = next(p for p in map(generate, range(1, 99)) if holds(p, "for"))
        small = shrink.shrink(program, lambda programs: [holds(p, "for") for p in programs])
        blocks = [block for f in small.all_functions() for block in block_lists(f)]
        loops = [node for block in blocks for node in block if node.kind == "for"]
        self.assertEqual([n.args["times"] for n in loops], [1])


class Recorded(unittest.TestCase):
    def test_what_is_written_is_read(self):
        program = generate(4)
        trace = "panic: x\n\ngoroutine 1 [running]:\nmain.f(0x1, 0xc000012345?)\n\tdifferential/p.go:3 +0x1d\n"
        result = Result("2", "p1 3\nlast", trace)
        with tempfile.TemporaryDirectory() as scratch, mock.patch.object(recorded, "FILE", Path(scratch) / "recorded.xz"):
            recorded.write("go1.22.12 linux/amd64", [(program, result)])
            version, found = recorded.read()
        self.assertEqual(version, "go1.22.12 linux/amd64")
        code, read = found[4]
        self.assertEqual(code, recorded.digest(program))
        self.assertEqual((read.exit, read.stdout), ("2", "p1 3\nlast"))
        self.assertIn("main.f(0x1, 0x10000?)\n\tx.go:1 +0x1\n", read.stderr)

    def test_the_recording_belongs_to_this_generator(self):
        version, found = recorded.read()
        self.assertTrue(version.startswith("go1.22."))
        stale = [seed for seed, (code, _) in found.items() if code != recorded.digest(generate(seed))]
        self.assertEqual(stale, [])


class Use(unittest.TestCase):
    def test_wrong_use(self):
        for arguments in ([], ["--seeds", "5..3"], ["--seeds=x"], ["--ci", "--record"], ["--jobs=0", "--ci"], ["more"]):
            with self.assertRaises(UsageError, msg=arguments):
                cmd_differential.main(arguments)


if __name__ == "__main__":
    unittest.main()
