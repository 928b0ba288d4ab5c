#!/usr/bin/env python3
"""`ward test --watch` runs again when a file of the bundle changes, and shows progress on a terminal only.

example: tests/testing/watch_test.py build/dev/bin/ward
"""

import contextlib
import os
import pathlib
import pty
import selectors
import subprocess
import sys
import tempfile
import time

POLICY = """policy p governs p
api p at "p.example"
  get  GET  /
rule anyone
  allow get
test "t"
  send get
  expect {outcome}
"""
TIMEOUT_S = 300  # under a sanitizer on a busy machine


def wait_for(stream, text, seen=b""):
    """Reads until `text` came; what came before it."""
    chooser = selectors.DefaultSelector()
    chooser.register(stream, selectors.EVENT_READ)
    end = time.monotonic() + TIMEOUT_S
    while text not in seen:
        if not chooser.select(timeout=max(0.0, end - time.monotonic())):
            raise AssertionError(f"{text!r} did not come; so far {seen!r}")
        piece = os.read(stream.fileno(), 65536)
        if not piece:
            raise AssertionError(f"ended before {text!r}; so far {seen!r}")
        seen += piece
    return seen


def save(path, text):
    """At once, as editors do: no run may see half of it."""
    whole = path.with_suffix(".saved")
    whole.write_text(text)
    os.replace(whole, path)


@contextlib.contextmanager
def watching(ward, policy):
    """What `ward test --watch` prints."""
    child = subprocess.Popen([ward, "test", "--watch", str(policy)], stdout=subprocess.PIPE)
    try:
        yield child.stdout
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def watches(ward, folder):
    policy = folder / "p.ward"
    save(policy, POLICY.format(outcome="allow"))
    with watching(ward, policy) as out:
        assert b"1 passed, 0 failed" in wait_for(out, b"watching")
        save(policy, POLICY.format(outcome="deny"))
        assert b"0 passed, 1 failed" in wait_for(out, b"watching")
        save(policy, "policy p governs")
        assert b"error[" in wait_for(out, b"watching")
        save(policy, POLICY.format(outcome="allow by anyone"))
        assert b"1 passed, 0 failed" in wait_for(out, b"watching")


def watches_what_lies_beside_a_file(ward, folder):
    policy, request = folder / "p.ward", folder / "r.json"
    save(policy, POLICY.format(outcome="allow").replace("  send get\n", '  send request "r.json"\n'))
    save(request, '{"host": "p.example", "path": "/"}')
    with watching(ward, policy) as out:
        assert b"1 passed, 0 failed" in wait_for(out, b"watching")
        save(request, '{"host": "p.example", "path": "/nowhere"}')
        assert b"0 passed, 1 failed" in wait_for(out, b"watching")


def draws_on_a_terminal_only(ward, folder):
    policy = folder / "many.ward"
    text = POLICY.format(outcome="allow").split("test ")[0]
    for i in range(300):
        text += f'test "t{i}"\n  send get 20000 times\n  expect allow\n'
    policy.write_text(text)
    done = subprocess.run([ward, "test", str(policy)], capture_output=True, timeout=TIMEOUT_S, check=True)
    assert done.stderr == b"", done.stderr
    master, slave = pty.openpty()
    try:
        child = subprocess.Popen([ward, "test", str(policy)], stdout=subprocess.DEVNULL, stderr=slave)
        with open(master, "rb", buffering=0, closefd=False) as terminal:
            wait_for(terminal, b"/300")
        assert child.wait(timeout=TIMEOUT_S) == 0
    finally:
        os.close(master)
        os.close(slave)


def main():
    ward = sys.argv[1]
    failed = 0
    checks = (watches, watches_what_lies_beside_a_file, draws_on_a_terminal_only)
    for check in checks:
        with tempfile.TemporaryDirectory(prefix="watch") as name:
            try:
                check(ward, pathlib.Path(name))
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"{check.__name__}: {error}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
