#!/usr/bin/env python3
"""The tools that judge everything else: golden, count and tidy must notice what is wrong."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent.parent / "tools"

# Stands in for `ward`: prints its arguments and the files around it; `fail` exits with 1.
FAKE_WARD = """#!/bin/sh
echo "args: $*"
find . -type f | sort
echo "trouble" >&2
[ "$1" != fail ]
"""


def run(*words, env=None):
    if env is None:
        # Reports of the tools tried here would overwrite those of the tools that judge the project.
        env = {name: value for name, value in os.environ.items() if name != "WARD_TEST_REPORTS"}
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False, env=env)
    return done.returncode, done.stdout + done.stderr


class ToolCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tools"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class GoldenTest(ToolCase):
    def golden(self, text, *options, name="a.ward"):
        ward = self.write("bin/ward", FAKE_WARD)
        ward.chmod(0o755)
        path = self.write(f"golden/{name}", text)
        code, output = run(TOOLS / "golden", "--ward", ward, *options, path)
        return code, output, path

    def test_equal_output_passes(self):
        code, output, _ = self.golden("# RUN: check %s\n# CHECK: args: check a.ward\n# CHECK: ./a.ward\n# CHECK: trouble\nx\n")
        self.assertEqual((code, output), (0, "1 passed, 0 failed\n"))

    def test_different_output_fails_and_is_shown(self):
        code, output, _ = self.golden("# RUN: check %s\n# CHECK: args: other\nx\n")
        self.assertEqual(code, 1)
        self.assertIn("-args: other\n", output)
        self.assertIn("+args: check a.ward\n", output)

    def test_missing_check_line_fails(self):
        self.assertEqual(self.golden("# RUN: check %s\nx\n")[0], 1)

    def test_exit_code_must_fit_the_name(self):
        text = "# RUN: {} %s\n# CHECK: args: {} {}\n# CHECK: ./{}\n# CHECK: trouble\nx\n"
        for word, name, code in [("fail", "fail_a.ward", 0), ("check", "fail_a.ward", 1), ("fail", "a.ward", 1)]:
            self.assertEqual(self.golden(text.format(word, word, name, name), name=name)[0], code, (word, name))

    def test_sections_become_files_and_comments_alone_do_not(self):
        text = "// RUN: eval %d\n// CHECK: args: eval .\n// CHECK: ./b/c.json\n// CHECK: trouble\n// --- b/c.json\n{}\n"
        self.assertEqual(self.golden(text, name="a.json")[0], 0)

    def test_section_may_not_leave_its_folder(self):
        code, output, _ = self.golden("# RUN: check %s\n# --- ../../escape\nx\n")
        self.assertEqual(code, 1)
        self.assertIn("leaves the folder", output)

    def test_file_without_run_line_fails(self):
        self.assertEqual(self.golden("x\n")[0], 1)

    def test_update_rewrites_only_where_the_file_allows_it(self):
        text = "# RUN: check %s\n# CHECK: old\nx\n# --- y\nz\n"
        code, _, path = self.golden(text, "--update")
        self.assertEqual((code, path.read_text()), (1, text))
        code, _, path = self.golden("# AUTOUPDATE\n" + text, "--update")
        self.assertEqual(code, 0)
        self.assertEqual(path.read_text(), "# AUTOUPDATE\n# RUN: check %s\nx\n# CHECK: args: check a.ward\n"
                         "# CHECK: ./a.ward\n# CHECK: ./y\n# CHECK: trouble\n# --- y\nz\n")
        self.assertEqual(run(TOOLS / "golden", "--ward", self.folder / "bin/ward", path)[0], 0)

    def test_no_file_at_all_is_a_failure(self):
        (self.folder / "none").mkdir()
        self.golden("# RUN: check %s\nx\n")
        self.assertEqual(run(TOOLS / "golden", "--ward", self.folder / "bin/ward", self.folder / "none")[0], 1)


class CountTest(ToolCase):
    def count(self):
        code, output = run(TOOLS / "count", self.folder)
        return code, output.splitlines()[-1]

    def ctest(self, *cases):
        body = "".join(f'<testcase name="{n}" classname="{n}" status="{s}">{"<failure/>" if s == "fail" else ""}</testcase>'
                       for n, s in cases)
        self.write("dev.ctest.xml", f"<testsuite>{body}</testsuite>")

    def test_nothing_ran_is_a_failure(self):
        self.assertEqual(self.count(), (1, "0 passed, 0 failed"))
        self.ctest()
        self.assertEqual(self.count(), (1, "0 passed, 1 failed"))

    def test_cases_inside_stand_for_their_entry(self):
        self.ctest(("base", "run"), ("alone", "run"))
        self.write("dev/base_test.xml", '<testsuites><testsuite><testcase name="a"/><testcase name="b"/></testsuite></testsuites>')
        self.assertEqual(self.count(), (0, "3 passed, 0 failed"))

    def test_failed_case_is_counted_once(self):
        self.ctest(("base", "fail"))
        self.write("dev/base_test.xml", '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>')
        self.assertEqual(self.count(), (1, "1 passed, 1 failed"))

    def test_entry_that_fails_after_its_cases_is_a_failure(self):
        self.ctest(("base", "fail"))
        self.write("dev/base_test.xml", '<testsuite><testcase name="a"/></testsuite>')
        self.assertEqual(self.count(), (1, "1 passed, 1 failed"))

    def test_skipped_is_neither(self):
        self.ctest(("base", "notrun"), ("other", "run"))
        self.assertEqual(self.count(), (0, "1 passed, 0 failed"))

    def test_failed_step(self):
        run(TOOLS / "count", "--record", self.folder / "build.xml", "--failed", "build")
        self.assertEqual(self.count(), (1, "0 passed, 1 failed"))


class TidyTest(ToolCase):
    README = "# {0}\nHere: x.\nMay include: base\nEnter by: {0}/{0}.h\nInvariants: none.\n"

    def setUp(self):
        super().setUp()
        (self.folder / "tools").mkdir()
        shutil.copy(TOOLS / "tidy", self.folder / "tools/tidy")
        (self.folder / "include").mkdir()
        self.write("src/limit/README.md", self.README.format("limit"))
        self.write("src/limit/limit.h", '// limit: counts.\n#include "base/ids.h"\n#include <vector>\n')

    def tidy(self):
        return run(self.folder / "tools/tidy")

    def test_clean_room_passes(self):
        code, output = self.tidy()
        self.assertEqual(code, 0, output)

    def test_finds_what_is_wrong(self):
        long_function = "void F() {\n" + "  G();\n" * 60 + "}\n"
        for name, text, complaint in [
            ("src/limit/a.cc", '#include "eval/leaf.h"\n', "`limit` may not include `eval`"),
            ("src/limit/a.cc", '#include "limit.h"\n', "write the full path"),
            ("src/limit/a.cc", "#include <openssl/evp.h>\n", "belongs to identity"),
            ("src/limit/a.h", "// what\n", "must begin `// limit: `"),
            ("src/limit/a.cc", "\n" * 601, "601 lines, at most 600"),
            ("src/limit/a.cc", long_function, "`F` has 62 lines"),
            ("src/limit/a.cc", "// TO" + "DO later\n", "without issue number"),
            ("src/limit/a.cc", "int x;  // NOLINT\n", "without the name of its check"),
            ("src/limit/limit_util.cc", "\n", "name it after its concept"),
            ("src/limit/README.md", self.README.format("limit").replace("base", "eval"), "may not include `eval`"),
            ("src/limit/README.md", "# limit\n", "no line `Here:`"),
            ("src/attic/a.cc", "\n", "no row in the room table"),
            ("include/ward/a.h", "// include/ward: a.\n#include <fmt/format.h>\n", "a public header may include only"),
        ]:
            path = self.folder / name
            before = path.read_text() if path.exists() else None
            self.write(name, text)
            code, output = self.tidy()
            self.assertEqual(code, 1, complaint)
            self.assertIn(complaint, output)
            path.unlink()
            if before is not None:
                path.write_text(before)
            elif not any(path.parent.iterdir()):
                path.parent.rmdir()
        self.assertEqual(self.tidy()[0], 0)


if __name__ == "__main__":
    unittest.main()
