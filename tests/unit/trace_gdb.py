# For trace_test.cc, run by gdb: at every stop in stop_here it writes down the stack from observe's caller on, in the
# form that the program itself uses.
import gdb


def base(path):
    return path.rsplit("/", 1)[-1]


def left_out(frame, newer):
    """left_out: frames of tail calls, which are not on the stack, and the outer half of a function that g++ has split."""
    if frame.type() == gdb.TAILCALL_FRAME:
        return True
    return newer is not None and newer.type() == gdb.INLINE_FRAME and newer.name() == frame.name() is not None and newer.pc() == frame.pc()


def frames(frame):
    newer = None
    while frame is not None:
        if left_out(frame, newer):
            newer, frame = frame, frame.older()
            continue
        sal = frame.find_sal()
        kind = {gdb.INLINE_FRAME: "inlined", gdb.SIGTRAMP_FRAME: "signal"}.get(frame.type(), "call")
        yield "%s %#x %s:%d" % (kind, frame.pc(), base(sal.symtab.filename) if sal.symtab else "??", sal.line)
        newer, frame = frame, frame.older()


class Stop(gdb.Breakpoint):
    def stop(self):
        frame = gdb.newest_frame()
        where = frame.older().read_var("where").string()
        lines = list(frames(frame.older().older()))
        with open("gdb.txt", "a") as f:
            f.write("at %s\n%s\nend\n" % (where, "\n".join(lines)))
        return False


gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("set print inferior-events off")
gdb.execute("handle SIGUSR2 nostop noprint pass")
gdb.execute("handle SIGURG nostop noprint pass")
gdb.execute("handle SIGUSR1 nostop noprint pass")
Stop("stop_here", internal=True)
gdb.execute("run > program.txt 2> program.err")
