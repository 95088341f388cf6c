"""Goroutines in gdb, of a running program or a core. Works with libgort.a and libgort.so, with or without gort's own symbols.

    info goroutines [STATE]   every goroutine, or those whose state begins with STATE: number, state, where it stands
    goroutine N bt            the stack of goroutine N (any arguments of bt may follow)
    goroutine N COMMAND       any command in the innermost frame of goroutine N, as `goroutine 7 info locals`
    goroutine all bt          that for all of them; as well any other command

and printers for channels, any, error and goroutines (gort::rt::g).

Loaded by itself with an installed libgort.so where gdb trusts the folder (its auto-load safe-path); for a program
linked with libgort.a, or a build folder:

    (gdb) source tools/gort-gdb.py

Where goroutines are and how a g is laid out, the program says itself (runtime/debuginfo.h). The frames of one that does
not run are unwound by gdb from the registers that its last switch has saved. No register is written, and so this works
on cores too: while a command runs, an unwinder says that those registers are what the current thread's innermost frame
was called from.
"""

import re
import struct

import gdb
import gdb.printing
import gdb.unwinder

VERSION = 1
STATUS = {0: "idle", 1: "runnable", 2: "running", 3: "syscall", 4: "waiting", 6: "dead"}
LOCATED = 300  # goroutines whose frames `info goroutines` looks at
ELEMENTS = 200  # of a channel's buffer


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return struct.unpack("<Q", read(address, 8))[0]


def text(address, most=256):
    """text is the string at address, up to its zero."""
    data = b""
    while b"\0" not in data and len(data) < most:
        step = min(64, 4096 - (address + len(data)) % 4096)
        data += read(address + len(data), step)
    return data.split(b"\0")[0].decode("utf-8", "replace")


class Layout:
    """What gort_debug_info of the program says: layout["g.goid"]."""

    def __init__(self, address):
        magic, version, count = struct.unpack("<8sII", read(address, 16))
        if magic != b"gortinfo":
            raise gdb.GdbError("this program's gort_debug_info cannot be read (is it started?)")
        if version != VERSION:
            raise gdb.GdbError(f"this program is linked with another gort (version {version}, this script reads {VERSION})")
        table = read(address + 16, count * 32)
        self.values = {}
        for i in range(count):
            name, value = struct.unpack_from("<24sQ", table, i * 32)
            self.values[name.split(b"\0")[0].decode()] = value

    def __getitem__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise gdb.GdbError(f"this program's gort does not describe {name}") from None

    def field(self, data, name, code="Q"):
        """field takes the member `name` out of the bytes of a structure."""
        return struct.unpack_from("<" + code, data, self[name])[0]


def layout():
    """layout is read anew for each command: the program may have been started again."""
    if not gdb.selected_inferior().pid and not gdb.selected_inferior().threads():
        raise gdb.GdbError("no program is running, and there is no core")
    for find in (by_symbol, by_note):
        address = find()
        if address:
            return Layout(address)
    raise gdb.GdbError("this is no gort program: it has no gort_debug_info")


def by_symbol():
    try:
        return int(gdb.parse_and_eval("(unsigned long)&gort_debug_info"))
    except gdb.error:
        return 0


def by_note():
    """by_note finds the note of a stripped program, from where the kernel says its program headers are."""
    values = {}
    for line in gdb.execute("info auxv", to_string=True).split("\n"):
        parts = line.split()
        if len(parts) > 2:
            values[parts[1]] = parts[-1]
    try:
        start, count = int(values["AT_PHDR"], 0), int(values["AT_PHNUM"], 0)
        headers = [struct.unpack("<IIQQQQQQ", read(start + i * 56, 56)) for i in range(count)]
    except (KeyError, ValueError, gdb.error):
        return 0
    bias = next((start - h[3] for h in headers if h[0] == 6), 0)  # PT_PHDR
    for kind, _, _, address, _, size, _, align in headers:
        if kind != 4 or size > 65536:  # PT_NOTE
            continue
        found = note_in(read(bias + address, size), 8 if align == 8 else 4)
        if found is not None:
            at = bias + address + found
            return at + struct.unpack("<q", read(at, 8))[0]
    return 0


def note_in(data, align):
    """note_in is where the description of gort's note is in a segment of notes."""
    up = lambda n: (n + align - 1) & -align
    at = 0
    while at + 12 <= len(data):
        name, size, kind = struct.unpack_from("<III", data, at)
        description = up(at + 12 + name)
        if kind == 1 and size == 8 and data[at + 12 : at + 12 + name] == b"gort\0":
            return description
        at = up(description + size)
    return None


