"""A gort program whose goroutines stand in known places, for the tests of what looks at it from outside."""

import os
import resource
import select
import shlex
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from gortlib import build, traces
from gortlib.common import Failure
from gortlib.compiler import Compiler, pkg_config

SOURCE = r"""
#include <gort/gort.h>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>
using namespace gort;

static std::string mode;
static int count;

namespace app {
struct server {
  chan<int> requests;
  void serve(int id) { for (int r : requests) println(id, r); }
  int idle(const std::string& name, any what) const { return requests.recv() + int(name.size()) + int(bool(what)); }
};
}  // namespace app

void worker(chan<int> jobs, int id) { jobs.recv(); println(id); }
void deep(int depth, chan<int> c) { if (depth == 0) c.recv(); else deep(depth - 1, c); }
void sleeper() { time::Sleep(time::Hour); }
void spinner(unsigned* p) { for (;;) { *p = *p + 1; asm volatile("" ::: "memory"); } }
void panicker(chan<int> c) {
  func([&] {
    defer([&] { c.recv(); });
    panic(errors::New("stopped half way"));
  });
}
void locked(chan<int> c) {
  runtime::LockOSThread();
  c.recv();
}
void ping(chan<int> in, chan<int> out) { for (int v : in) out.send(v + 1); }
void spawner() { for (;;) { chan<int> done = make_chan<int>(); go([=] { done.send(1); }); done.recv(); } }

void many(chan<int> c) { for (int i = 0; i < count; i++) go(worker, c, i); }

void busy() {
  for (int i = 0; i < 4; i++) {
    auto a = make_chan<int>(), b = make_chan<int>();
    go(ping, a, b);
    go(ping, b, a);
    a.send(0);
  }
  go(spawner);
}

void all(chan<int> c) {
  static app::server server{c};
  static unsigned n;
  static std::string name = "a name";
  static sync::Mutex mu;
  go([] { server.serve(7); });
  go([] { server.idle(name, name); });
  go(deep, 150, c);
  go(sleeper);
  go(spinner, &n);
  go(panicker, c);
  go(locked, c);
  go([c] { func([&] { select(recv(c, [](int, bool) {}), recv(make_chan<int>(), [](int, bool) {})); }); });
  mu.Lock();
  go([] { mu.Lock(); });
  go([] { runtime::blocking([] { for (;;) ::pause(); }); });
  for (int i = 0; i < 3; i++) go(worker, c, i);
}

void wait(chan<int> full, chan<std::string> words, any what, error err) {
  time::Sleep(time::Hour);
  println(full.len(), words.len(), bool(what), err != nil);
}

void entry() {
  auto c = make_chan<int>();
  if (mode == "many") many(c);
  if (mode == "busy") busy();
  if (mode == "all") all(c);
  auto full = make_chan<int>(3);
  full.send(11);
  full.send(22);
  auto words = make_chan<std::string>(2);
  words.send("hello");
  words.close();
  std::puts("ready");
  std::fflush(stdout);
  wait(full, words, any(42), errors::New("boom"));
}

int main(int argc, char** argv) {
  mode = argc > 1 ? argv[1] : "all";
  count = argc > 2 ? atoi(argv[2]) : 0;
  return gort::main(argc, argv, entry);
}
"""

START_SECONDS = 60


def compiled(folder, shared=False, extra=()):
    """compiled builds the program in folder, against libgort.a or libgort.so, and returns its path."""
    source = Path(folder) / "fixture.cc"
    source.write_text(SOURCE)
    variant = build.ensure(build.Variant())
    compiler = Compiler(variant, extra=extra)
    target = Path(folder) / ("shared" if shared else "static")
    libraries = compiler.libraries
    if shared:
        libraries = pkg_config(variant, "--libs") + [f"-Wl,-rpath,{variant.folder}"]
    command = compiler.cxx + compiler.flags + [str(source)] + libraries + ["-o", str(target)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if result.returncode:
        raise Failure(f"{shlex.join(command)} failed:\n{result.stderr}")
    return target


def in_place(goroutines):
    """in_place: none of them is on its way to where it stays, but for a loop or a system call."""
    for g in goroutines:
        names = [frame.function or "" for frame in g.frames]
        if g.state == "running" and "main.spinner" in names:
            continue
        if g.state in ("runnable", "running") or (g.state == "syscall" and not any("pause" in n for n in names)):
            return False
    return len(goroutines) > 0


def await_in_place(pid):
    """await_in_place waits until a program's goroutines stand where they stay, as far as this system lets it be read."""
    tool = build.Variant().folder / "tools" / "stack" / "gort-stack"
    until = time.monotonic() + START_SECONDS
    while True:
        result = subprocess.run([str(tool), str(pid)], capture_output=True, text=True, timeout=START_SECONDS)
        if "ptrace_scope" in result.stderr or "SYS_PTRACE" in result.stderr:
            return
        if result.returncode == 0 and in_place(list(traces.parse(result.stdout))):
            return
        if time.monotonic() > until:
            raise Failure(f"the goroutines did not come to their places: {result.stdout}{result.stderr}")
        time.sleep(0.05)


class Running:
    """The program, started and in place: with Running(binary, "many", 100) as program: program.pid."""

    def __init__(self, binary, *arguments, core=False, environment=None, preexec=None):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOTRACEBACK", "GODEBUG", "GORT_STACK"))}
        limit = resource.RLIM_INFINITY if core else 0

        def prepare():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard if core else limit, hard))
            if preexec:
                preexec()

        self.errors = open(self.folder / "stderr", "w+")
        self.process = subprocess.Popen(
            [str(binary), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=self.folder,
            env={**kept, **(environment or {})},
            preexec_fn=prepare,
        )
        self.pid = self.process.pid
        if not select.select([self.process.stdout], [], [], START_SECONDS)[0] or not self.process.stdout.readline():
            self.close()
            raise Failure("the fixture did not start")
        if "busy" not in arguments:
            try:
                await_in_place(self.pid)
            except Exception:
                self.close()
                raise

    def end(self, number):
        """end sends a signal and returns what the program wrote to standard error."""
        self.process.send_signal(number)
        self.process.wait(timeout=60)
        return self.stderr()

    def stderr(self):
        return (self.folder / "stderr").read_text()

    def core_file(self):
        """core_file is the core that the program has left, None if the system puts cores elsewhere."""
        found = list(self.folder.glob("core*"))
        return found[0] if found else None

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        self.scratch.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
