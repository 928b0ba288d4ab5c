#!/usr/bin/env python3
"""never_green.py WARD: a run that failed, ran nothing, ended early or could not be written looks green in no format.

Green is what a reader of the format takes for a success; `lines`, which prints findings only, is judged by its exit code.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

WARD = sys.argv[1]
FORMATS = ("human", "json", "lines", "junit", "tap", "sarif", "github")
POLICY = """policy p governs p
api p at "p.example"
  get  GET  /
rule anyone
  allow get
"""
TEST = """test "{name}"
  send get{times}
  expect {outcome}
"""


def tap_is_green(text):
    plan = re.match(r"TAP version 14\n1\.\.(\d+)\n", text)
    points = re.findall(r"(?m)^(not )?ok \d+[^\n]*?( # SKIP .*)?$", text)
    all_ok = plan and len(points) == int(plan.group(1)) and not any(bad for bad, _ in points)
    return bool(all_ok and any(not skip for _, skip in points) and "Bail out!" not in text)


def is_green(form, text):
    try:
        if form == "human":
            return bool(re.search(r"(^|\n)[1-9]\d* passed, 0 failed(, \d+ skipped)?\n$", text))
        if form == "github":
            return bool(re.search(r"(^|\n)[1-9]\d* passed, 0 failed(, \d+ skipped)?\n$", text)) and "::error" not in text
        if form == "json":
            return json.loads(text)["ok"]
        if form == "junit":
            root = xml.etree.ElementTree.fromstring(text)
            ran = [c for c in root.iter("testcase") if c.find("skipped") is None]
            return bool(ran) and not any(True for name in ("failure", "error") for _ in root.iter(name))
        if form == "tap":
            return tap_is_green(text)
        if form == "sarif":
            run = json.loads(text)["runs"][0]
            return run["invocations"][0]["executionSuccessful"] and not run["results"]
    except (ValueError, KeyError, xml.etree.ElementTree.ParseError):
        return False
    raise AssertionError(form)


class NeverGreen(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="green")
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        (self.here / "ward.toml").write_text('name = "p"\nedition = 1\n')

    def write(self, *tests, more=""):
        texts = [TEST.format(name=f"t{i}", times=times, outcome=outcome) for i, (outcome, times) in enumerate(tests)]
        (self.here / "p.ward").write_text(POLICY + more + "".join(texts))

    def run_ward(self, *words):
        return subprocess.run([WARD, "test", *words], cwd=self.here, capture_output=True, text=True, check=False)

    def assert_red(self, *words, code=1):
        for form in FORMATS:
            done = self.run_ward("--format", form, *words)
            self.assertEqual(done.returncode, code, (form, words, done))
            if form != "lines":
                self.assertFalse(is_green(form, done.stdout), (form, words, done.stdout))
            elif code == 1:
                self.assertTrue(done.stdout, "findings print a line")

    def test_a_success_is_green_and_none_of_its_pieces(self):
        self.write(("allow", ""), ("allow by anyone", ""))
        for form in FORMATS:
            done = self.run_ward("--format", form)
            self.assertEqual(done.returncode, 0, done)
            if form == "lines":
                self.assertEqual(done.stdout, "")
                continue
            self.assertTrue(is_green(form, done.stdout), done.stdout)
            # TAP ends with a comment: nothing is missing before it.
            end = done.stdout.rindex("\nok") if form == "tap" else len(done.stdout.rstrip())
            for cut in range(end):
                self.assertFalse(is_green(form, done.stdout[:cut]), (form, done.stdout[:cut]))

    def test_failures(self):
        self.write(("allow", ""), ("deny", ""))
        self.assert_red()
        self.assert_red("--fail-fast")
        self.assert_red("--seed", "3")

    def test_nothing_ran(self):
        self.write()
        self.assert_red()
        self.write(("allow", ""))
        self.assert_red("--run", "nobody")
        self.write(("throttle", ""))
        self.assert_red()

    def test_what_does_not_compile(self):
        self.write(("allow", ""), more="rule x\n")
        self.assert_red()
        self.assertEqual(self.run_ward("--list").returncode, 1)
        self.assert_red("--run", "nobody")

    def test_a_threshold_that_is_not_met(self):
        self.write(("allow", ""), more="rule never\n  deny get\n  when request.method is \"PUT\"\n")
        self.assert_red("--threshold", "100")

    def test_one_of_two_bundles(self):
        self.write(("allow", ""))
        (self.here / "empty").mkdir()
        (self.here / "empty/ward.toml").write_text('name = "e"\nedition = 1\n')
        self.assert_red(".", "empty")

    def test_a_report_that_cannot_be_written(self):
        self.write(("allow", ""))
        for words in ([], ["--list"], ["--generate"], ["--coverage", "text"], *(["--format", f] for f in FORMATS if f != "lines")):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([WARD, "test", *words], cwd=self.here, stdout=full, stderr=subprocess.PIPE, text=True,
                                      check=False)
            self.assertEqual(done.returncode, 3, words)
            self.assertIn("cannot write the output", done.stderr)
        for out in ("/dev/full", "no/such/folder/x", "."):
            done = self.run_ward("--coverage", "json", "--coverage-out", out)
            self.assertEqual(done.returncode, 3, out)
            self.assertIn("cannot write", done.stderr)

    def test_a_run_that_was_killed(self):
        self.write(*[("allow", " 1000000 times")] * 200)
        for form in FORMATS:
            with subprocess.Popen([WARD, "test", "--format", form], cwd=self.here, stdout=subprocess.PIPE, text=True) as child:
                child.send_signal(signal.SIGKILL)
                text = child.stdout.read()
            self.assertEqual(child.returncode, -signal.SIGKILL)
            if form != "lines":
                self.assertFalse(is_green(form, text), (form, text))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
