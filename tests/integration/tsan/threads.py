"""All threads at work at once, watched by ThreadSanitizer: several workers, the main thread with reloads and pages, the auditor,
librdkafka's own. Not part of the ordinary run: the binary is another one (tsan.sh)."""
import itertools
import random
import socket
import threading
from pathlib import Path

import pytest
import requests

from contracts import Folder, copy_example, example_event, payment, sla, small, small_model, small_use
from gateway import HEADGATE, ROOT, new_keys, new_sender, run, wait_for
from load import Ledger

SUPPRESSIONS = ROOT / "tests" / "tsan" / "suppressions"


@pytest.fixture
def watched(tmp_path):
    """The environment of a watched gateway, and a function that returns the reports."""
    log = tmp_path / "reports"
    options = f"suppressions={SUPPRESSIONS} log_path={log} halt_on_error=0 exitcode=66 second_deadlock_stack=1"

    def reports():
        return "\n".join(file.read_text() for file in tmp_path.glob("reports.*"))

    return {"TSAN_OPTIONS": options}, reports


def promising_model(event):
    """A small model whose promises over many events every worker counts."""
    model = small_model(event)
    note = next(field for field in model["schema"][0]["properties"] if field["name"] == "note")
    note["quality"] = [{"metric": "nullValues", "mustBeLessThan": 1, "unit": "percent"},
                       {"metric": "nullValues", "mustBe": 0, "severity": "info"}]
    sla(model, "errorRate", 1, "percent")
    return model


def folder_of(path):
    """Every example, and a small model for the ledgers."""
    for name in ("shop", "payments", "logistics"):
        copy_example(name, path / name)
    folder = Folder(path / "small")
    folder.write(promising_model("flow"))
    folder.write(small_use("flow", "reader"))
    folder.write(small_use("flow", "memory", delivery="memory", tagging="full"))
    return folder


class Visitors:
    """Threads that each repeat one thing until the end."""

    def __init__(self, *actions):
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._repeat, args=(action,), daemon=True) for action in actions]

    def _repeat(self, action):
        session = requests.Session()
        while not self.stopping.is_set():
            try:
                action(session)
            except (requests.RequestException, OSError):
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *error):
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)


def mixed_bodies(gateway, key):
    """Good and bad events of every example, in every form."""
    chance = random.Random(7)
    makers = {"payment.authorized": payment, "order_placed": lambda: example_event("shop"),
              "shipment.scanned": lambda: example_event("logistics")}

    def send(session):
        name = chance.choice([*makers, "nobody.declared.this"])
        event = makers.get(name, payment)()
        body, headers = chance.choice([
            ([event, {}, event], {}), (event, {"Prefer": "return=representation"}), ("{", {}), (b"\x1f\x8b" + bytes(9), {}),
            ({"specversion": "1.0", "id": "1", "source": "/s", "type": name, "data": event}, {"ce": "1"}),
        ])
        cloud = headers.pop("ce", None)
        gateway.post(None if cloud else name, body, headers, key, session)

    return send


def twins(gateway, key):
    """The same few events again and again, from several threads: resends meet what is under way in other workers."""
    numbers = itertools.count()

    def send(session):
        first = next(numbers) // 4 % 50
        gateway.post("flow", [small("twin", first), small("twin", first + 1), small("twin", first)], {}, key, session)

    return send


def broken_connections(gateway):
    """Requests that are cut off, and bodies whose sender does not wait for the reply."""
    host, port = gateway.ingest.removeprefix("http://").split(":")
    text = b"POST /v1/events/flow HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 80\r\n\r\n"

    def send(_):
        for size in (10, len(text), len(text) + 20):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall((text + b"{" * 20)[:size])

    return send


def pages(gateway):
    def get(session):
        for path in ("/metrics", "/readyz", "/catalogue", "/healthz", "/subjects", "/observed", "/observed/nobody.declared.this"):
            session.get(gateway.admin + path, timeout=30)

    return get


def keep_reloading(gateway, folder, keys, rounds):
    for number in range(rounds):
        folder.write(small_use("flow", "extra"))
        gateway.reload()
        folder.edit("reader", lambda use: use.update(version="1.0.1"))
        run("keys", "rotate", keys, *(["--new-pseudonyms"] if number % 2 else []))
        folder.remove("extra")
        gateway.reload()
        (folder.path / "odd.yaml").write_text("headgateRole: [")
        gateway.reload(fine=False)
        (folder.path / "odd.yaml").unlink()
        gateway.reload()


@pytest.mark.parametrize("workers", [2, 4])
def test_no_thread_meets_another_unprepared(serve, watched, tmp_path, workers):
    environment, reports = watched
    folder, keys, senders = folder_of(tmp_path / "contracts"), new_keys(tmp_path), tmp_path / "senders.yaml"
    key = new_sender(senders, "urn:test:sender", "--receipts", "--undeclared-events", "observe")
    gateway = serve(tmp_path / "contracts", "--embedded", "--keys", keys, "--senders", senders, "--workers", workers,
                    "--metrics.sender", "--dedupe.window", "2s", "--dedupe.entries", "1000", env=environment)
    bearer = {"Authorization": f"Bearer {key}"}
    again = twins(gateway, key)
    with Visitors(mixed_bodies(gateway, key), mixed_bodies(gateway, key), again, again, broken_connections(gateway),
                  pages(gateway)):
        with Ledger(gateway, "flow", threads=4, per_request=10, headers=bearer) as ledger:
            wait_for(lambda: ledger.count() > 300, "events flow", 60)
            keep_reloading(gateway, folder, keys, 4)
            reached = ledger.count()
            wait_for(lambda: ledger.count() > reached + 300, "events flow on", 60)
            code = gateway.stop(60)
    assert reports() == ""
    assert code == 0, gateway.everything()[-3000:]
    assert not ledger.other, ledger.other[:3]


def test_the_watch_is_on():
    """A binary without ThreadSanitizer would pass the other tests for nothing."""
    assert b"__tsan_init" in Path(HEADGATE).read_bytes()
