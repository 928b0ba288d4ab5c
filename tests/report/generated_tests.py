#!/usr/bin/env python3
"""generated_tests.py WARD: what `ward test --generate` writes compiles, passes, is formatted, and drives what it says.

For every bundle under examples/; a rule that the text does not name as not driven was seen true and, if it has tests,
false by these tests alone. No row and no cell is needless.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

WARD = sys.argv[1]
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
# No request does these: there are two zones, and the rules name both.
IMPOSSIBLE = {("zones.partners.hidden-elsewhere", "true"), ("zones.partners.partners-read", "false")}


def ward(*words, cwd):
    done = subprocess.run([WARD, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Generated(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="generated")
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)

    def bundle(self, name):
        shutil.copytree(EXAMPLES / name, self.here / name)
        return self.here / name

    def drives(self, folder, text):
        """(rule, truth) -> whether the tests of `text` alone show it, of what can be."""
        (folder / "generated.test.ward").write_text(text)
        code, out, err = ward("test", "generated.test.ward", "--coverage", "json", "--coverage-out", "c.json", cwd=folder)
        self.assertEqual(code, 0, f"{folder.name}: {out}{err}")
        rules = json.loads((folder / "c.json").read_text())["rules"]
        return {(r["name"], t): r[t] > 0 for r in rules for t in ("true", "false") if t in r["possible"]}

    def test_every_example(self):
        undriven = set()
        for manifest in sorted(EXAMPLES.glob("*/ward.toml")):
            name = manifest.parent.name
            folder = self.bundle(name)
            code, text, err = ward("test", "--generate", name, cwd=self.here)
            self.assertEqual(code, 0, f"{name}: {err}")
            seen = self.drives(folder, text)
            code, out, _ = ward("fmt", "--check", "generated.test.ward", cwd=folder)
            self.assertEqual(code, 0, f"{name}: {out}\n{text}")
            named = set(re.findall(r"^# not driven: (?:shadow )?rule (\S+): never (true|false), since .+$", text, re.M))
            self.assertEqual({key for key, driven in seen.items() if not driven} - named, set(), name)
            undriven |= named
        self.assertEqual(undriven, IMPOSSIBLE)

    def test_nothing_is_needless(self):
        for name in ("salary", "break-glass", "documents"):
            folder = self.bundle(name)
            text = ward("test", "--generate", name, cwd=self.here)[1]
            driven = {key for key, seen in self.drives(folder, text).items() if seen}
            lines = text.splitlines(keepends=True)
            rows = [i for i, line in enumerate(lines) if line.startswith("  | ") and not line.startswith("  | send ")]
            self.assertTrue(rows)
            for row in rows:
                (folder / "generated.test.ward").write_text("".join(lines[:row] + lines[row + 1:]))
                ward("test", "generated.test.ward", "--coverage", "json", "--coverage-out", "c.json", cwd=folder)
                rules = json.loads((folder / "c.json").read_text())["rules"] if len(rows) > 1 else []
                left = {(r["name"], t) for r in rules for t in ("true", "false") if r[t] > 0}
                self.assertTrue(driven - left, f"{name}: {lines[row]}")

    def test_one_operation_or_rule(self):
        self.bundle("salary")
        code, text, _ = ward("test", "--generate=own-salary", "salary", cwd=self.here)
        self.assertEqual(code, 0)
        self.assertIn("allow by salary.own-salary", text)
        self.assertEqual(ward("test", "--generate=read-salary", "salary", cwd=self.here)[0], 0)
        code, text, err = ward("test", "--generate=nothing-like-it", "salary", cwd=self.here)
        self.assertEqual((code, text), (2, ""))
        self.assertIn("no operation and no rule is called `nothing-like-it`", err)

    def test_same_bundle_same_text(self):
        self.bundle("todo")
        self.assertEqual(ward("test", "--generate", "todo", cwd=self.here), ward("test", "--generate", "todo", cwd=self.here))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
