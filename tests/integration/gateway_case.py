"""The example bundle behind a real Envoy: every request of the demonstration, and what hostile clients try."""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import quickstart
import stack


def decisions(text):
    found = []
    for line in text.splitlines():
        if line.startswith("{"):
            record = json.loads(line)
            if record["event"] == "decision":
                found.append(record)
    return found


class GatewayCase(unittest.TestCase):
    """One deployment for all cases of the class."""

    @classmethod
    def setUpClass(cls):
        ward, envoy = stack.binaries()
        cls.stack = stack.Stack(stack.ROOT / "examples/gateway", ward, envoy)
        cls.addClassCleanup(cls.stack.close)
        cls.stack.start()

    def ask(self, method, host, path, bearer=None, headers=(), body=None, ip=quickstart.INTERNET):
        """The answer, and the decision that Ward logged for it."""
        mark = len(self.stack.log("ward"))
        answer = self.stack.send(method, host, path, bearer, [("x-forwarded-for", ip), *headers], body)
        self.stack.wait_log("ward", r'"event":"decision"', after=mark, seconds=10)
        return answer, decisions(self.stack.log("ward")[mark:])[0]

    def raw(self, request):
        with socket.create_connection(("127.0.0.1", self.stack.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer

    def test_every_request_of_the_demonstration(self):
        for case in quickstart.cases():
            with self.subTest(case.shows):
                answer, decision = self.ask(case.method, case.host, case.path, case.bearer, case.headers, case.body,
                                            case.ip)
                self.assertEqual(answer.status, case.status, answer.body)
                self.assertEqual(decision["rule"], case.by)
                if case.check:
                    self.assertTrue(case.check(answer), answer.headers)

    def test_refusals_are_problem_json_with_the_decision_id(self):
        answer, decision = self.ask("GET", quickstart.API, "/orders/43", quickstart.partner())
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], 403)
        self.assertIn(decision["id"], json.dumps(problem))
        self.assertNotIn("tenants-stay-apart", json.dumps(problem), "names of rules are for operators")

    def test_the_reason_for_the_caller_is_what_the_author_wrote(self):
        answer, _ = self.ask("POST", quickstart.API, "/orders/export", quickstart.staff(), body="")
        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.json()["detail"], "Not found.")

    def test_a_challenge_names_what_would_help(self):
        answer, _ = self.ask("POST", quickstart.PAY, "/payments", quickstart.shopper(acr="password"), body="{}")
        challenge = answer.headers["www-authenticate"]
        self.assertTrue(challenge.startswith("Bearer"), challenge)
        self.assertIn('error="insufficient_user_authentication"', challenge)
        self.assertIn('max_age=', challenge)

    def test_the_client_cannot_choose_its_zone(self):
        # Only the hop before Envoy is believed: entries further left were written by the client.
        answer, decision = self.ask("POST", quickstart.API, "/orders/export", quickstart.staff(), body="",
                                    ip=f"{quickstart.OFFICE}, {quickstart.INTERNET}")
        self.assertEqual(decision["zone"], "internet")
        self.assertEqual(answer.status, 404)

    def test_an_unreadable_client_address_is_no_reason_to_trust(self):
        answer, decision = self.ask("POST", quickstart.API, "/orders/export", quickstart.staff(), body="",
                                    ip="not-an-address")
        self.assertEqual(decision["zone"], "")
        self.assertNotEqual(answer.status, 200)

    def test_a_header_that_ward_sets_drops_the_clients_copies(self):
        answer, _ = self.ask("GET", quickstart.PAY, "/payments/7/receipt", quickstart.shopper(),
                             headers=[("x-client-plan", "platinum"), ("X-Client-Plan", "root")])
        self.assertEqual(answer.json()["headers"]["x-client-plan"], ["gold"])

    def test_percent_encoded_names_reach_the_same_operation(self):
        answer, decision = self.ask("GET", quickstart.API, "/%6frders/./42", quickstart.partner())
        self.assertEqual(decision["operation"], "orders.access.read-order")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json()["path"], "/orders/42", "the application receives what was decided")

    def test_two_host_lines_are_refused(self):
        answer = self.raw(b"GET /orders HTTP/1.1\r\nhost: api.example.com\r\nhost: pay.example.com\r\n"
                          b"x-forwarded-for: 203.0.113.9\r\nconnection: close\r\n\r\n")
        self.assertNotIn(b"HTTP/1.1 200", answer)

    def test_a_token_signed_by_somebody_else_never_reaches_ward(self):
        header, payload, _ = quickstart.partner().split(".")
        mark = len(self.stack.log("ward"))
        answer = self.stack.send("GET", quickstart.API, "/orders", f"{header}.{payload}.AAAA")
        self.assertEqual(answer.status, 401)
        self.assertEqual(decisions(self.stack.log("ward")[mark:]), [])

    def test_no_secret_is_logged(self):
        bearer = quickstart.partner(jti="very-secret-jti")
        self.ask("GET", quickstart.API, "/orders", bearer)
        log = self.stack.log("ward")
        self.assertNotIn("very-secret-jti", log)
        self.assertNotIn(bearer, log)

    def test_every_answer_was_a_decision_to_envoy(self):
        self.ask("GET", quickstart.API, "/orders", quickstart.partner())
        stats = dict(line.split(": ", 1) for line in self.stack.admin("/stats").splitlines() if ": " in line)
        self.assertEqual(stats["http.edge.ext_authz.error"], "0")
        self.assertNotEqual(stats["http.edge.ext_authz.ok"], "0")


