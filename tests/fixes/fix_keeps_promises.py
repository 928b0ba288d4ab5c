#!/usr/bin/env python3
"""`ward fix` keeps its promises on every golden file of tests/golden/check and tests/golden/lint.

None of these files ends with more errors (elsewhere a fix may bring to light what a broken line hid); a second run
changes nothing; --diff writes nothing; only policies and ward.toml change; it exits with 0 where nothing is left, with 1 where something is, with 2 where the bundle cannot be read.

example: tests/fixes/fix_keeps_promises.py --ward build/dev/bin/ward
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

import fixes_mend

FIX = ["fix", "--today", "2026-11-01"]


def texts_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def run_fix(case, folder, *flags):
    return subprocess.run([case.ward, *FIX, *flags, case.target], cwd=folder, capture_output=True, text=True,
                          errors="replace", timeout=fixes_mend.TIMEOUT_S, check=False)


def errors_by_file(case, texts):
    return collections.Counter(error["file"] for error in case.errors(texts))


def check(path, ward):
    """(files that changed, what is wrong or None)"""
    case = fixes_mend.Case(path, ward)
    runs = [run for _, run in case.golden.runs]
    case.target = "." if any("%d" in run for run in runs) else path.name
    texts = case.texts()
    if case.target != "." and path.name not in texts:
        return 0, None
    with tempfile.TemporaryDirectory(prefix="fix") as name:
        folder = pathlib.Path(name)
        for file, text in texts.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(text)
        shown = run_fix(case, folder, "--diff")
        if texts_of(folder) != texts:
            return 0, "--diff has written"
        done = run_fix(case, folder)
        if done.returncode == 2:
            return 0, None if texts_of(folder) == texts else "it exits with 2 and has written"
        after = texts_of(folder)
        again = run_fix(case, folder)
        last = texts_of(folder)
    changed = [file for file in after if after[file] != texts.get(file)]
    if done.returncode not in (0, 1) or (done.returncode == 0) != done.stdout.endswith(", 0 left\n"):
        return 0, f"it exits with {done.returncode}: {done.stdout}{done.stderr}"
    if bool(shown.stdout) != bool(changed):
        return 0, f"--diff and what it does differ: {shown.stdout}"
    if after.keys() != texts.keys() or any(not f.endswith((".ward", "ward.toml")) for f in changed):
        return 0, f"it changes {changed}"
    if last != after or "0 mended" not in again.stdout:
        return 0, f"a second run mends more: {again.stdout}"
    before = errors_by_file(case, texts)
    worse = [file for file, count in errors_by_file(case, after).items() if count > before[file]]
    return len(changed), f"more errors than before in {worse}" if worse else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ward", required=True, help="the program under test")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    ward = str(pathlib.Path(options.ward).resolve())
    golden = fixes_mend.TOP / "tests" / "golden"
    paths = options.paths or sorted([*(golden / "check").glob("*.ward"), *(golden / "lint").glob("*.ward")])
    failed = changed = 0
    for path in paths:
        count, complaint = check(path.resolve(), ward)
        changed += count
        failed += complaint is not None
        if complaint:
            print(f"FAILED {path.name}: {complaint}")
    print(f"{changed} files mended")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not changed else 0


if __name__ == "__main__":
    sys.exit(main())
