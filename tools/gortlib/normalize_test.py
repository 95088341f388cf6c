"""Tests of what the normaliser hides and, as important, what it does not."""

import unittest

from gortlib.normalize import difference, user_frames


def same(a, b):
    return difference(a, b) == []


GO_TRACE = """panic: boom

goroutine 1 [running]:
main.f(0x5, {0xc000012345?, 0x3})
\t./x.go:7 +0x25
main.main()
\t./x.go:12 +0x1b
"""


class Hidden(unittest.TestCase):
    def test_file_line_and_offset(self):
        other = GO_TRACE.replace("./x.go:7 +0x25", "/home/me/my dir/twin.cc:19 +0xfe").replace("x.go:12", "twin.cc:40")
        self.assertTrue(same(GO_TRACE, other))

    def test_offset_may_be_absent(self):
        self.assertTrue(same(GO_TRACE, GO_TRACE.replace(" +0x1b", "")))

    def test_addresses(self):
        self.assertTrue(same("(main.St) 0xc000090010\n", "(main.St) 0x7fff00001234\n"))
        self.assertTrue(same("[signal SIGSEGV code=0x1 addr=0x0 pc=0x48424b]", "[signal SIGSEGV code=0x1 addr=0x0 pc=0x555555]"))

    def test_code_address_of_a_null_call(self):
        self.assertTrue(same("addr=0x0 pc=0x48424b]", "addr=0x0 pc=0x0]"))

    def test_goroutine_ids_above_one_keep_their_identity(self):
        go = "goroutine 18 [select]:\n\ngoroutine 19 [select]:\ncreated by main.f in goroutine 18\n\tx.go:1 +0x1\n"
        self.assertTrue(same(go, go.replace("18", "34").replace("19", "7")))
        self.assertFalse(same(go, go.replace("in goroutine 18", "in goroutine 19")))

    def test_version(self):
        self.assertTrue(same("go1.22.12", "go1.22"))

    def test_file_names_in_text(self):
        self.assertTrue(same("at x.go:12: hi", "at /a/b/x.cc:99: hi"))


class NotHidden(unittest.TestCase):
    def test_words_and_blank_lines(self):
        self.assertFalse(same("panic: a\n", "panic: b\n"))
        self.assertFalse(same("a\n\nb\n", "a\nb\n"))
        self.assertFalse(same("a\n", "a"))
        self.assertFalse(same("a", "a "))
        self.assertFalse(same("\tpanic: x", "panic: x"))

    def test_small_numbers(self):
        self.assertFalse(same("addr=0x0", "addr=0x8"))
        self.assertFalse(same("addr=0x0", "addr=0x7f0000000000"))
        self.assertFalse(same("exit status 2", "exit status 3"))
        self.assertFalse(same("...150 frames elided...", "...151 frames elided..."))

    def test_goroutine_one(self):
        self.assertFalse(same("goroutine 1 [running]:", "goroutine 2 [running]:"))

    def test_wait_reason(self):
        self.assertFalse(same("goroutine 5 [chan send]:", "goroutine 5 [chan receive]:"))

    def test_function_name(self):
        self.assertFalse(same(GO_TRACE, GO_TRACE.replace("main.f(", "main.g(")))
        self.assertFalse(same(GO_TRACE, GO_TRACE.replace("main.main()", "main.main.func1()")))

    def test_missing_frame(self):
        self.assertFalse(same(GO_TRACE, GO_TRACE.replace("main.main()\n\t./x.go:12 +0x1b\n", "")))

    def test_frame_without_place(self):
        self.assertFalse(same(GO_TRACE, GO_TRACE.replace("\t./x.go:12 +0x1b\n", "")))

    def test_created_by(self):
        go = "created by main.f in goroutine 1\n\tx.go:1 +0x1\n"
        self.assertTrue(same(go, go.replace("x.go:1 +0x1", "y.cc:8 +0x9")))
        self.assertFalse(same(go, go.replace("main.f", "main.g")))
        self.assertFalse(same(go, go.replace(" in goroutine 1", "")))


def frames(arguments):
    return f"main.f({arguments})\n\tx.go:1 +0x1\n"


