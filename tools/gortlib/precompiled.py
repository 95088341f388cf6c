"""A precompiled <gort/gort.h> for g++, which makes compiling a small program three times as fast.

It is worth its few seconds where many programs are compiled, as by the conformance suite. A program is the same with and
without: it is compiled with `-include gort/gort.h`, before which nothing of its own stands.
"""

import hashlib
import json
import os
import shlex
import subprocess

from gortlib.common import BUILD, locked


class Precompiled:
    """The precompiled header for one compiler and one set of flags."""

    def __init__(self, cxx, flags):
        digest = hashlib.sha256(json.dumps([cxx, flags]).encode()).hexdigest()[:32]
        self.command = cxx + flags
        self.folder = BUILD / "pch" / digest
        # The wrapper has a name of its own: a header that is compiled by itself must not say `#pragma once`.
        self.wrapper = self.folder / "precompiled.h"
        self.header = self.folder / "precompiled.h.gch"
        self.inputs = self.folder / "inputs.json"

    def fresh(self):
        """fresh says whether the header is there and newer than all that it was made of."""
        try:
            for name, state in json.loads(self.inputs.read_text()).items():
                stat = os.stat(name)
                if [stat.st_mtime_ns, stat.st_size] != state:
                    return False
            return self.header.exists()
        except (FileNotFoundError, ValueError):
            return False

    def make(self):
        """make brings the header up to date; if it cannot be compiled, the programs will say why."""
        with locked(BUILD / ".lock-pch"):
            if self.fresh():
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            self.wrapper.write_text("#include <gort/gort.h>\n")
            made, depends = self.folder / "new.gch", self.folder / "new.d"
            command = self.command + ["-MMD", "-MF", str(depends), "-x", "c++-header", str(self.wrapper), "-o", str(made)]
            if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                return
            names = shlex.split(depends.read_text().replace("\\\n", " ").partition(": ")[2].replace("$$", "$"))
            states = {os.path.abspath(name): os.stat(name) for name in names}
            os.replace(made, self.header)
            self.inputs.write_text(json.dumps({n: [s.st_mtime_ns, s.st_size] for n, s in states.items()}))

    def flags_for_use(self):
        return ["-include", str(self.wrapper)] if self.fresh() else []
