"""Go tracebacks as data: reading the text, merging equal stacks, writing text and JSON."""

import re
from dataclasses import dataclass, field

HEADER = re.compile(r"^goroutine (?P<id>\d+)(?P<where>(?: \w+=\w+)*) \[(?P<state>.*)\]:$")
FRAME = re.compile(r"^(?P<function>\S.*)\((?P<arguments>[^()]*)\)$")
PLACE = re.compile(r"^\t(?P<file>.*):(?P<line>\d+)(?: \+(?P<offset>0x[0-9a-f]+))?(?P<registers>(?: \w+=0x[0-9a-f]+)*)$")
CREATED = re.compile(r"^created by (?P<function>\S+)(?: in goroutine (?P<parent>\d+))?$")
ELIDED = re.compile(r"^\.\.\.(?P<count>\d+) frames elided\.\.\.$")
MINUTES = re.compile(r"^(\d+) minutes$")


@dataclass(frozen=True)
class Place:
    """Where a frame is in the source."""

    file: str
    line: int
    offset: str = ""
    registers: str = ""

    def text(self):
        offset = f" +{self.offset}" if self.offset else ""
        return f"\t{self.file}:{self.line}{offset}{self.registers}"

    def data(self):
        found = {"file": self.file, "line": self.line}
        if self.offset:
            found["offset"] = self.offset
        found.update(word.split("=") for word in self.registers.split())
        return found


@dataclass(frozen=True)
class Frame:
    """A function, or, without one, a line that stands for frames: `...23 frames elided...`, `stack unavailable`."""

    function: str
    arguments: str = ""
    place: Place = None
    note: str = ""

    def text(self):
        if self.note:
            return self.note
        head = f"{self.function}({self.arguments})"
        return head + "\n" + self.place.text() if self.place else head

    def data(self):
        elided = ELIDED.match(self.note)
        if elided:
            return {"elided": int(elided["count"])}
        if self.note:
            return {"note": self.note.strip()}
        found = {"function": self.function, "arguments": self.arguments}
        return {**found, **(self.place.data() if self.place else {})}


@dataclass
class Goroutine:
    """One goroutine of a trace."""

    id: int
    state: str
    minutes: int = 0
    locked: bool = False
    where: str = ""  # gp=0x... m=3 mp=0x..., of a system-level trace
    frames: list = field(default_factory=list)
    creator: str = ""
    parent: int = 0
    created_at: Place = None

    def key(self):
        """key is equal for goroutines that stand at the same place for the same reason; arguments do not count."""
        stack = tuple((f.function, f.note, f.place and (f.place.file, f.place.line, f.place.offset)) for f in self.frames)
        return self.state, self.locked, stack, self.creator, self.created_at

    def text(self):
        bracket = brackets(self.state, f"{self.minutes} minutes" if self.minutes else "", self.locked)
        lines = [f"goroutine {self.id}{self.where} {bracket}:", *(f.text() for f in self.frames)]
        return "\n".join(lines + created(self.creator, self.parent, self.created_at))

    def data(self):
        found = {"id": self.id, "state": self.state, "minutes": self.minutes, "locked": self.locked}
        found.update(word.split("=") for word in self.where.split())
        found["frames"] = [f.data() for f in self.frames]
        if self.creator:
            found["created_by"] = {"function": self.creator, **self.created_at.data()}
            if self.parent:
                found["created_by"]["goroutine"] = self.parent
        return found


class Group:
    """Goroutines with one key."""

    def __init__(self, members):
        self.members = members

    def frames(self):
        """frames are the common ones; where arguments differ between members, `...` stands for them."""
        for same in zip(*(g.frames for g in self.members)):
            first = same[0]
            if any(f.arguments != first.arguments for f in same):
                first = Frame(first.function, "...", first.place)
            yield first

    def parent(self):
        parents = {g.parent for g in self.members}
        return parents.pop() if len(parents) == 1 else 0

    def text(self):
        first = self.members[0]
        if len(self.members) == 1:
            return first.text()
        least, most = min(g.minutes for g in self.members), max(g.minutes for g in self.members)
        minutes = f"{least}-{most} minutes" if least != most else f"{most} minutes" if most else ""
        bracket = brackets(first.state, minutes, first.locked)
        head = f"{len(self.members)} goroutines {bracket}: {ranges([g.id for g in self.members])}"
        lines = [head, *(f.text() for f in self.frames())]
        return "\n".join(lines + created(first.creator, self.parent(), first.created_at))

    def data(self):
        first = self.members[0]
        found = first.data()
        del found["id"]
        found["minutes"] = max(g.minutes for g in self.members)
        found["frames"] = [f.data() for f in self.frames()]
        if "created_by" in found and not self.parent():
            found["created_by"].pop("goroutine", None)
        return {"count": len(self.members), "ids": [g.id for g in self.members], **found}


def brackets(state, minutes, locked):
    return "[" + ", ".join(filter(None, [state, minutes, "locked to thread" if locked else ""])) + "]"


def created(creator, parent, place):
    if not creator:
        return []
    return [f"created by {creator}" + (f" in goroutine {parent}" if parent else ""), place.text()]


def ranges(numbers, most=12):
    """ranges writes sorted numbers shortly: 1 3-5 9."""
    runs = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    words = [str(a) if a == b else f"{a}-{b}" for a, b in runs]
    return " ".join(words[:most] + (["..."] if len(words) > most else []))


def place_of(line):
    found = PLACE.match(line)
    return found and Place(found["file"], int(found["line"]), found["offset"] or "", found["registers"])


def parse(text):
    """parse yields the goroutines of a traceback; what stands outside of one is passed over."""
    goroutine, lines = None, iter(text.split("\n"))
    for line in lines:
        header = HEADER.match(line)
        if header:
            if goroutine:
                yield goroutine
            goroutine = head(header)
        elif goroutine and not line:
            yield goroutine
            goroutine = None
        elif goroutine:
            body(goroutine, line, lines)
    if goroutine:
        yield goroutine


def head(match):
    state, minutes, locked = [], 0, False
    for word in match["state"].split(", "):
        if word == "locked to thread":
            locked = True
        elif MINUTES.match(word):
            minutes = int(MINUTES.match(word)[1])
        else:
            state.append(word)
    return Goroutine(int(match["id"]), ", ".join(state), minutes, locked, match["where"])


def body(goroutine, line, lines):
    made = CREATED.match(line)
    if made:
        goroutine.creator, goroutine.parent = made["function"], int(made["parent"] or 0)
        goroutine.created_at = place_of(next(lines, ""))
        return
    frame = FRAME.match(line)
    if frame:
        goroutine.frames.append(Frame(frame["function"], frame["arguments"], place_of(next(lines, ""))))
    else:
        goroutine.frames.append(Frame("", note=line))


def merge(goroutines):
    """merge groups goroutines of equal key; the largest groups come first, then in order of their first member."""
    groups = {}
    for g in goroutines:
        groups.setdefault(g.key(), []).append(g)
    return sorted(map(Group, groups.values()), key=lambda group: (-len(group.members), group.members[0].id))
