"""`ward serve` as a process: what it refuses to start with, signals, files that change or go, a log that nobody reads."""

import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

import stack

POLICY = """policy t.main governs t
api t at "h"
  open  GET /open  anonymous
rule open
  allow open
"""


def literal(name, value):
    """A header for HTTP/2, spelled out."""
    return bytes([0, len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class ServeCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ward, _ = stack.binaries()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ward-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.bundle = self.folder / "bundle"
        self.bundle.mkdir()
        (self.bundle / "ward.toml").write_text('name = "t"\nedition = 1\n')
        (self.bundle / "main.ward").write_text(POLICY)
        self.socket = self.folder / "s"
        self.log = self.folder / "log"

    def run_serve(self, *options):
        command = [self.ward, "serve", "--bundle", str(self.bundle), *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=self.folder)

    def start(self, *options, log=True, bundle=None, banner="bundle t, 1 rules", **kwargs):
        bundle = bundle or self.bundle
        command = [self.ward, "serve", "--bundle", str(bundle), "--listen", f"unix:{self.socket}", *options]
        if log:
            command += ["--log-file", str(self.log)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **kwargs)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertIn(banner, process.stderr.readline())
        return process

    def events(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def wait_event(self, name, after=0):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = [event for event in self.events()[after:] if event["event"] == name]
            if found:
                return found[0]
            time.sleep(0.02)
        self.fail(f"no event {name} in {self.events()[after:]}")

    def end(self, process):
        process.terminate()
        self.assertEqual(process.wait(30), 0)

    def test_what_it_does_not_start_with(self):
        os.mkdir(self.folder / "d")
        cases = [
            (["--listen", "0.0.0.0:0"], 2, "in plaintext"),
            (["--listen", "[::]:0"], 2, "in plaintext"),
            (["--listen", "unix:@abstract"], 2, "needs a path"),
            (["--listen", "unix:d"], 3, "is no socket"),
            (["--listen", "unix:none/s"], 3, "create it first"),
            (["--log-file", "/proc/none/log"], 2, "cannot open the log"),
            (["--threads", "-1"], 2, "--threads"),
        ]
        for options, code, words in cases:
            with self.subTest(options):
                done = self.run_serve(*options)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(words, done.stderr)

    def test_a_bundle_that_is_wrong_is_not_served(self):
        (self.bundle / "ward.toml").write_text('name = "t"\nedition = 1\n[server]\ntrusted-hops = 33\n')
        done = self.run_serve()
        self.assertEqual(done.returncode, 2)
        self.assertIn("whole number from 0 to 32", done.stderr)
        self.assertIn("ward.toml:4", done.stderr)

    def test_one_socket_one_server(self):
        first = self.start()
        done = self.run_serve("--listen", f"unix:{self.socket}")
        self.assertEqual(done.returncode, 3)
        self.assertIn("already answers", done.stderr)
        first.kill()
        first.wait()
        self.assertTrue(self.socket.exists(), "a killed server leaves its socket")
        self.end(self.start())
        self.assertFalse(self.socket.exists())

    def test_the_bundle_may_go_and_come_back(self):
        process = self.start()
        self.wait_event("started")
        moved = self.folder / "moved"
        os.rename(self.bundle, moved)
        failed = self.wait_event("load_failed")
        self.assertEqual(failed["live_generation"], 1)
        self.assertIn("no such file", failed["error"])
        shutil.copytree(moved, self.bundle)
        self.assertEqual(self.wait_event("loaded")["generation"], 2)
        self.end(process)

    def test_what_is_compiled_is_served_as_its_folder(self):
        manifest = self.bundle / "ward.toml"
        manifest.write_text('name = "t"\nedition = 1\n[server]\ntrusted-hops = 2\n[server.claims]\nnamespace = "n"\n')
        compiled = self.folder / "t.wardc"
        subprocess.run([self.ward, "compile", str(self.bundle), "-o", str(compiled)], check=True, capture_output=True)
        for bundle in (self.bundle, compiled):
            with self.subTest(bundle.name):
                after = len(self.events())
                process = self.start(bundle=bundle)
                started = self.wait_event("started", after)
                self.assertEqual([started["trusted_hops"], started["claims_namespace"]], [2, "n"])
                self.end(process)
        process = self.start()
        after = len(self.events())
        manifest.write_text('name = "t"\nedition = 1\n')
        self.assertIn("next start", self.wait_event("settings_kept", after)["text"])
        self.end(process)

    def test_live_tables_that_nobody_fills_are_named(self):
        table = "table users live\n  | id: string key |\n"
        rule = 'rule known\n  deny open\n  when request.query["id"] in users\n'
        (self.bundle / "main.ward").write_text(POLICY + table + rule)
        process = self.start(banner="bundle t, 2 rules")
        banner = "".join(process.stderr.readline() for _ in range(3))
        self.assertIn("live tables without rows, in doubt wherever read: t.main.users\n", banner)
        self.end(process)

    def test_many_hangups_are_few_loads(self):
        process = self.start("--no-watch")
        for _ in range(500):
            process.send_signal(signal.SIGHUP)
        self.assertEqual(self.wait_event("loaded")["cause"], "asked")
        self.end(process)
        self.assertEqual(self.events()[-1]["event"], "stopped")

    def open_stream(self):
        """A call that nobody ends, so that draining has to wait for it."""
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(str(self.socket))
        path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        headers = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "h"),
                   ("content-type", "application/grpc"), ("te", "trailers")]
        question = b"\x3a\x00"  # list_services: ""
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") +
                       frame(1, 4, 1, b"".join(literal(*header) for header in headers)) +
                       frame(0, 0, 1, b"\0" + struct.pack(">I", len(question)) + question))
        client.settimeout(30)
        answer = b""
        while b"ServerReflection" not in answer:
            answer += client.recv(65536)
        return client

    def test_draining_waits_and_a_second_signal_does_not(self):
        process = self.start("--drain-seconds", "1")
        self.open_stream()
        self.end(process)
        process = self.start("--drain-seconds", "3000")
        self.open_stream()
        after = len(self.events())
        process.terminate()
        self.wait_event("draining", after)
        deadline = time.monotonic() + 30
        while self.socket.exists():
            self.assertLess(time.monotonic(), deadline, "it takes no calls any more")
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), -signal.SIGINT)

    def test_closed_streams_are_no_place_for_other_files(self):
        process = self.start(log=False, preexec_fn=lambda: os.close(1))
        self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/1"), "/dev/null")
        process.terminate()
        self.assertEqual(process.wait(30), 3, "its log went nowhere")

    def test_a_log_that_nobody_reads_stops_nothing(self):
        process = self.start(log=False, stdout=subprocess.PIPE)
        # One line that is longer than a pipe holds.
        (self.bundle / "main.ward").write_text(POLICY + "".join(f"rule r{i}\n  alow open\n" for i in range(2000)))
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.read(1), "{")
        deadline = time.monotonic() + 30
        while "alow" not in process.stdout.read(100):
            self.assertLess(time.monotonic(), deadline)
        process.terminate()
        self.assertEqual(process.wait(30), 3)


if __name__ == "__main__":
    unittest.main()
