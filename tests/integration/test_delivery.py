"""What is promised when Kafka stops answering and when the gateway is told to stop: nothing acknowledged is lost, nothing is
written twice but what was reported uncertain."""
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts import Folder, small, small_model, small_use, topic_of, unique
from gateway import wait_for
from load import Ledger, occurrences


def one_use(path, **custom_properties):
    """The folder and the event of a model with one use."""
    event, folder = unique("flow"), Folder(path)
    folder.write(small_model(event))
    folder.write(small_use(event, "reader", **custom_properties))
    return folder, event


@pytest.fixture
def frozen(kafka):
    """A function that freezes the broker; it is thawed in any case."""
    yield kafka.freeze
    kafka.thaw()


def count_of(kafka, event):
    counts = occurrences(kafka.read(topic_of(event, "reader")))
    return {id: count for id, count in counts.items() if not id.endswith("-warm")}


def uncertain_count(gateway):
    return int(re.search(r"^headgate_uncertain_total (\d+)", gateway.get("/metrics").text, re.M)[1])


def test_a_frozen_broker_makes_replies_uncertain_and_loses_nothing(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--reply_timeout", "700ms", kafka=kafka.bootstrap).warm_up(event, small(event, "warm"))
    assert gateway.post(event, small(event, 0)).status_code == 202
    before = uncertain_count(gateway)
    frozen()
    started = time.monotonic()
    reply = gateway.post(event, small(event, 1))
    assert 0.6 < time.monotonic() - started < 3
    body = reply.json()
    assert (reply.status_code, body["type"]) == (503, "urn:headgate:rule:not-durable")
    assert body["uncertain"] is True and body["event_id"] == f"{event}-1" and int(reply.headers["Retry-After"]) > 0
    items = gateway.post(event, [small(event, 2), small(event, 3)]).json()["items"]
    assert [(item["status"], item["uncertain"]) for item in items] == [("retry", True)] * 2
    kafka.thaw()
    ids = {f"{event}-{number}": 1 for number in range(4)}
    wait_for(lambda: count_of(kafka, event) == ids, "records that were uncertain arrive, once each")
    assert gateway.post(event, small(event, 1)).status_code == 202
    assert count_of(kafka, event) == {**ids, f"{event}-1": 2}, "a resend brings the same ce_id"
    assert uncertain_count(gateway) == before + 3


def test_a_use_in_memory_is_acknowledged_at_once(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path, delivery="memory")
    gateway = serve(folder, "--reply_timeout", "5s", kafka=kafka.bootstrap)
    frozen()
    started = time.monotonic()
    assert gateway.post(event, small(event, 0)).status_code == 202
    assert time.monotonic() - started < 2
    kafka.thaw()
    wait_for(lambda: count_of(kafka, event) == {f"{event}-0": 1}, "it arrives once Kafka answers")


def check_ledger(ledger, counts):
    assert not ledger.other, ledger.other[:3]
    lost = [id for id in ledger.acked if id not in counts]
    assert not lost, f"{len(lost)} acknowledged and not there, {lost[:3]}"
    twice = [id for id, count in counts.items() if count > 1 and id not in ledger.ever_uncertain]
    assert not twice, f"{len(twice)} there twice and never uncertain, {twice[:3]}"
    sent = ledger.acked | ledger.uncertain | ledger.unknown | ledger.ever_uncertain
    assert not [id for id in counts if id not in sent], "records that nobody sent, or of a request that took nothing"


@pytest.mark.parametrize("resend", [False, True], ids=["each-once", "resending"])
def test_nothing_is_lost_or_doubled_over_freezes_under_load(kafka, serve, frozen, tmp_path, resend):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--workers", "2", "--reply_timeout", "300ms", kafka=kafka.bootstrap)
    with Ledger(gateway, event, threads=6, per_request=10, resend=resend) as ledger:
        for target in (1000, 2000):
            wait_for(lambda: ledger.count() > target, f"{target} events are acknowledged")
            frozen()
            uncertain = len(ledger.ever_uncertain)
            wait_for(lambda: len(ledger.ever_uncertain) > uncertain, "replies become uncertain")
            kafka.thaw()
        wait_for(lambda: ledger.count() > 3000, "it goes on as before")
    everything = ledger.acked | ledger.ever_uncertain
    wait_for(lambda: everything <= set(count_of(kafka, event)), "all that was taken arrives")
    check_ledger(ledger, count_of(kafka, event))
    if not resend:
        assert set(count_of(kafka, event).values()) == {1}


def test_stopping_under_load_loses_nothing(kafka, serve, tmp_path):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--workers", "2", kafka=kafka.bootstrap)
    with Ledger(gateway, event, threads=6, per_request=10) as ledger:
        wait_for(lambda: ledger.count() > 1500, "events flow")
        assert gateway.stop() == 0
        assert gateway.log("stopped")[0]["code"] == 0
    counts = count_of(kafka, event)
    check_ledger(ledger, counts)
    assert not ledger.uncertain, "Kafka answered all the time"


def test_stopping_ends_in_time_though_kafka_is_frozen(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--drain_timeout", "700ms", "--reply_timeout", "20s", kafka=kafka.bootstrap)
    assert gateway.post(event, small(event, 0)).status_code == 202
    frozen()
    with ThreadPoolExecutor() as pool:
        reply = pool.submit(gateway.post, event, small(event, 1))
        wait_for(lambda: 'headgate_queued_records{lane="bulk"} 1' in gateway.get("/metrics").text, "it is under way")
        gateway.signal(signal.SIGTERM)
        gateway.wait(10)
        assert reply.result().status_code == 503 and reply.result().json()["uncertain"] is True
    assert gateway.process.returncode == 0, "nothing that was acknowledged is lost"


def test_acknowledged_memory_that_is_lost_shows_in_the_exit_code(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path, delivery="memory")
    gateway = serve(folder, "--drain_timeout", "500ms", kafka=kafka.bootstrap)
    assert gateway.post(event, small(event, 0)).status_code == 202
    frozen()
    assert gateway.post(event, small(event, 1)).status_code == 202
    assert gateway.stop() == 3


def test_the_second_ctrl_c_ends_at_once(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--drain_timeout", "1min", "--reply_timeout", "1min", kafka=kafka.bootstrap)
    assert gateway.post(event, small(event, 0)).status_code == 202
    frozen()
    threading.Thread(target=swallow, args=(gateway.post, event, small(event, 1)), daemon=True).start()
    wait_for(lambda: 'headgate_queued_records{lane="bulk"} 1' in gateway.get("/metrics").text, "it is under way")
    gateway.signal(signal.SIGINT)
    gateway.wait_log("draining")
    assert gateway.ready()["state"] == "draining"
    started = time.monotonic()
    gateway.signal(signal.SIGINT)
    assert gateway.wait(5) == 3
    assert time.monotonic() - started < 2


def swallow(function, *arguments):
    try:
        function(*arguments)
    except OSError:
        pass


# ---------------------------------------------------------------- no Kafka at first


class Door:
    """An address where nobody answers until it is opened; then what comes is passed on to `target`."""

    def __init__(self, target):
        self.target = target.rsplit(":", 1)
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def open(self):
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection((self.target[0], int(self.target[1])))
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            target.close()

    def close(self):
        self.listener.close()


def test_it_starts_without_kafka_and_recovers_when_it_comes(kafka, serve, tmp_path):
    folder, event = one_use(tmp_path)
    door = Door(kafka.bootstrap)
    gateway = serve(folder, kafka=door.address)
    ready = gateway.get("/readyz")
    assert (ready.status_code, ready.json()["state"]) == (503, "unavailable")
    assert ready.json()["kafka"][0]["answers"] is False
    wait_for(lambda: gateway.ready()["kafka"][0].get("problem"), "/readyz says why")
    assert gateway.get("/healthz").status_code == 200
    reply = gateway.post(event, small(event, 0))
    assert (reply.status_code, reply.json()["type"]) == (503, "urn:headgate:rule:blocked-use")
    assert "uncertain" not in reply.json()
    door.open()
    gateway.wait_state("ready", 30)
    assert gateway.get("/readyz").status_code == 200
    assert gateway.post(event, small(event, 1)).status_code == 202
    assert count_of(kafka, event) == {f"{event}-1": 1}
    door.close()


# ---------------------------------------------------------------- room


def test_without_room_nothing_is_taken(kafka, serve, frozen, tmp_path):
    folder, event = one_use(tmp_path)
    gateway = serve(folder, "--limits.memory", "8MiB", "--workers", "1", "--reply_timeout", "300ms", kafka=kafka.bootstrap)
    gateway.warm_up(event, small(event, "warm"))
    frozen()
    reply, number = None, 0
    while reply is None or reply.json().get("type") == "urn:headgate:rule:not-durable":
        assert number < 200, "room never ends"
        reply = gateway.post(event, [small(event, f"{number}-{i}", note="x" * 100_000) for i in range(10)])
        number += 1
    assert (reply.status_code, reply.json()["type"]) == (503, "urn:headgate:rule:no-room")
    assert not [item for item in reply.json()["items"] if item.get("uncertain")]
    kafka.thaw()
    wait_for(lambda: gateway.post(event, small(event, "last")).status_code == 202, "there is room again")
    counts = count_of(kafka, event)
    assert f"{event}-{number - 1}-0" not in counts and counts[f"{event}-0-0"] == 1
