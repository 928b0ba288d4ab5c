#!/usr/bin/env python3
"""coverage_formats.py WARD: what `ward test --coverage` writes, held against lcov, genhtml and an HTML reader.

The bundle's names hold what the formats give a meaning to.
"""

import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

WARD = sys.argv[1]
HOSTILE = "a<b>&\"'.ward"

POLICY = """policy shop governs shop
attributes of token
  sub: string
api shop at "shop.example"
  list  GET  /things
rule readers
  allow list
  when token.sub is "<ann>&"
rule never-mallory
  deny list
  when token.sub is "mallory"
test "ann reads"
  with token.sub is "<ann>&"
  send list
  expect allow by readers
"""
ALL = POLICY + """test "others do not"
  send list
  expect deny by never-mallory
test "nor mallory"
  with token.sub is "mallory"
  send list
  expect deny by never-mallory
"""


class Reader(html.parser.HTMLParser):
    """Tags that open and close in order, and what a page would fetch."""

    VOID = {"meta", "br", "link", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.text, self.ids, self.links = [], [], "", set(), []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.add(attrs.get("id"))
        if tag in ("script", "link", "img", "iframe") or "src" in attrs:
            self.problems.append(f"<{tag}> fetches or runs something")
        if tag == "a":
            self.links.append(attrs["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text += data


class CoverageFormats(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="coverage")
        self.addCleanup(self.folder.cleanup)
        self.here = pathlib.Path(self.folder.name)
        (self.here / "shop").mkdir()
        self.write(POLICY)

    def write(self, policy, manifest=""):
        (self.here / "shop/ward.toml").write_text('name = "shop"\nedition = 1\n' + manifest)
        (self.here / "shop" / HOSTILE).write_text(policy)

    def ward(self, *flags):
        done = subprocess.run([WARD, "test", "shop", *flags], cwd=self.here, capture_output=True, text=True, check=False,
                              env=dict(os.environ, NO_COLOR="1"))
        return done.returncode, done.stdout, done.stderr

    def test_lcov_and_genhtml_read_it(self):
        self.assertEqual(self.ward("--coverage", "lcov", "--coverage-out", "ward.info")[0], 0)
        options = ["--rc", "lcov_branch_coverage=1"]
        summary = subprocess.run(["lcov", *options, "--summary", "ward.info"], cwd=self.here, capture_output=True,
                                 text=True, check=False)
        seen = summary.stdout + summary.stderr
        self.assertEqual(summary.returncode, 0, seen)
        self.assertIn("lines......: 100.0% (4 of 4 lines)", seen)
        self.assertIn("functions..: 50.0% (1 of 2 functions)", seen)
        self.assertIn("branches...: 40.0% (4 of 10 branches)", seen)
        pages = subprocess.run(["genhtml", *options, "--branch-coverage", "-o", "pages", "ward.info"], cwd=self.here,
                               capture_output=True, text=True, check=False)
        self.assertEqual(pages.returncode, 0, pages.stdout + pages.stderr)
        self.assertTrue(any("never-mallory" in p.read_text() for p in self.here.glob("pages/**/*.html")))

    def test_html_is_one_page_that_needs_nothing(self):
        self.assertEqual(self.ward("--coverage", "html", "--coverage-out", "ward.html")[0], 0)
        text = (self.here / "ward.html").read_text()
        reader = Reader()
        reader.feed(text)
        self.assertEqual((reader.problems, reader.open), ([], []))
        self.assertTrue(text.startswith('<!DOCTYPE html>\n<html lang="en">'))
        self.assertNotRegex(text, r"https?://|@import|url\(")
        for link in reader.links:
            self.assertIn(link.removeprefix("#"), reader.ids)
        self.assertIn(HOSTILE, reader.text)
        self.assertIn('  when token.sub is "<ann>&"', reader.text)
        self.assertIn("token.sub is \"<ann>&\": true 1, false never", reader.text)
        self.assertIn("deny shop.never-mallory: true never, false 1, in doubt never", reader.text)

    def test_json(self):
        code, out, _ = self.ward("--coverage", "json", "--coverage-out", "ward.json")
        self.assertEqual((code, out), (0, "1 passed, 0 failed\n"))
        seen = json.loads((self.here / "ward.json").read_text())
        self.assertEqual((seen["percent"], seen["seen"], seen["possible"], seen["decisions"]), (40, 4, 10, 1))
        readers = next(r for r in seen["rules"] if r["name"] == "shop.readers")
        self.assertEqual((readers["true"], readers["false"], readers["in_doubt"]), (1, 0, 0))
        self.assertEqual(seen["tests"][readers["tests"][0]]["text"], 'token.sub is "<ann>&"')
        self.assertEqual(seen["operations"], {"shop.list": {"": {"allowed": 1, "refused": 0}}})
        self.assertEqual(len(seen["unseen"]), 6)

    def test_threshold(self):
        code, out, _ = self.ward("--threshold", "90")
        self.assertEqual(code, 1)
        self.assertIn("coverage 40% is below the threshold of 90%", out)
        self.assertIn(f"{HOSTILE}:6: rule shop.readers was never false", out)
        self.assertTrue(out.endswith("1 passed, 1 failed\n"), out)
        self.assertEqual(self.ward("--threshold", "40")[0], 0)
        code, out, _ = self.ward("--threshold", "90", "--format", "junit")
        self.assertEqual(code, 1)
        self.assertRegex(out, r'<failure type="failed" message="coverage 40% is below')
        self.write(ALL)
        code, out, err = self.ward("--threshold", "100")
        self.assertEqual((code, err), (0, ""), out)

    def test_the_manifest_has_a_threshold_for_whole_runs(self):
        self.write(POLICY, "[test]\nthreshold = 90\n")
        self.assertEqual(self.ward()[0], 1)
        self.assertEqual(self.ward("--threshold", "10")[0], 0)
        self.assertEqual(self.ward("--run", "ann")[0], 0, "part of the tests says nothing about the bundle")

    def test_wrong_flags(self):
        for flags in (["--coverage", "xml"], ["--threshold", "101"], ["--coverage-out", "x"],
                      ["--coverage", "json", "--format", "junit"], ["shop", "--coverage", "text", "other"]):
            code, _, err = self.ward(*flags)
            self.assertEqual(code, 2, flags)
            self.assertTrue(err)
        code, _, err = self.ward("--coverage", "text", "--coverage-out", "no/such/folder")
        self.assertEqual(code, 3)
        self.assertIn("cannot write `no/such/folder`", err)

    def test_text(self):
        code, out, _ = self.ward("--coverage", "text")
        self.assertEqual(code, 0)
        self.assertRegex(out, re.compile(r"^1 passed, 0 failed\ncoverage 40%: 4 of 10 states seen in 1 decision$", re.M))
        self.write(ALL)
        self.assertIn("coverage 100%: 10 of 10", self.ward("--coverage", "text")[1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