STRIPPING = """policy s.main governs s
api s at "h"
  go  GET /go  anonymous
rule go
  allow go
  with strip header "X-Envoy-Auth-Failure-Mode-Allowed"
  with strip header "X-Envoy-Foo"
  with strip header "Proxy-Authorization"
  with strip header "X-Internal-User"
"""


class StripCase(unittest.TestCase):
    def test_headers_that_a_policy_strips_never_arrive(self):
        ward, envoy = stack.binaries()
        names = ["x-envoy-auth-failure-mode-allowed", "x-envoy-foo", "proxy-authorization", "x-internal-user"]
        with tempfile.TemporaryDirectory() as folder:
            bundle = pathlib.Path(folder)
            (bundle / "ward.toml").write_text('name = "s"\nedition = 1\n')
            (bundle / "s.ward").write_text(STRIPPING)
            config = stack.ROOT / "examples/gateway/envoy.yaml"
            with stack.Stack(bundle, ward, envoy, envoy_config=config) as running:
                answer = running.send("GET", "h", "/go", headers=[(name, "1") for name in names] + [("x-kept", "1")])
        self.assertEqual(answer.status, 200, answer.body)
        arrived = answer.json()["headers"]
        self.assertEqual([name for name in names if name in arrived], [])
        self.assertEqual(arrived["x-kept"], ["1"])


def commands():
    """The command lines of all processes."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:
            pass  # it has ended meanwhile


class QuickstartCase(unittest.TestCase):
    def test_it_shows_its_decisions_and_leaves_nothing_behind(self):
        process = subprocess.Popen([sys.executable, stack.ROOT / "tools/quickstart.py", "--keep"],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        shown = ""
        while "Ward's log: " not in shown:
            line = process.stdout.readline()
            self.assertTrue(line, shown)
            shown += line
        self.assertNotIn("BAD", shown)
        self.assertRegex(shown, r"\n(\d+) of \1 decisions as expected")
        folder = pathlib.Path(shown.split("Ward's log: ")[1].strip()).parent
        self.assertTrue(folder.is_dir())
        process.terminate()
        self.assertEqual(process.wait(30), 128 + signal.SIGTERM)
        self.assertFalse(folder.exists())
        self.assertFalse([command for command in commands() if bytes(folder) in command])


class ReloadCase(unittest.TestCase):
    def test_rules_change_under_traffic_and_a_bad_edit_changes_nothing(self):
        ward, envoy = stack.binaries()
        rows = []
        with stack.Stack(stack.ROOT / "examples/gateway", ward, envoy) as running:
            quickstart.reload_rule(running, rows)
            log = running.log("ward")
        self.assertEqual(rows, [True, True, True])
        failed = [json.loads(line) for line in log.splitlines() if '"load_failed"' in line]
        self.assertIn("access.ward", failed[0]["error"])

    def test_live_rows_change_under_traffic(self):
        ward, envoy = stack.binaries()
        with stack.Stack(stack.ROOT / "examples/gateway", ward, envoy) as running:
            def get():
                headers = [("x-forwarded-for", quickstart.INTERNET)]
                return running.send("GET", quickstart.API, "/orders", quickstart.partner(jti="j-9"), headers).status

            self.assertEqual(get(), 200)
            mark = len(running.log("ward"))
            with open(running.bundle / "data" / "revoked.csv", "a") as revoked:
                revoked.write("j-9\n")
            running.wait_log("ward", '"event":"loaded"', after=mark, seconds=15)
            self.assertEqual(get(), 401)

    def test_an_outage_is_not_an_open_door(self):
        ward, envoy = stack.binaries()
        with stack.Stack(stack.ROOT / "examples/gateway", ward, envoy) as running:
            running.processes["ward"].terminate()
            self.assertEqual(running.processes["ward"].wait(15), 0, running.log("ward"))
            self.assertFalse(pathlib.Path(running.socket).exists(), "a drained server removes its socket")
            answer = running.send("GET", quickstart.API, "/orders", quickstart.partner())
            self.assertEqual(answer.status, 503)


if __name__ == "__main__":
    unittest.main()
