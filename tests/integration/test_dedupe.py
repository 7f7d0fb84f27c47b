"""The deduplication window: what was delivered is not written again, whichever worker gets the resend."""
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from contracts import Folder, small, small_model, small_use, topic_of, unique
from gateway import new_sender, wait_for
from load import occurrences
from test_alarms import metric

WINDOW = ("--dedupe.window", "10min")


def serve_two_uses(serve, tmp_path, *arguments, **options):
    event = unique("once")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    for name in ("one", "two"):
        folder.write(small_use(event, name))
    gateway = serve(folder, *(arguments or ("--embedded", "--workers", "2")), *WINDOW, **options)
    gateway.warm_up(event, small(event, 0))
    return gateway, event, folder


def outcomes(gateway, event, body, key=None):
    return {use: line["outcome"] for use, line in gateway.receipt(event, body, key=key)[0].items()}


def test_a_resend_is_a_duplicate(serve, tmp_path):
    gateway, event, folder = serve_two_uses(serve, tmp_path)
    body = small(event, 1)
    assert outcomes(gateway, event, body) == {"one": "delivered", "two": "delivered"}
    assert outcomes(gateway, event, body) == {"one": "duplicate", "two": "duplicate"}
    reply = gateway.post(event, body)
    assert (reply.status_code, reply.json()["accepted"], reply.json()["duplicates"]) == (202, 1, 1)
    assert outcomes(gateway, event, small(event, 2)) == {"one": "delivered", "two": "delivered"}
    assert metric(gateway, "headgate_dedupe_hits_total") == 4
    assert metric(gateway, "headgate_dedupe_entries") == 6
    assert metric(gateway, "headgate_outcomes_total", use="one", outcome="duplicate") == 2
    gateway.reload()
    assert outcomes(gateway, event, body) == {"one": "duplicate", "two": "duplicate"}, "a reload forgets nothing"
    folder.write(small_use(event, "three"))
    gateway.reload()
    assert outcomes(gateway, event, body) == {"one": "duplicate", "two": "duplicate", "three": "delivered"}


def test_a_list_that_repeats_itself(serve, tmp_path):
    """The second one waits for the first, which is on its way with it."""
    gateway, event, _ = serve_two_uses(serve, tmp_path)
    receipts = gateway.receipt(event, [small(event, n) for n in (1, 1, 2, 1)])
    assert [receipt["one"]["outcome"] for receipt in receipts] == ["delivered", "duplicate", "delivered", "duplicate"]
    reply = gateway.post(event, [small(event, n) for n in (1, 2, 3)])
    assert reply.json()["accepted"] == 3 and reply.json()["duplicates"] == 2


def test_workers_share_the_window(serve, tmp_path):
    """Many connections send the same events at once: each is written once, whichever worker gets it first."""
    gateway, event, _ = serve_two_uses(serve, tmp_path)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: gateway.receipt(event, small(event, 100 + n % 20), {"Connection": "close"})[0],
                                range(200)))
    found = Counter(receipt["one"]["outcome"] for receipt in replies)
    assert found == {"delivered": 20, "duplicate": 180}
    assert metric(gateway, "headgate_produced_records_total", use="one") == 21


def test_events_without_an_id_are_never_duplicates(serve, tmp_path):
    """The id that is made for them is another each time; and without a primary key an id is the sender's own."""
    event = unique("bare")
    folder = Folder(tmp_path / "contracts")
    model = small_model(event)
    for field in model["schema"][0]["properties"]:
        field.pop("primaryKey", None)
    folder.write(model)
    folder.write(small_use(event, "one"))
    gateway = serve(folder, "--embedded", *WINDOW)
    gateway.warm_up(event, small(event, 0))
    assert [outcomes(gateway, event, small(event, 1)) for _ in range(2)] == [{"one": "delivered"}] * 2
    same = {"Idempotency-Key": "k"}
    first, second = (gateway.receipt(event, small(event, 1), same)[0]["one"]["outcome"] for _ in range(2))
    assert (first, second) == ("delivered", "duplicate")


