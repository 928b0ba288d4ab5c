#!/usr/bin/env python3
"""Runs what an author runs on every bundle of the project: examples/* and tests/policies/*.

Each command on each bundle is one test. A bundle is a folder with a ward.toml; that there are fewer than expected is a
failure, since a folder that lost its ward.toml would be tested no more. Where WARD_TEST_REPORTS names a folder, a JUnit
report bundles.xml is left there.

example: tests/policies/bundles.py build/dev/bin/ward examples/salary
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time
import xml.sax.saxutils

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
HOMES = [TOP / "examples", TOP / "tests" / "policies"]
BUNDLE_COUNT_MIN = 21
# The date of the lints stands still, so that no review comes due while nobody changes anything.
COMMANDS = [["check"], ["fmt", "--check"], ["test"], ["lint", "--today", "2026-11-01"]]
TIMEOUT_S = 120


def run(ward, command, bundle):
    """What is wrong, or None."""
    env = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", NO_COLOR="1")
    try:
        done = subprocess.run([ward, *command, str(bundle.relative_to(TOP))], cwd=TOP, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"did not end within {TIMEOUT_S} seconds"
    if done.returncode == 0:
        return None
    return f"exits with {done.returncode}\n" + done.stdout.decode("utf-8", "replace")


def write_junit(path, results):
    escape, quote = xml.sax.saxutils.escape, xml.sax.saxutils.quoteattr
    failed = sum(1 for _, failure, _ in results if failure)
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0"?>\n<testsuites><testsuite name="bundles" tests="{len(results)}" failures="{failed}">\n')
        for name, failure, seconds in results:
            out.write(f'<testcase classname="bundles" name={quote(name)} time="{seconds:.3f}">')
            if failure:
                out.write(f'<failure message="failed">{escape(failure)}</failure>')
            out.write("</testcase>\n")
        out.write("</testsuite></testsuites>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ward", type=pathlib.Path, help="the program under test")
    parser.add_argument("bundles", nargs="*", type=pathlib.Path, help="default: all of the project")
    args = parser.parse_args()

    bundles = [path.resolve() for path in args.bundles]
    results = []
    if not bundles:
        # What comes with Ward is no bundle, but formatted as every policy.
        start = time.monotonic()
        failure = run(args.ward.resolve(), ["fmt", "--check"], TOP / "policies")
        results.append(("policies: fmt --check", failure, time.monotonic() - start))
        bundles = sorted(manifest.parent for home in HOMES for manifest in home.rglob("ward.toml"))
        lost = f"only {len(bundles)} bundles" if len(bundles) < BUNDLE_COUNT_MIN else None
        results.append((f"at least {BUNDLE_COUNT_MIN} bundles", lost, 0.0))
    for bundle in bundles:
        for command in COMMANDS:
            start = time.monotonic()
            failure = run(args.ward.resolve(), command, bundle)
            results.append((f"{bundle.relative_to(TOP)}: {' '.join(command)}", failure, time.monotonic() - start))

    for name, failure, _ in results:
        if failure:
            print(f"FAIL {name}\n{failure}\n")
    reports = os.environ.get("WARD_TEST_REPORTS")
    if reports:
        write_junit(os.path.join(reports, "bundles.xml"), results)
    failed = sum(1 for _, failure, _ in results if failure)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
