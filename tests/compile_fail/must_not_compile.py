#!/usr/bin/env python3
"""must_not_compile.py FILE COMPILER FLAG...: FILE compiles, and with -DMISTAKE fails as its EXPECT line says."""

import re
import subprocess
import sys


def compile_file(path, command, *flags):
    done = subprocess.run([*command, *flags, "-fsyntax-only", path], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main():
    path, command = sys.argv[1], sys.argv[2:]
    with open(path, encoding="utf-8") as source:
        expected = re.search(r"^// EXPECT: (.*)$", source.read(), re.M)
    if not expected:
        return f"{path}: no EXPECT line"
    code, output = compile_file(path, command)
    if code != 0:
        return f"{path} does not compile without its mistake:\n{output}"
    code, output = compile_file(path, command, "-DMISTAKE")
    if code == 0:
        return f"{path} compiles with its mistake"
    if not re.search(expected.group(1), output):
        return f"{path} fails, but not with `{expected.group(1)}`:\n{output}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
