"""Compares what a Go program printed with what its C++ twin printed, hiding only what must differ.

Hidden, because a C++ file is another file and another binary:
  - file names, their paths and endings, line numbers, and code offsets (`+0x1d`);
  - addresses: a hex number of 0x10000 and above equals any other one; a code address (`pc=`) equals any, since a call
    through a null pointer faults in the caller in Go and at 0 in C++;
  - goroutine ids above 1, renumbered in the order in which a text names them;
  - the Go version (`go1.22.12`).

Not hidden: everything else, each word and each blank line of it. Function lines of a trace are compared by structure:
the function's name, and its argument words in number and nesting. A word that either side is unsure of (`0x5?`, `_`)
equals any word or group; otherwise small words must be equal. Which functions are inlined is the compiler's affair: a
frame that one side prints as inlined, `f(...)` without a code offset, equals the same function with any arguments.
"""

import difflib
import re

ADDRESS_FLOOR = 0x10000

FRAME = re.compile(r"^(?P<name>\S.*?)\((?P<args>[^()]*)\)$")
CREATED = re.compile(r"^created by (?P<name>\S+?)(?P<parent> in goroutine \d+)?$")
PLACE = re.compile(r"^\t(?:\S.*):\d+(?P<offset> \+0x[0-9a-f]+)?(?P<regs> fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+)?$")
FILE = re.compile(r"(?:[\w.+-]*/)*[\w+-][\w.+-]*\.(?:go|cc)(?::\d+)?\b")
PC = re.compile(r"\bpc=0x[0-9a-f]+")
HEX = re.compile(r"\b0x([0-9a-f]+)\b")
GOROUTINE = re.compile(r"\bgoroutine (\d+)\b")
VERSION = re.compile(r"\bgo1\.\d+(?:\.\d+)?\b")
WORD = re.compile(r"0x[0-9a-f]+\??|_|\.\.\.|[{},]")

ANYTHING = object()


class Frame:
    """A function line of a trace: a name, and its arguments as a nested list (None: inlined, not shown)."""

    def __init__(self, name, arguments, text):
        self.name = name
        self.arguments = arguments
        self.text = text

    def __eq__(self, other):
        if not isinstance(other, Frame) or self.name != other.name:
            return False
        if self.arguments is None or other.arguments is None:
            return True
        return equal_words(self.arguments, other.arguments)

    def __str__(self):
        return self.text


def parse_words(text):
    """parse_words turns `0x7, {0xc000012345?, 0x3}` into nested lists, or None if it is no argument list."""
    if WORD.sub("", text).strip():
        return None
    stack = [[]]
    for token in WORD.findall(text):
        if token == "{":
            stack.append([])
        elif token == "}":
            if len(stack) == 1:
                return None
            group = stack.pop()
            stack[-1].append(group)
        elif token == "...":
            stack[-1].append("...")
        elif token == "_" or token.endswith("?"):
            stack[-1].append(ANYTHING)
        elif token != ",":
            value = int(token, 16)
            stack[-1].append("address" if value >= ADDRESS_FLOOR else value)
    return stack[0] if len(stack) == 1 else None


def equal_words(a, b):
    """equal_words compares two argument lists; an unsure word equals a word or a group of any content."""
    if a is ANYTHING or b is ANYTHING:
        return True
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal_words(x, y) for x, y in zip(a, b))
    return a == b


class Renumber:
    """Gives goroutine ids above 1 the numbers 2, 3, ... in the order in which they are met."""

    def __init__(self):
        self.known = {0: 0, 1: 1}

    def __call__(self, match):
        number = int(match.group(1))
        return f"goroutine {self.known.setdefault(number, len(self.known))}"


def hide_address(match):
    return "0xADDRESS" if int(match.group(1), 16) >= ADDRESS_FLOOR else match.group(0)


def plain(line, renumber):
    """plain hides what must differ in a line that is not part of a frame."""
    line = GOROUTINE.sub(renumber, line)
    line = FILE.sub("FILE", line)
    line = PC.sub("pc=ADDRESS", line)
    line = HEX.sub(hide_address, line)
    return VERSION.sub("goVERSION", line)


def normalize(text):
    """normalize turns a text into a list of comparable lines, str or Frame."""
    lines = text.split("\n")
    renumber = Renumber()
    result = []
    index = 0
    while index < len(lines):
        line = lines[index]
        place = PLACE.match(lines[index + 1]) if index + 1 < len(lines) else None
        item = frame(line, bool(place.group("offset")), renumber) if place else None
        if item is None:
            result.append(plain(line, renumber))
            index += 1
            continue
        result.append(item)
        result.append("\tFILE" + (" fp=ADDRESS sp=ADDRESS pc=ADDRESS" if place.group("regs") else ""))
        index += 2
    return result


def frame(line, has_offset, renumber):
    """frame reads a function line or a `created by` line, or returns None.

    An inlined frame is `f(...)` over a place without a code offset.
    """
    created = CREATED.match(line)
    if created:
        return plain(line, renumber)
    match = FRAME.match(line)
    if not match:
        return None
    arguments = match.group("args")
    if arguments == "..." and not has_offset:
        return Frame(match.group("name"), None, line)
    words = parse_words(arguments)
    return None if words is None else Frame(match.group("name"), words, line)


USER = re.compile(r"(?:main\.|panic\(|created by main\.)")
HEADER = re.compile(r"^(goroutine \d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? (\[.*\]:)$")
REGISTERS = re.compile(r" fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+$")


def user_frames(text):
    """user_frames leaves of a text with traces at GOTRACEBACK=system what is the user's.

    That is what stands before the first trace, and of each goroutine with functions of package main its number and state,
    these functions, panic, and its go statement. The rest is each runtime's own: its frames and goroutines, registers.
    """
    first, *rest = text.split("\n\n")
    kept = [first]
    for part in rest:
        lines = part.split("\n")
        header = HEADER.match(lines[0])
        if not header:
            continue
        found = [f"{header[1]} {header[2]}"]
        for line, place in zip(lines[1:], lines[2:]):
            if USER.match(line) and place.startswith("\t"):
                found += [line, REGISTERS.sub("", place)]
        if any(line.startswith("main.") for line in found):
            kept.append("\n".join(found))
    return "\n\n".join(kept) + "\n"


def difference(wanted, found, wanted_name="go", found_name="c++"):
    """difference returns a unified diff of two normalised texts, [] if they are equal."""
    a, b = normalize(wanted), normalize(found)
    if len(a) == len(b) and all(x == y for x, y in zip(a, b)):
        return []
    a_text, b_text = [], []
    for index, item in enumerate(a):
        # Where two frames are equal but written differently, the diff shows one spelling.
        twin = b[index] if index < len(b) and item == b[index] else item
        a_text.append(str(twin))
    b_text = [str(item) for item in b]
    return list(difflib.unified_diff(a_text, b_text, wanted_name, found_name, lineterm="", n=3))
