#!/usr/bin/env python3
"""Drills: what headgate, and services as one would write them by hand, do with bad input and with faults; `make drills` calls it.

Bad input: each case is one request; told are the status, the time until the reply, and how many records reached Kafka.
Faults: under load the broker is frozen for 8 seconds, or the server is killed (SIGKILL); afterwards the topic is read, and every
acknowledged event looked for. For headgate each line has an expectation, and a broken one is a failure (exit code 1)."""
import argparse
import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import servers
from report import table, write_between
from run import machine
from servers import BUILD, ROOT, Broken, Kafka, Server

SUBJECTS = ["headgate", "rust", "go-fast-typed", "go-schema", "node", "python"]
PATIENCE = 60


def event(**changes):
    """A sound event's text, of now; `changes` are new members, None takes one away."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    sound = {
        "$schema": "/payment/1.0.0", "meta": {"stream": "drill", "id": "5f0c1d2e-0000-4000-8000-000000000001", "dt": now},
        "payment_id": "pay_0123456789abcdef", "merchant_id": "mrc_12345678", "customer_id": 4711, "order_no": "ORD-2026-1",
        "amount": 14.95, "currency": "EUR", "method": "card", "status": "authorized", "attempt": 1, "country": "DE",
        "occurred_at": now, "card": {"brand": "visa", "last4": "4242", "exp_month": 11, "exp_year": 2029}, "tags": ["mobile"]}
    sound.update(changes)
    return json.dumps({name: value for name, value in sound.items() if value is not None})


def with_text(before, after):
    text = event()
    assert before in text, before
    return text.replace(before, after, 1)


# name, body, statuses that headgate may answer, records that headgate may store
CASES = [
    ("a sound event", lambda: event(), {202}, 1),
    ("not JSON", lambda: '{"meta":', {400}, 0),
    ("empty body", lambda: "", {400}, 0),
    ("a negative amount", lambda: event(amount=-3), {422}, 0),
    ("a member is missing", lambda: event(currency=None), {422}, 0),
    ("batch of 3, one breaks a rule", lambda: f"[{event()},{event(amount=-3)},{event()}]", {207}, 2),
    ("batch of 3, one is not JSON", lambda: f'[{event()},{{"bro,{event()}]', {400}, 0),
    ("integer 2^53 + 1", lambda: with_text("4711", "9007199254740993"), {202}, 1),
    ("amount sent twice, the second breaks a rule", lambda: with_text("14.95", '14.95,"amount":-7'), {422}, 0),
    ("amount sent twice, both sound", lambda: with_text("14.95", '14.95,"amount":15.00'), {422}, 0),
    ("bytes that are not UTF-8", lambda: event().encode().replace(b"mobile", b"m\xff\xfe"), {400}, 0),
    ("an impossible date", lambda: event(occurred_at="2026-02-31T25:61:00Z"), {422}, 0),
    ("200,000 opened brackets", lambda: "[" * 200000, {400}, 0),
    ("100,000 nested objects", lambda: '{"a":' * 100000 + "1" + "}" * 100000, {400, 422}, 0),
    ("a body of 64 MiB", lambda: '{"x":"' + "a" * (64 << 20) + '"}', {413}, 0),
    ("a sound event, afterwards", lambda: event(), {202}, 1),
]
SHOWN = {"headgate": "headgate", "rust": "Rust", "go-fast-typed": "Go, fasthttp, typed", "go-schema": "Go, net/http, JSON Schema",
         "node": "Node", "python": "Python"}


class Drill:
    """One Kafka, and a server at a time."""

    def __init__(self, kafka, scratch):
        self.kafka, self.scratch = kafka, scratch
        self.broken = []

    def topic(self, name):
        return servers.TABLE["producer"]["topic"] if name == "headgate" else f"bench.{name}"

    def server(self, name):
        server = Server(name, self.kafka, self.scratch, {0})
        server.start()
        server.resume()
        return server

    def expect(self, fine, what):
        if not fine:
            self.broken.append(what)

    # ------------------------------------------------------------------ bad input
    def send(self, server, body):
        """Status or what happened instead, and the seconds."""
        begin = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        try:
            try:
                connection.request("POST", server.path, body if isinstance(body, bytes) else body.encode(),
                                   {"Content-Type": "application/json"})
            except ConnectionError:
                pass  # it answered before it had read all
            status = connection.getresponse().status
        except TimeoutError:
            status = "no reply"
        except (OSError, http.client.HTTPException):
            status = "hung up"
        finally:
            connection.close()
        return status, time.monotonic() - begin

    def bad_input(self, name):
        lines = []
        server = self.server(name)
        try:
            for case, body, statuses, records in CASES:
                before = self.kafka.records()
                status, seconds = self.send(server, body())
                time.sleep(0.3)
                stored = self.kafka.records() - before
                if server.process.poll() is not None:
                    status = f"{status}, died"
                    server.stop()
                    server = self.server(name)
                if name == "headgate":
                    self.expect(status in statuses | ({"hung up"} if 413 in statuses else set()) and stored == records,
                                f"bad input, {case}: {status}, {stored} records")
                lines.append((case, f"{status}, {stored} stored" + (f", {seconds:.1f} s" if seconds > 1 else "")))
            peak = server.memory()["VmHWM"] / 1024
        finally:
            server.stop()
        return [*lines, ("most memory, MiB", f"{peak:.0f}")]

    # ------------------------------------------------------------------ faults
    def fault(self, name, kind):
        """A load of 20 seconds (8 for a kill) of 32 connections; the ledger of the load generator tells what became of it."""
        seconds = 20 if kind == "freeze" else 8
        server = self.server(name)
        load = subprocess.Popen([str(BUILD / "headgate-bench"), "--quiet", "--payload", "bench/payloads/payment.json", "--connections", "32",
                                 "--rate", "2000", "--duration", str(seconds), "--warmup", "0", "--ledger", self.topic(name), "--kafka",
                                 self.kafka.bootstrap, "--json", "-", f"http://127.0.0.1:{server.port}{server.path}"],
                                cwd=ROOT, text=True, stdout=subprocess.PIPE)
        try:
            if kind == "freeze":
                time.sleep(4)
                self.kafka.signal(signal.SIGSTOP)
                time.sleep(8)
                self.kafka.signal(signal.SIGCONT)
            else:
                time.sleep(5)
                server.stop()
            found = json.loads(load.communicate(timeout=180)[0])
        finally:
            self.kafka.signal(signal.SIGCONT)
            load.kill()
            server.stop()
        ledger, = found["ledger"]
        self.expect(name != "headgate" or (ledger["missing"] == 0 and ledger["acknowledged"] > 0), f"{kind}: {ledger}")
        statuses = ", ".join(f"{count:,} x {status}" for status, count in found["statuses"].items())
        return [f"{ledger['acknowledged']:,}", f"{ledger['missing']:,}", f"{ledger['repeated']:,}", f"{ledger['unacknowledged']:,}",
                f"{ledger['readable_us']['p50'] / 1000:,.1f}", statuses]


def bad_input_table(found):
    names = list(found)
    rows = [[case, *(dict(found[name])[case] for name in names)] for case, _ in found[names[0]]]
    return table(["bad input", *(SHOWN[name] for name in names)], rows)


def fault_table(found):
    titles = {"freeze": "broker frozen 8 s", "kill": "server killed"}
    return table(["fault", "server", "acknowledged", "of them missing", "there more than once", "there, not acknowledged", "readable after, p50 ms",
                  "replies"],
                 [[titles[kind], SHOWN[name], *cells] for (kind, name), cells in found.items()])


def run(drill, subjects):
    bad, faults = {}, {}
    for name in subjects:
        row = servers.TABLE[name]
        if row["kind"] == "peer" and subprocess.run(["bash", "bench/peers/build.sh", row["build"]], cwd=ROOT, check=False).returncode:
            continue
        print(f"drills: {SHOWN[name]}", file=sys.stderr, flush=True)
        if row["kind"] == "peer":  # headgate makes its own
            drill.kafka.make(drill.topic(name))
        bad[name] = drill.bad_input(name)
        for kind in ("freeze", "kill"):
            faults[kind, name] = drill.fault(name, kind)
    faults = dict(sorted(faults.items(), key=lambda item: item[0][0]))
    facts = machine()
    return (f"{facts['date']}, commit {facts['commit']}. {facts['cpu']}, {facts['cores']} cores, {facts['memory']} GiB, Linux {facts['kernel']}.\n\n"
            f"{bad_input_table(bad)}\n{fault_table(faults)}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SUBJECTS), metavar="SERVER,...", help=f"some of {', '.join(SUBJECTS)}")
    parser.add_argument("--save", action="store_true", help="write the tables into docs/benchmarks.md; of all servers only")
    options = parser.parse_args()
    options.only = options.only.split(",")
    for name in options.only:
        if name not in SUBJECTS:
            parser.error(f"there is no drill for {name}; there are {', '.join(SUBJECTS)}")
    if options.save and set(options.only) != set(SUBJECTS):
        parser.error("--save keeps the tables of all servers: not with --only")
    return options


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started must end too
    options = arguments()
    scratch = Path(tempfile.mkdtemp(prefix="headgate-drills."))
    drill = None
    try:
        drill = Drill(Kafka({1}), scratch)
        text = run(drill, options.only)
    except (Broken, KeyboardInterrupt) as problem:
        print(f"drills: {str(problem) or 'stopped'}", file=sys.stderr)
        return 130 if isinstance(problem, KeyboardInterrupt) else 3
    finally:
        if drill:
            drill.kafka.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(text)
    (BUILD / "bench").mkdir(parents=True, exist_ok=True)
    (BUILD / "bench" / "drills.md").write_text(text, encoding="utf-8")
    if options.save:
        write_between(ROOT / "docs" / "benchmarks.md", "drills", text)
    for line in drill.broken:
        print(f"headgate, not as promised: {line}", file=sys.stderr)
    return 1 if drill.broken else 0


if __name__ == "__main__":
    sys.exit(main())
