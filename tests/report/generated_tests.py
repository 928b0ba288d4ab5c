#!/usr/bin/env python3
"""generated_tests.py WARD: what `ward test --generate` writes compiles, passes, is formatted, and drives what it says.

For every bundle under examples/; a rule that the text does not name as not driven was seen true and, if it has tests,
false by these tests alone.
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
# A rule that needs limits to run, or values that no table can bind, is named and not driven; most must be.
DRIVEN_MIN = 0.7


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

    def test_every_example(self):
        driven, wanted = 0, 0
        for manifest in sorted(EXAMPLES.glob("*/ward.toml")):
            name = manifest.parent.name
            folder = self.bundle(name)
            code, text, err = ward("test", "--generate", name, cwd=self.here)
            self.assertEqual(code, 0, f"{name}: {err}")
            (folder / "generated.test.ward").write_text(text)
            code, out, err = ward("test", "generated.test.ward", "--coverage", "json", "--coverage-out", "c.json", cwd=folder)
            self.assertEqual(code, 0, f"{name}: {out}{err}")
            code, out, _ = ward("fmt", "--check", "generated.test.ward", cwd=folder)
            self.assertEqual(code, 0, f"{name}: {out}\n{text}")
            named = set(re.findall(r"^# not driven: rule (\S+): never (true|false)$", text, re.M))
            for rule in json.loads((folder / "c.json").read_text())["rules"]:
                if rule["shadow"]:
                    continue
                for truth in ("true", "false"):
                    if truth not in rule["possible"]:
                        continue
                    wanted += 1
                    seen = rule[truth] > 0
                    driven += seen
                    self.assertEqual(seen, (rule["name"], truth) not in named, f"{name}: {rule['name']} {truth}")
        self.assertGreaterEqual(driven / wanted, DRIVEN_MIN, f"{driven} of {wanted}")
        print(f"{driven} of {wanted} truths of rules driven")

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