class Arguments(unittest.TestCase):
    def check(self, a, b, wanted):
        self.assertEqual(same(frames(a), frames(b)), wanted, f"{a} / {b}")
        self.assertEqual(same(frames(b), frames(a)), wanted, f"{b} / {a}")

    def test_small_words_must_be_equal(self):
        self.check("0x5", "0x5", True)
        self.check("0x5", "0x6", False)

    def test_addresses_match_each_other_only(self):
        self.check("0xc000012345", "0x7fff12345678", True)
        self.check("0xc000012345", "0x0", False)

    def test_unsure_words_match_anything(self):
        self.check("0x5?", "0x6", True)
        self.check("_", "0xc000012345", True)
        self.check("0x1?, 0x2", "0x7, 0x3", False)

    def test_count_and_nesting(self):
        self.check("0x1", "0x1, 0x2", False)
        self.check("", "0x1", False)
        self.check("{0x1, 0x2}", "0x1, 0x2", False)
        self.check("{0xc000012345?, 0x3}", "{0x555555555555, 0x3}", True)
        self.check("{}, {0x1}", "{}, {0x1}", True)
        self.check("0x1, ...", "0x1, ...", True)
        self.check("0x1, ...", "0x1", False)

    def test_inlined_frame_matches_any_arguments(self):
        inlined = "main.f(...)\n\tx.go:1\n"
        self.assertTrue(same(inlined, frames("0x1, 0x2")))
        self.assertTrue(same(frames(""), inlined))
        self.assertTrue(same(inlined, inlined))
        self.assertFalse(same(inlined, frames("0x1").replace("main.f", "main.g")))
        self.check("...", "0x1, 0x2", False)

    def test_methods_and_generics(self):
        self.assertTrue(same("main.(*T).M(0xc000012345)\n\ta.go:1\n", "main.(*T).M(0x7fff12345678)\n\tb.cc:1\n"))
        self.assertFalse(same("main.(*T).M(0x1)\n\ta.go:1\n", "main.T.M(0x1)\n\tb.cc:1\n"))
        self.assertTrue(same("main.g[...](0x1)\n\ta.go:1\n", "main.g[...](0x1)\n\tb.cc:1\n"))


SYSTEM_TRACE = """panic: boom

goroutine 1 gp=0xc0000061c0 m=0 mp=0x4ef580 [running]:
runtime.fatalpanic(_)
\t./crash.cc:118 +0x1f fp=0x7f461beffe30 sp=0x7f461beff910 pc=0x55a2a613ec3f
panic({0x46a900?, 0x495160?})
\truntime/panic.go:779 +0x158 fp=0xc000088f00 sp=0xc000088e50 pc=0x42fb38
main.f(0x5)
\t./x.go:7 +0x25 fp=0xc000088f20 sp=0xc000088f00 pc=0x464945
runtime.goexit({})
\truntime/asm_amd64.s:1695 +0x1 fp=0xc000088fe8 sp=0xc000088fe0 pc=0x45e801
created by main.main in goroutine 1
\t./x.go:12 +0x1b

goroutine 2 gp=0xc000006700 m=nil [force gc (idle)]:
runtime.gopark(0x0?)
\truntime/proc.go:402 +0xce fp=0xc000042fa8 sp=0xc000042f88 pc=0x4334ee

rax    0x0
"""


class UserFrames(unittest.TestCase):
    def test_what_is_the_users_is_left(self):
        self.assertEqual(
            user_frames(SYSTEM_TRACE),
            "panic: boom\n\ngoroutine 1 [running]:\npanic({0x46a900?, 0x495160?})\n\truntime/panic.go:779 +0x158\n"
            "main.f(0x5)\n\t./x.go:7 +0x25\ncreated by main.main in goroutine 1\n\t./x.go:12 +0x1b\n",
        )

    def test_a_users_frame_that_is_missing_shows(self):
        less = SYSTEM_TRACE.replace("main.f(0x5)", "runtime.f(0x5)")
        self.assertFalse(same(user_frames(SYSTEM_TRACE), user_frames(less)))


if __name__ == "__main__":
    unittest.main()
