#!/usr/bin/env python3
"""valid_formats.py SAMPLES [WARD]: every format is what it claims to be, whatever the texts in it hold.

SAMPLES writes runs in all formats (report_samples.cc). They are judged by readers that others wrote: xmllint with the
schema that Jenkins uses, jsonschema with that of SARIF 2.1.0, prove for TAP, PyYAML for its blocks. For GitHub's
commands there is none to install; the rules of its runner are written down here. WARD is run on hostile file names.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree

try:
    import jsonschema
    import yaml
except ImportError:
    # tools/install gives the packages to Debian's own interpreter, which need not be the first one.
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

HERE = pathlib.Path(__file__).resolve().parent
JUNIT = HERE / "schemas/junit-10.xsd"
SARIF = json.loads((HERE / "schemas/sarif-2.1.0-rtm.5.json").read_text())
SAMPLES, WARD = sys.argv[1], (sys.argv[2:] + [""])[0]
FOLDER = tempfile.TemporaryDirectory(prefix="formats")
HOSTILE_NAME = b"q\"'<&>]]>%0A,:#\x1b[31m\xff\xc3\xa9 \n::error::x.ward"


def files(ending, prefix=""):
    found = sorted(pathlib.Path(FOLDER.name).glob(f"{prefix}*.{ending}"))
    assert found, f"no sample {prefix}*.{ending}"
    return found


def is_red(path):
    return path.name.startswith("red_")


def check_junit(case, text):
    """Valid by the schema; returns (failures and errors, cases that passed)."""
    done = subprocess.run(["xmllint", "--noout", "--schema", JUNIT, "-"], input=text, capture_output=True, check=False)
    case.assertEqual(done.returncode, 0, done.stderr.decode("utf-8", "replace"))
    root = xml.etree.ElementTree.fromstring(text)
    bad = root.findall(".//failure") + root.findall(".//error")
    cases = root.findall(".//testcase")
    case.assertEqual(int(root.get("tests")), len(cases))
    case.assertEqual(int(root.get("failures")) + int(root.get("errors")), len(bad))
    for suite in root.findall("testsuite"):
        case.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
        case.assertEqual(int(suite.get("skipped")), len(suite.findall("testcase/skipped")))
    return len(bad), len(cases) - len(bad) - len(root.findall(".//skipped"))


def check_sarif(case, text):
    log = json.loads(text)
    validator = jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker())
    errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(log)]
    case.assertEqual(errors, [])
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    prints = [r["partialFingerprints"]["wardFinding/v1"] for r in run["results"]]
    case.assertEqual(len(prints), len(set(prints)), "two results share a fingerprint")
    for result in run["results"]:
        case.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
        for location in result.get("locations", []):
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            case.assertRegex(uri, r"^(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$")
    return run


def tap_points(case, text):
    """(ok, directive) of each test point, as TAP 14 says; its YAML blocks are parsed."""
    lines = text.decode("utf-8").split("\n")
    case.assertEqual(lines[0], "TAP version 14")
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    case.assertTrue(plan, lines[1])
    points, block = [], None
    for line in lines[2:-1]:
        if block is not None:
            if line == "  ...":
                content = yaml.safe_load("\n".join(block + [""]))
                case.assertIsInstance(content, dict)
                points[-1] += (content,)
                block = None
            else:
                case.assertTrue(line == "" or line.startswith("  "), line)
                block.append(line[2:])
            continue
        if line == "  ---":
            block = []
            continue
        point = re.fullmatch(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # (SKIP) (.*))?", line)
        if point:
            case.assertEqual(int(point.group(2)), len(points) + 1)
            points.append((not point.group(1), point.group(4)))
        else:
            case.assertRegex(line, r"^(# |Bail out! )")
    case.assertIsNone(block, "a YAML block does not end")
    case.assertEqual(len(points), int(plan.group(1)))
    return points


def prove(text):
    """The exit code of perl's TAP reader. It knows version 13, of which ours uses no more than it shares with 14."""
    with tempfile.NamedTemporaryFile(suffix=".tap") as out:
        out.write(text.replace(b"TAP version 14", b"TAP version 13", 1))
        out.flush()
        return subprocess.run(["prove", "-e", "cat", out.name], capture_output=True, check=False).returncode