class Goroutine:
    """A copy of a g."""

    def __init__(self, info, address):
        self.address = address
        data = read(address, info["g.size"])
        get = lambda name, code="Q": info.field(data, "g." + name, code)
        self.goid, self.status = get("goid"), get("status", "I")
        self.shown = self.status not in (0, 6) and not get("thread", "B") and not get("system", "B")
        self.registers = {"rsp": get("sched.sp"), "rbp": get("sched.bp"), "rip": get("sched.pc")}
        self.start, self.created = get("startpc"), get("gopc")
        if self.registers["rip"] == info["gostart"]:
            self.registers["rsp"] = 0  # it has not run yet, or never left its thread since
        self.machine = None
        if self.status == 2 and get("m"):
            machine = read(get("m"), info["m.size"])
            field = lambda name, code="Q": info.field(machine, "m." + name, code)
            self.machine = field("tid", "I"), field("stacklo"), field("stackhi")
        self.high = get("stackhi")
        size = word(info["stack_sizes"] + 8 * min(get("stackclass", "I"), 2))
        self.low = self.high - size if self.high else 0
        self.state = STATUS.get(self.status, "?")
        reason = get("waitreason", "B")
        if self.status == 4 and 0 < reason < info["waitreasons.count"]:
            self.state = text(word(info["waitreasons"] + 8 * reason))
        elif self.status == 2 and get("blocking", "I"):
            self.state = "syscall"
        if get("lockedm"):
            self.state += ", locked to thread"

    def runs_on(self, thread, sp):
        """runs_on tells whether it runs on a thread: on its own stack, or in a signal handler with a stack of its own."""
        if self.low <= sp < self.high:
            return True
        if self.machine is None:
            return False
        tid, low, high = self.machine
        return thread.ptid[1] == tid and not low <= sp < high