def test_off_nothing_is_remembered(serve, tmp_path):
    event = unique("off")
    folder = Folder(tmp_path / "contracts")
    model = small_model(event)
    model["schema"][0]["properties"][0]["unique"] = True
    folder.write(model)
    folder.write(small_use(event, "one"))
    gateway = serve(folder, "--embedded")
    assert gateway.wait_log("unique_unwatched")["model"] == event
    gateway.warm_up(event, small(event, 0))
    assert [outcomes(gateway, event, small(event, 1)) for _ in range(2)] == [{"one": "delivered"}] * 2
    assert metric(gateway, "headgate_dedupe_entries") == 0


@pytest.fixture
def frozen(kafka):
    yield kafka.freeze
    kafka.thaw()


def test_a_blocked_use_holds_a_resend_only_for_a_record_that_is_missing(kafka, serve, tmp_path):
    event = unique("block")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    for name, on_blocked in (("free", "retry"), ("strict", "retry"), ("lenient", "withhold")):
        folder.write(small_use(event, name, onBlocked=on_blocked))
    senders = tmp_path / "senders.yaml"
    key = new_sender(senders, "urn:test:sender", "--receipts")
    gateway = serve(folder, *WINDOW, "--senders", senders, kafka=kafka.bootstrap)
    first = small(event, 1)
    assert set(outcomes(gateway, event, first, key).values()) == {"delivered"}
    for name in ("strict", "lenient"):
        kafka.change_topic(topic_of(event, name), retention_ms=400 * 24 * 3600 * 1000, segment_ms=24 * 3600 * 1000)
    gateway.reload()
    assert {line["use"] for line in gateway.wait_state("degraded")["blocked"]} == {"strict", "lenient"}

    assert set(outcomes(gateway, event, first, key).values()) == {"duplicate"}, "all its records are stored: nothing is missing"
    assert gateway.post(event, first, key=key).json() == {"accepted": 1, "dropped_fields": 0, "duplicates": 1}
    folder.write(small_use(event, "more"))
    gateway.reload()
    assert outcomes(gateway, event, first, key) == {**dict.fromkeys(("free", "strict", "lenient"), "duplicate"), "more": "delivered"}

    for _ in range(3):
        reply = gateway.post(event, small(event, 2), key=key)
        assert (reply.status_code, reply.json()["type"]) == (503, "urn:headgate:rule:blocked-use")
    for name in ("free", "more", "strict", "lenient"):
        ids = [record.id for record in kafka.read(topic_of(event, name))]
        assert ids.count(f"{event}-1") == 1 and f"{event}-2" not in ids, "held whole: nothing is written, and nothing lost"


def test_a_resend_waits_for_what_is_still_on_its_way(kafka, serve, frozen, tmp_path):
    """A broker that does not answer: the sender is told to come again, and its resend writes nothing a second time."""
    event = unique("late")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "one"))
    gateway = serve(folder, "--workers", "2", "--reply_timeout", "700ms", *WINDOW, kafka=kafka.bootstrap)
    gateway.warm_up(event, small(event, "warm"))
    frozen()
    for _ in range(2):
        reply = gateway.post(event, small(event, 1), {"Connection": "close"})
        assert (reply.status_code, reply.json()["uncertain"]) == (503, True)
    kafka.thaw()
    wait_for(lambda: gateway.post(event, small(event, 1)).status_code == 202, "the first one has arrived")
    assert gateway.post(event, small(event, 1)).json()["duplicates"] == 1
    counts = occurrences(kafka.read(topic_of(event, "one")))
    assert counts[f"{event}-1"] == 1
    assert metric(gateway, "headgate_dedupe_waits_total") >= 1


def test_a_stop_answers_resends_that_wait_in_another_worker(kafka, serve, frozen, tmp_path):
    """The worker that has nothing of its own to deliver stops first: what waits there for the other one is retry, not a reset."""
    event = unique("stopped")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "one"))
    gateway = serve(folder, "--workers", "2", "--drain_timeout", "2s", *WINDOW, kafka=kafka.bootstrap)
    gateway.warm_up(event, small(event, "warm"))
    frozen()
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(gateway.post, event, small(event, 1), {"Connection": "close"}, None, requests.Session())
                for _ in range(8)]
        wait_for(lambda: metric(gateway, "headgate_dedupe_waits_total") == 7, "all but one wait")
        assert gateway.stop() == 0
        replies = [reply.result() for reply in sent]
    assert [reply.status_code for reply in replies] == [503] * 8
    assert sum(reply.json().get("uncertain", False) for reply in replies) >= 7, "the first one's fate is known, not the others'"