def github_commands(case, text):
    """(name, properties, message) of each line, as the runner reads it; the last line is the counts."""
    lines = text.decode("utf-8").split("\n")
    case.assertEqual(lines.pop(), "")
    case.assertRegex(lines.pop(), r"^\d+ passed, \d+ failed(, \d+ skipped)?$")
    commands = []
    for line in lines:
        found = re.fullmatch(r"::(error|warning|notice) ([^:\r]*)::([^\r\n]*)", line)
        case.assertTrue(found, line)
        properties = {}
        for pair in found.group(2).split(","):
            key, _, value = pair.partition("=")
            case.assertIn(key, ("file", "line", "endLine", "col", "endColumn", "title"))
            properties[key] = urllib.parse.unquote(value)
        commands.append((found.group(1), properties, urllib.parse.unquote(found.group(3))))
    return commands


def each(ending):
    return [(path, path.read_bytes()) for path in files(ending)]


class Formats(unittest.TestCase):
    def test_no_format_has_bytes_that_are_no_text(self):
        for ending in ("human", "json", "lines", "junit", "tap", "sarif", "github"):
            for path, text in each(ending):
                shown = text.decode("utf-8")
                # JSON may carry C1 controls as they are.
                forbidden = "[\x00-\x1f]\\S" if ending in ("json", "sarif") else "[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]"
                self.assertNotRegex(shown, forbidden, path.name)
                self.assertTrue(shown == "" or shown.endswith("\n"))

    def test_junit(self):
        for path, text in each("junit"):
            bad, passed = check_junit(self, text)
            self.assertEqual(bad > 0, is_red(path), path.name)
            self.assertTrue(bad or passed)

    def test_junit_carries_texts_and_properties(self):
        root = xml.etree.ElementTree.fromstring(files("junit", "red_hostile")[0].read_bytes())
        failure = root.find(".//failure")
        for piece in ("q\"'<&>]]>%0A%25::error::", "\n::error::x\nBail out!\n", "<!-- -->", "\u00e9 \U0001f512"):
            self.assertIn(piece, failure.get("message"))
            self.assertIn(piece, failure.text)
        self.assertEqual(root.find(".//property[@name='seed']").get("value"), "7")

    def test_sarif(self):
        for path, text in each("sarif"):
            run = check_sarif(self, text)
            bad = [r for r in run["results"] if r["level"] == "error"]
            complete = run["invocations"][0]["executionSuccessful"]
            if path.name != "red_lint_warned.sarif":
                self.assertEqual(bool(bad) or not complete, is_red(path))
            self.assertEqual(complete, not path.name.startswith(("red_empty", "red_all", "red_stopped", "red_check_of")))

    def test_sarif_carries_names_fixes_and_help(self):
        hostile = (pathlib.Path(FOLDER.name) / "hostile.txt").read_bytes()
        run = json.loads(files("sarif", "red_check_hostile")[0].read_bytes())["runs"][0]
        self.assertEqual(run["columnKind"], "unicodeCodePoints")
        result = run["results"][0]
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(urllib.parse.unquote_to_bytes(place["artifactLocation"]["uri"]), hostile)
        self.assertEqual(place["region"], {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 21})
        change = result["fixes"][0]["artifactChanges"][0]
        self.assertEqual(change["artifactLocation"], place["artifactLocation"])
        self.assertEqual(change["replacements"][1]["deletedRegion"],
                         {"startLine": 4, "startColumn": 1, "endLine": 4, "endColumn": 1})
        self.assertEqual(change["replacements"][1]["insertedContent"], {"text": "  new line\n"})
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        self.assertTrue(rule["help"]["text"].startswith("# E01 unknown-attribute\n"))
        failed = json.loads(files("sarif", "red_failed")[0].read_bytes())["runs"][0]["results"]
        self.assertEqual([r["ruleId"] for r in failed], ["test-failed", "test-failed"])

    def test_tap(self):
        for path, text in each("tap"):
            points = tap_points(self, text)
            self.assertEqual(all(p[0] for p in points), not is_red(path), path.name)
            self.assertTrue(any(not p[1] for p in points), path.name + ': ' + "only skips look like a success")
            self.assertEqual(prove(text) != 0, is_red(path), path.name)

    def test_tap_carries_texts(self):
        points = tap_points(self, files("tap", "red_hostile")[0].read_bytes())
        self.assertIn("q\"'<&>]]>%0A%25::error::,:#\\ \n::error::x\nBail out!\n1..0\n  ...\n---", points[0][2]["message"])
        self.assertIn("\u00e9 \U0001f512 <!-- -->", points[0][2]["details"])
        simple = tap_points(self, files("tap", "red_failed")[0].read_bytes())[1][2]
        self.assertEqual(simple, {"message": "b", "severity": "fail", "file": "b", "line": 12, "duration_ms": 1234567.89,
                                  "details": "first\n  b\n\nb\n"})

    def test_github(self):
        for path, text in each("github"):
            commands = github_commands(self, text)
            errors = [c for c in commands if c[0] == "error"]
            if path.name != "red_lint_warned.github":
                self.assertEqual(bool(errors), is_red(path))

    def test_github_carries_places_and_texts(self):
        name, properties, message = github_commands(self, files("github", "red_check_hostile")[0].read_bytes())[0]
        self.assertEqual((name, properties["line"], properties["col"], properties["endColumn"]), ("error", "3", "10", "21"))
        for text in (properties["file"], message):
            self.assertIn("q\"'<&>]]>%0A%25::error::,:#\\ \n::error::x\nBail out!\n1..0\n", text)

    def test_json(self):
        for path, text in each("json"):
            run = json.loads(text)
            self.assertEqual(run["ok"], not is_red(path))
        run = json.loads(files("json", "red_failed")[0].read_bytes())
        self.assertEqual((run["passed"], run["failed"], run["skipped"]), (1, 2, 0))
        self.assertEqual(run["tests"][1]["status"], "failed")
        self.assertEqual(run["properties"], {"seed": "7"})

    def test_people_see_no_line_that_a_text_made(self):
        for ending in ("human", "lines"):
            for _, text in each(ending):
                self.assertNotRegex(text.decode("utf-8"), r"(?m)^(::error|Bail out!|1\.\.0)")
        self.assertIn("0 passed, 1 failed", files("human", "red_empty")[0].read_text())


