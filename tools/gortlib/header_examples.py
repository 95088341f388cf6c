"""The examples in the public headers, made into one program that the compiler checks.

An example is what a comment of a header indents by three blanks or more (`//   code`). Structs, functions and other
declarations at its left edge go to namespace scope, the rest into a function. `...` stands for code that is left out. What
the examples use without declaring it is declared in header_examples.h, for all or for the examples of one header.
"""

import re

from gortlib.common import ROOT

HEADERS = ROOT / "runtime" / "include" / "gort"
NAMES = ROOT / "tests" / "unit" / "header_examples.h"
EXAMPLE = re.compile(r"^\s*//( {3,})(\S.*)$")
COMMENT = re.compile(r"^\s*//\s*$")
CODE = re.compile(r"[;{}]\s*(//.*)?$|^(if|for|while) \(")
FUNCTION = re.compile(r"^( {0,2})(?!return|else|friend|using|requires|explicit)(?:[\w:<>,*&\[\]]+ )+[*&]?([A-Z]\w*)\(")
TOP = re.compile(r"^(struct|class|template|using|const error|static|extern)\b|^[\w:<>]+[&*]? \w+\([^()]*\) \{")


def examples(header):
    """examples returns [(line number, [lines])] of a header: runs of indented comment lines that are code."""
    found, block, start = [], [], 0
    for number, line in enumerate([*header.read_text().split("\n"), ""], 1):
        match = EXAMPLE.match(line)
        if match:
            start = start or number
            block.append((len(match.group(1)), match.group(2)))
        elif not (block and COMMENT.match(line)):
            if any(CODE.search(text) for _, text in block):
                edge = min(indent for indent, _ in block)
                found.append((start, [" " * (indent - edge) + text for indent, text in block]))
            block, start = [], 0
    return found


def functions(header):
    """functions returns the names of the public functions that a header declares in Go's way, with a capital letter."""
    names, private = set(), False
    for line in header.read_text().split("\n"):
        if re.match(r"^ (private|public):", line):
            private = line.startswith(" private")
        elif line.startswith("}"):
            private = False
        match = FUNCTION.match(line)
        if match and not private:
            names.add(match.group(2))
    return names


def complete(line):
    """complete replaces what an example leaves out by nothing."""
    line = re.sub(r"\s+//.*$", "", line)
    line = re.sub(r"(\)|case \d+:|default:)\s*\.\.\.\s*$", r"\1 {}", line)
    line = re.sub(r"\.\.\.;?\s*", "", line) if "...>" not in line else line
    return line


def split(lines):
    """split returns (declarations, statements)."""
    top, body, inside = [], [], False
    for line in lines:
        if inside:
            top.append(line)
            inside = not line.startswith("}")
        elif TOP.match(line):
            top.append(line)
            inside = line.rstrip().endswith("{")
        else:
            body.append(line)
    return top, body


def function(body):
    """function is the head of the function for these statements: what they return decides."""
    text = "\n".join(body)
    if "co_await" in text:
        return "task<> example() {", "co_return;"
    if re.search(r"\breturn;", text):
        return "void example() {", ""
    if re.search(r"^(?!.*\[).*\breturn err;", text, re.MULTILINE):
        return "error example() {", "return nil;"
    return "void example() {", ""


def program(headers=None):
    """program returns the text of a translation unit with all examples, and their number."""
    parts = [f'#include "{NAMES}"', ""]
    count = 0
    for header in sorted(headers or HEADERS.rglob("*.h")):
        name = re.sub(r"\W", "_", str(header.relative_to(HEADERS))[:-2])
        for number, lines in examples(header):
            count += 1
            top, body = split([complete(line) for line in lines])
            head, tail = function(body)
            parts.append(f"namespace names_{name} {{")
            parts.append(f"namespace line_{number} {{")
            parts += ["", f'#line {number} "{header}"', *top, head, *body, tail, "}", "", "}  // namespace", "}  // namespace", ""]
    return "\n".join(parts) + "\n", count
