"""The demonstration behind tools/quickstart: requests through a real Envoy, and what Ward said to each."""

import json
import signal
import sys
import time

import stack
from stack import token

API = "api.example.com"
PAY = "pay.example.com"
LOGIN = "id.example.com"
INTERNET = "203.0.113.9"
OFFICE = "10.1.2.3"


def partner(**changes):
    claims = {"azp": "acme", "scope": "orders:read", "tenant": "t-1", "binding": "bearer"}
    claims.update(changes)
    return token(**claims)


def staff(**changes):
    claims = {"azp": "reporting", "sub": "ann", "scope": "orders:read orders:export", "tenant": "t-1"}
    claims.update(changes)
    return token(**claims)


def shopper(**changes):
    claims = {"azp": "shop-app", "sub": "ann", "scope": "payments:write", "acr": "mfa", "auth_time": int(time.time())}
    claims.update(changes)
    return token(**claims)


class Case:
    """One request, what it is meant to show, and the answer that the policies give to it."""

    def __init__(self, shows, method, host, path, status, by, bearer=None, ip=INTERNET, headers=(), body=None,
                 check=None):
        self.shows = shows
        self.method = method
        self.host = host
        self.path = path
        self.status = status
        self.by = by
        self.bearer = bearer
        self.ip = ip
        self.headers = headers
        self.body = body
        self.check = check


def challenge_names_acr(answer):
    return 'acr_values="mfa"' in answer.headers.get("www-authenticate", "")


def plan_set_and_internal_user_gone(answer):
    headers = answer.json()["headers"]
    return headers.get("x-client-plan") == ["gold"] and "x-internal-user" not in headers


def cases():
    form = [("content-type", "application/x-www-form-urlencoded")]
    return [
        Case("allow", "GET", API, "/orders", 200, "orders.access.read", partner()),
        Case("allow: own tenant's order", "GET", API, "/orders/42", 200, "orders.access.read", partner()),
        Case("deny: other tenant's order", "GET", API, "/orders/43", 403, "orders.ownership.tenants-stay-apart",
             partner()),
        Case("deny: no scope", "PATCH", API, "/orders/42", 403, "default", partner(), body="{}"),
        Case("challenge: token too old", "GET", API, "/orders", 401, "platform.zones.internet.fresh-token",
             partner(age_seconds=7200)),
        # Without a token nobody can tell that it was not revoked: a doubt refuses.
        Case("challenge: no token at all", "GET", API, "/orders", 401, "orders.ownership.revoked-tokens"),
        Case("deny: suspended client", "GET", API, "/orders", 403, "platform.zones.suspended-clients",
             partner(azp="mallory")),
        Case("challenge: revoked token", "GET", API, "/orders", 401, "orders.ownership.revoked-tokens",
             partner(jti="stolen-1")),
        Case("unknown operation", "GET", API, "/nothing-here", 404, "no-operation", partner()),
        Case("anonymous operation", "POST", LOGIN, "/login", 200, "login.protect.anyone-may-try",
             body="username=ann", headers=form),
        Case("zone: export from the internet", "POST", API, "/orders/export", 404,
             "orders.access.export-stays-inside", staff(), body=""),
        Case("zone: export from the office", "POST", API, "/orders/export", 200, "orders.access.export", staff(),
             ip=OFFICE, body=""),
        Case("step-up: asks for a second factor", "POST", PAY, "/payments", 401, "payments.main.fresh-second-factor",
             shopper(acr="password"), body="{}", check=challenge_names_acr),
        Case("headers: one set, one stripped", "GET", PAY, "/payments/7/receipt", 200, "payments.main.use-payments",
             shopper(), headers=[("x-internal-user", "root")], check=plan_set_and_internal_user_gone),
    ]


def send(running, case):
    headers = [("x-forwarded-for", case.ip), *case.headers]
    return running.send(case.method, case.host, case.path, case.bearer, headers, case.body)


def last_decision(running, mark):
    """The rule and the operator's reason of the decision that Ward logged after byte `mark`."""
    match = running.wait_log("ward", r'\{[^\n]*"event":"decision"[^\n]*\}', after=mark, seconds=10)
    record = json.loads(match.group(0))
    # `deny by RULE: WHICH TEST`; the rule has a column of its own.
    _, _, test = record.get("operator_reason", "").partition(": ")
    return record["rule"], test


def show(running, case, rows):
    mark = len(running.log("ward"))
    answer = send(running, case)
    rule, reason = last_decision(running, mark)
    good = answer.status == case.status and rule == case.by and (case.check is None or case.check(answer))
    rows.append(good)
    print(f"{'ok' if good else 'BAD':<4}{case.shows:<35} {case.method:<6} {case.host + case.path:<35} "
          f"{answer.status}  {rule}")
    if reason:
        print(f"{'':39} {reason}")
    if not good:
        print(f"{'':39} expected {case.status} by {case.by}; the body was {answer.body!r}")


def reload_rule(running, rows):
    """Changes a rule under traffic: reading now needs the write scope. Then breaks it, then mends it."""
    path = running.bundle / "orders" / "access.ward"
    text = path.read_text()
    changed = text.replace("when token.scopes has orders:read", "when token.scopes has orders:write", 1)
    steps = [
        (changed, "loaded", "hot reload: the rule now says write", 403, "default"),
        (changed.replace("allow reading", "alow reading", 1), "load_failed", "a bad edit keeps the last good one", 403,
         "default"),
        (text, "loaded", "and back again", 200, "orders.access.read"),
    ]
    for content, event, shows, status, by in steps:
        mark = len(running.log("ward"))
        path.write_text(content)
        running.wait_log("ward", f'"event":"{event}"', after=mark, seconds=15)
        show(running, Case(shows, "GET", API, "/orders", status, by, partner()), rows)


def keep(running):
    print(f"""
still running; Ctrl-C ends it. Try:
  curl -i -H 'host: {API}' -H 'authorization: Bearer {partner()}' \\
    -H 'x-forwarded-for: {INTERNET}' http://127.0.0.1:{running.port}/orders/42
Edit a rule below {running.bundle} and send it again.
Envoy's admin page: http://127.0.0.1:{running.admin_port}/   Ward's log: {running.folder}/ward.log""", flush=True)
    try:
        while all(process.poll() is None for process in running.processes.values()):
            time.sleep(0.5)
    except KeyboardInterrupt:
        print()


def main():
    # Whoever ends us ends what we started, too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda ended_by, _: sys.exit(128 + ended_by))
    ward, envoy = stack.binaries()
    rows = []
    try:
        with stack.Stack(stack.ROOT / "examples/gateway", ward, envoy) as running:
            print(f"client -> Envoy (port {running.port}) -> application; Envoy asks Ward on {running.socket}\n")
            print(f"    {'what it shows':<35} {'request':<42} HTTP decided by, and why")
            for case in cases():
                show(running, case, rows)
            reload_rule(running, rows)
            print(f"\n{sum(rows)} of {len(rows)} decisions as expected; the policies are in examples/gateway")
            if "--keep" in sys.argv[1:]:
                keep(running)
    except stack.StackError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
        return 128 + signal.SIGINT
    return 0 if rows and all(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