@unittest.skipUnless(WARD, "this build has no program `ward`")
class Program(unittest.TestCase):
    def check(self, text, *options):
        with tempfile.TemporaryDirectory(prefix="named") as name:
            folder = pathlib.Path(name, "sub")
            folder.mkdir()
            (folder / "ward.toml").write_text('name = "n"\nedition = 1\n')
            (folder / os.fsdecode(HOSTILE_NAME)).write_text(text)
            done = subprocess.run([WARD, "check", "sub", *options], cwd=name, capture_output=True, check=False)
            self.assertEqual(done.stderr, b"")
            return done.returncode, done.stdout

    GOOD = 'policy p governs a\napi a\n  read  action "read"\nrule ann\n  allow read\n'
    BAD = GOOD.replace("allow", "alow")

    def test_a_bundle_with_a_hostile_file_name(self):
        for text, code in ((self.GOOD, 0), (self.BAD, 1)):
            seen, junit = self.check(text, "--format", "junit")
            self.assertEqual((seen, check_junit(self, junit)[0] > 0), (code, code == 1))
            seen, tap = self.check(text, "--format", "tap")
            self.assertEqual((seen, prove(tap) != 0), (code, code == 1))
            tap_points(self, tap)
            seen, github = self.check(text, "--format", "github")
            self.assertEqual((seen, len(github_commands(self, github))), (code, code))
            seen, sarif = self.check(text, "--format", "sarif")
            results = check_sarif(self, sarif)["results"]
            self.assertEqual((seen, len(results)), (code, code))
            self.assertEqual(self.check(text, "--format", "json")[0], code)
        place = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        self.assertEqual(urllib.parse.unquote_to_bytes(place), b"sub/" + HOSTILE_NAME)
        self.assertEqual(results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "allow")


if __name__ == "__main__":
    with FOLDER:
        subprocess.run([SAMPLES, FOLDER.name], check=True)
        unittest.main(argv=sys.argv[:1])
