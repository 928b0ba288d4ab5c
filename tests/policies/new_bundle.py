#!/usr/bin/env python3
"""Runs `ward new`, then what the workflow it wrote runs: every step `run: ward ..` must exit with 0.

The workflow is read by a YAML parser that others wrote. Each step is one test.

example: tests/policies/new_bundle.py build/dev/bin/ward
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

WANTED = ["ward check", "ward fmt --check", "ward lint", "ward test --format junit"]
TIMEOUT_S = 120


def main():
    ward = pathlib.Path(sys.argv[1]).resolve()
    results = []
    with tempfile.TemporaryDirectory(prefix="new") as name:
        env = dict(os.environ, PATH=f"{ward.parent}:{os.environ['PATH']}", NO_COLOR="1")
        folder = pathlib.Path(name) / "orders"
        made = subprocess.run([ward, "new", folder], env=env, capture_output=True, timeout=TIMEOUT_S, check=False)
        results.append(("ward new", made.returncode == 0, made.stderr))
        workflow = yaml.safe_load((folder / ".github" / "workflows" / "ward.yml").read_text())
        # YAML 1.1 reads the key `on` as a boolean.
        results.append(("the workflow has what every one has", {"name", "jobs", "permissions"} <= workflow.keys()
                        and ("on" in workflow or True in workflow), str(workflow).encode()))
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        runs = [step["run"] for step in steps if "run" in step]
        for wanted in WANTED:
            results.append((f"the workflow runs {wanted}", any(run.startswith(wanted) for run in runs), b""))
        for run in runs:
            done = subprocess.run(["bash", "-eo", "pipefail", "-c", run], cwd=folder, env=env, capture_output=True,
                                  timeout=TIMEOUT_S, check=False)
            results.append((run, done.returncode == 0, done.stdout + done.stderr))
        report = xml.etree.ElementTree.parse(folder / "ward-tests.xml").getroot()
        cases = list(report.iter("testcase"))
        results.append(("the report has tests that passed", len(cases) > 0 and not list(report.iter("failure")), b""))
    for test, passed, output in results:
        if not passed:
            print(f"FAIL {test}\n{output.decode('utf-8', 'replace')}")
    failed = sum(1 for _, passed, _ in results if not passed)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
