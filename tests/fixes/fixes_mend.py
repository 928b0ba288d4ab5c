#!/usr/bin/env python3
"""Every fix that `ward check` offers mends what it was offered for.

For each golden file of tests/golden/check and each fix in its diagnostics: the text with that fix alone has fewer errors.
Since one error is told per clause, a fix may bring to light one other error, whose own first fix is applied in turn. With
the first fix of every diagnostic applied at once, each of these diagnostics is gone and there are not more than before.

example: tests/fixes/fixes_mend.py --ward build/dev/bin/ward
"""

import argparse
import collections
import importlib.machinery
import importlib.util
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
ROUNDS = 3
TIMEOUT_S = 60


def load_golden():
    loader = importlib.machinery.SourceFileLoader("golden", str(TOP / "tools" / "golden"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("golden", loader))
    loader.exec_module(module)
    return module


GOLDEN = load_golden()


class Case:
    """One golden file: its texts, and what `ward check` says of them."""

    def __init__(self, path, ward):
        self.golden = GOLDEN.Golden(path)
        self.ward = ward
        checks = [run for _, run in self.golden.runs if shlex.split(run)[0] == "check"]
        self.target = "." if checks and "%d" in checks[-1] else path.name
        self.with_check = bool(checks)

    def errors(self, texts):
        """The errors of these texts (file name -> bytes), sorted by place."""
        with tempfile.TemporaryDirectory(prefix="fixes") as name:
            for file, text in texts.items():
                (pathlib.Path(name) / file).parent.mkdir(parents=True, exist_ok=True)
                (pathlib.Path(name) / file).write_bytes(text)
            done = subprocess.run([self.ward, "check", "--format", "json", self.target], cwd=name, capture_output=True,
                                  timeout=TIMEOUT_S, check=False)
        found = json.loads(done.stdout)
        return [d for d in found["diagnostics"] if d["severity"] == "error"]

    def texts(self):
        with tempfile.TemporaryDirectory(prefix="fixes") as name:
            folder = pathlib.Path(name)
            self.golden.unpack(folder)
            return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def edited(texts, fixes):
    """The texts with all edits of these fixes; of two that touch, the first counts."""
    edits = {}
    for fix in fixes:
        for edit in fix["edits"]:
            span = edit["span"]
            edits.setdefault(edit["file"], []).append((span["byte_begin"], span["byte_end"], edit["replacement"]))
    result = dict(texts)
    for file, of_file in edits.items():
        text, rest = b"", 0
        for begin, end, replacement in sorted(of_file, key=lambda e: (e[0], e[1])):
            if begin < rest:
                continue
            text += texts[file][rest:begin] + replacement.encode()
            rest = end
        result[file] = text + texts[file][rest:]
    return result


def messages(errors):
    return collections.Counter(f"{e['code']} {e['message']}" for e in errors)


def complaint_about(case, texts, error, fix, before):
    """What is wrong with one fix alone, or None."""
    what = f"{error['file']}:{error['span']['line']}: {error['code']} fix `{fix['description']}`"
    for _ in range(ROUNDS):
        texts = edited(texts, [fix])
        after = case.errors(texts)
        if len(after) < len(before):
            return None
        new = messages(after) - messages(before)
        if len(after) > len(before) or new.total() != 1:
            break
        found = next(e for e in reversed(after) if messages([e]) == new)
        if not found["fixes"]:
            return None
        fix = found["fixes"][0]
    told = "; ".join(f"{e['span']['line']}: {e['message']}" for e in after)
    return f"{what} leaves {len(after)} errors of {len(before)}: {told}"


def check(path, ward):
    case = Case(path, ward)
    if not case.with_check:
        return 0, []
    texts = case.texts()
    before = case.errors(texts)
    complaints, count = [], 0
    for error in before:
        for fix in error["fixes"]:
            count += 1
            complaints.append(complaint_about(case, texts, error, fix, before))
    mended = [error for error in before if error["fixes"]]
    after = case.errors(edited(texts, [error["fixes"][0] for error in mended]))
    unmended = messages(before) - messages(mended)
    stuck = [m for m in messages(mended) if messages(after)[m] > unmended[m]]
    if len(after) > len(before) or stuck:
        complaints.append(f"all first fixes at once leave {stuck or sorted(messages(after))}")
    return count, [c for c in complaints if c]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ward", required=True, help="the program under test")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    ward = str(pathlib.Path(options.ward).resolve())
    paths = options.paths or sorted((TOP / "tests" / "golden" / "check").glob("*.ward"))
    failed = fixes = 0
    for path in paths:
        count, complaints = check(path, ward)
        fixes += count
        failed += bool(complaints)
        for complaint in complaints:
            print(f"FAILED {path.name}: {complaint}")
    print(f"{fixes} fixes applied")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not fixes else 0


if __name__ == "__main__":
    sys.exit(main())