def goroutines(info):
    """goroutines are those that the program's own traces show, by number."""
    count, per = word(info["allglen"]), info["allgchunk"]
    found = []
    for first in range(0, count, per):
        n = min(per, count - first)
        for address in struct.unpack(f"<{n}Q", read(word(info["allgchunks"] + first // per * 8), n * 8)):
            g = Goroutine(info, address)
            if g.shown:
                found.append(g)
    return sorted(found, key=lambda g: g.goid)


def threads_by_stack():
    """threads_by_stack are the threads with their stack pointers; the selected thread stays selected."""
    before, found = gdb.selected_thread(), []
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        found.append((int(gdb.newest_frame().read_register("rsp")), thread))
    if before:
        before.switch()
    return found


class Detour(gdb.unwinder.Unwinder):
    """While `registers` are set, the current thread's innermost frame seems to have been called from there."""

    class Id:
        def __init__(self, sp, pc):
            self.sp, self.pc = sp, pc

    def __init__(self):
        super().__init__("gort goroutine")
        self.registers = None
        self.here = None

    def take(self, registers):
        gdb.invalidate_cached_frames()
        frame = gdb.newest_frame()
        self.here = int(frame.read_register("rsp")), int(frame.read_register("rip"))
        self.registers = registers
        gdb.invalidate_cached_frames()

    def leave(self):
        self.registers = None
        gdb.invalidate_cached_frames()

    def __call__(self, pending):
        if self.registers is None:
            return None
        sp, pc = pending.read_register("rsp"), pending.read_register("rip")
        if (int(sp), int(pc)) != self.here:
            return None
        # Below every frame of the goroutine's stack, or gdb takes that for corrupt.
        found = pending.create_unwind_info(Detour.Id(gdb.Value(self.registers["rsp"] - 8), pc))
        integer = pending.architecture().integer_type(64, False)
        for name, value in self.registers.items():
            found.add_saved_register(name, gdb.Value(value).cast(integer))
        return found


detour = Detour()
gdb.unwinder.register_unwinder(None, detour, replace=True)


class Within:
    """with Within(goroutine, threads) as skip: the goroutine's innermost frame is selected; skip frames are not its own."""

    def __init__(self, goroutine, threads):
        self.goroutine = goroutine
        self.thread = next((t for sp, t in threads if goroutine.runs_on(t, sp)), None)

    def __enter__(self):
        self.before = gdb.selected_thread()
        try:
            self.frame = gdb.selected_frame()
        except gdb.error:
            self.frame = None
        if self.thread:
            self.thread.switch()
            gdb.newest_frame().select()
            return 0
        if not self.goroutine.registers["rsp"]:
            return None  # it has not run yet
        detour.take(self.goroutine.registers)
        frame, skip = gdb.newest_frame(), 1
        while frame.type() == gdb.INLINE_FRAME:
            frame, skip = frame.older(), skip + 1
        frame = frame.older()
        if frame is None:
            detour.leave()
            raise gdb.GdbError(f"the stack of goroutine {self.goroutine.goid} cannot be read")
        frame.select()
        return skip

    def __exit__(self, *_):
        detour.leave()
        if self.before and self.before.is_valid():
            self.before.switch()
        if self.frame and self.frame.is_valid():
            self.frame.select()


def without_first(listing, skip):
    """without_first drops the frames that are not the goroutine's from the text of bt, and counts from 0."""
    kept, number = [], -1
    for line in listing.split("\n"):
        match = re.match(r"#(\d+)\s", line)
        if match:
            number = int(match[1])
            line = f"#{number - skip}".ljust(4) + line[len(match[0]) :].lstrip() if number >= skip else line
        if number >= skip or (number < 0 and line):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def function_at(pc):
    """function_at names a pc as `function (file:line)`."""
    if not pc:
        return "?"
    place = gdb.find_pc_line(pc)
    where = f" ({place.symtab.filename}:{place.line})" if place.symtab else ""
    try:
        name = gdb.current_progspace().block_for_pc(pc)
        while name and not name.function:
            name = name.superblock
        if name:
            return f"{name.function.print_name}{where}"
    except (RuntimeError, gdb.error):
        pass
    symbol = re.match(r"(.+?)(?: \+ \d+)? in section", gdb.execute(f"info symbol {pc}", to_string=True))
    return (symbol[1] if symbol else f"{pc:#x}") + where


OWN = re.compile(r"gort::|gort_|std::|__|syscall$|futex|epoll_|pause$|nanosleep|clock_nanosleep|usleep$|raise$|abort$")


def stands_at(goroutine, threads):
    """stands_at names the innermost frame that is the program's own, and its caller's place in the source."""
    with Within(goroutine, threads) as skip:
        if skip is None:
            return "has not run yet: " + function_at(goroutine.start)
        frame = first = gdb.selected_frame()
        for _ in range(40):
            name = frame.name()
            if name and not OWN.match(name):
                break
            older = frame.older()
            if older is None:
                frame = first
                break
            frame = older
        place = frame.find_sal()
        where = f" at {place.symtab.filename}:{place.line}" if place.symtab else ""
        return f"{frame.name() or hex(frame.pc())}{where}"


class InfoGoroutines(gdb.Command):
    """info goroutines [STATE]: lists the goroutines, or those whose state begins with STATE. A * marks those that run on a thread."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STACK, gdb.COMPLETE_NONE)

    def invoke(self, argument, _):
        info, wanted = layout(), argument.strip().lower()
        found = [g for g in goroutines(info) if g.state.lower().startswith(wanted)]
        if not found:
            print(f"no goroutine is in state '{argument.strip()}'" if wanted else "no goroutines")
            return
        threads = threads_by_stack()
        for number, g in enumerate(found):
            mark = "*" if any(g.runs_on(t, sp) for sp, t in threads) else " "
            where = stands_at(g, threads) if number < LOCATED else "in a goroutine of " + function_at(g.start)
            print(f"{mark} {g.goid} [{g.state}] {where}")


class GoroutineCommand(gdb.Command):
    """goroutine N|all [COMMAND]: runs a gdb command, bt if none is given, in the innermost frame of goroutine N, or of each."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK, gdb.COMPLETE_NONE)

    def invoke(self, argument, _):
        which, _, command = argument.strip().partition(" ")
        if which != "all" and not which.isdigit():
            raise gdb.GdbError("usage: goroutine N|all [COMMAND], as in: goroutine 1 bt")
        found = [g for g in goroutines(layout()) if which in ("all", str(g.goid))]
        if not found:
            raise gdb.GdbError(f"there is no goroutine {which}; see: info goroutines")
        threads = threads_by_stack()
        for number, g in enumerate(found):
            if which == "all":
                print(("\n" if number else "") + f"goroutine {g.goid} [{g.state}]:")
            self.run(g, threads, command.strip() or "bt")

    def run(self, goroutine, threads, command):
        with Within(goroutine, threads) as skip:
            if skip is None:
                print("has not run yet: " + function_at(goroutine.start))
                return
            trace = re.match(r"(?:bt|backtrace|where)\b", command)
            if not trace or not skip:
                gdb.execute(command)
                return
            # A count is of the goroutine's frames.
            command = re.sub(r"(?<=\s)(\d+)$", lambda m: str(int(m[1]) + skip), command)
            print(without_first(gdb.execute(command, to_string=True), skip))


# ---- printers ----


def type_of_descriptor(address):
    """type_of_descriptor is the C++ type that a type_desc describes, found by the symbol of its desc_of<T>; or None."""
    symbol = gdb.execute(f"info symbol {address}", to_string=True)
    match = re.match(r"gort::rt::desc_of<(.*)>(?: in section .*)?$", symbol.strip())
    try:
        return gdb.lookup_type(re.sub(r"\[abi:\w+\]", "", match[1])) if match else None
    except gdb.error:
        return None


def name_of_descriptor(info, address):
    length, start = struct.unpack("<QQ", read(address + info["type_desc.name"], 16))  # libstdc++'s string_view
    return read(start, min(length, 200)).decode("utf-8", "replace")


def held(info, descriptor, inline, box):
    """held is (Go's name of the type, the value or None) for an interface with these words."""
    flags, offset = (struct.unpack("<I", read(descriptor + info["type_desc." + n], 4))[0] for n in ("flags", "offset"))
    address = box + offset if flags & info["type_desc.boxed"] else inline
    kind = type_of_descriptor(descriptor)
    value = gdb.Value(address).cast(kind.pointer()).dereference() if kind else None
    return name_of_descriptor(info, descriptor), value


class AnyPrinter:
    """gort::any: `any(int) 42`."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        descriptor = int(self.value["type_"])
        if not descriptor:
            return "any(nil)"
        words = self.value["word_"]
        name, value = held(layout(), descriptor, int(words.address), int(words[0]))
        return f"any({name})" + (f" {value}" if value is not None else "")


class ErrorPrinter:
    """gort::error: `error(*errors.errorString) {...}`."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        box = int(self.value["o_"])
        if not box:
            return "error(nil)"
        info = layout()
        name, value = held(info, word(box + info["object.type"]), box, box)
        return f"error({name})" + (f" {value}" if value is not None else "")


class ChanPrinter:
    """chan<T>: its length, capacity and waiters, and the elements in its buffer."""

    def __init__(self, value):
        kind = value.type.strip_typedefs()
        self.name = re.sub(r"^gort::(rt::)?", "", kind.tag or "chan")
        self.element = kind.template_argument(0) if "<" in self.name else None
        self.address = int(value["c_"]) if self.element is not None else int(value.address)
        self.info = layout()
        if self.address:
            self.data = read(self.address, self.info["hchan.size"])

    def get(self, member, code="Q"):
        return self.info.field(self.data, "hchan." + member, code)

    def waiting(self, queue):
        sudog, count = word(self.address + self.info["hchan." + queue] + self.info["waitq.first"]), 0
        while sudog and count < 100000:
            sudog, count = word(sudog + self.info["sudog.next"]), count + 1
        return count

    def to_string(self):
        if not self.address:
            return f"{self.name} nil"
        parts = [f"{self.name} {self.address:#x}", f"len {self.get('qcount')}", f"cap {self.get('dataqsiz')}"]
        for queue, what in (("recvq", "receiving"), ("sendq", "sending")):
            if self.waiting(queue):
                parts.append(f"{self.waiting(queue)} {what}")
        if self.get("state", "B") & self.info["hchan.closed"]:
            parts.append("closed")
        return ", ".join(parts)

    def children(self):
        if not self.address or self.element is None:
            return
        at, size = self.get("recvp"), self.get("elemsize", "H")
        pointer = self.element.pointer()
        for i in range(min(self.get("qcount"), ELEMENTS)):
            yield f"[{i}]", gdb.Value(at).cast(pointer).dereference()
            at += size
            if at == self.get("bufend"):
                at = self.get("buf")

    def display_hint(self):
        return "array"


class GoroutinePrinter:
    """gort::rt::g: `goroutine 7 [chan receive]`."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        g = Goroutine(layout(), int(self.value.address))
        return f"goroutine {g.goid} [{g.state}]"


def printers():
    found = gdb.printing.RegexpCollectionPrettyPrinter("gort")
    found.add_printer("chan", r"^gort::(chan|send_chan|recv_chan)<.*>$", ChanPrinter)
    found.add_printer("hchan", r"^gort::rt::hchan$", ChanPrinter)
    found.add_printer("any", r"^gort::any$", AnyPrinter)
    found.add_printer("error", r"^gort::(error|runtime::error_value)$", ErrorPrinter)
    found.add_printer("g", r"^gort::rt::g$", GoroutinePrinter)
    return found


gdb.printing.register_pretty_printer(gdb.current_objfile(), printers(), replace=True)
InfoGoroutines()
GoroutineCommand()
