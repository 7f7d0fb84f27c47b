"""Freshness, retention, clocks and lifecycle: what becomes of one event for uses that differ in nothing else."""
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

import decode
import oracle
from contracts import Folder, now, sla, small, small_model, small_use, topic_of, unique
from gateway import new_sender

PAST, FUTURE = "2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z"


def uses_of(event):
    """Uses that differ in what they do with time."""
    uses = {name: small_use(event, name) for name in (
        "deliver", "divert", "drop", "short", "before_ga", "ended", "draft", "proposed", "deprecated", "retired", "full")}
    for name, value in (("divert", "divert"), ("drop", "drop")):
        uses[name]["customProperties"].append({"property": "onLate", "value": value})
    for name in ("draft", "proposed", "deprecated", "retired"):
        uses[name]["status"] = name
    sla(uses["before_ga"], "generalAvailability", FUTURE)
    sla(uses["ended"], "endOfLife", PAST)
    sla(uses["short"], "retention", 1, "d")
    uses["full"]["customProperties"] += [{"property": "tagging", "value": "full"}, {"property": "trace", "value": True}]
    return uses.values()


@pytest.fixture(scope="module")
def timed(kafka, serve_module, tmp_path_factory):
    base, event = tmp_path_factory.mktemp("timing"), unique("clock")
    folder = Folder(base / "contracts")
    folder.write(small_model(event))
    for use in uses_of(event):
        folder.write(use)
    for status in ("draft", "retired"):
        folder.write(small_model(event + status, status=status))
    for name, end in (("ending", FUTURE), ("over", "2021-01-01T00:00:00Z")):
        model = small_model(event + name)
        sla(model, "endOfSupport", PAST)
        sla(model, "endOfLife", end)
        folder.write(model)
    key = new_sender(base / "senders.yaml", "urn:test:sender", "--receipts")
    gateway = serve_module(folder, "--senders", base / "senders.yaml", kafka=kafka.bootstrap)
    return SimpleNamespace(gateway=gateway, kafka=kafka, event=event, key=key, numbers=iter(range(1000)))


def judge(timed, headers=None, **changes):
    """(outcome, reason, freshness) of each use for one more event, and its id."""
    event = small(timed.event, next(timed.numbers), **changes)
    receipt = timed.gateway.receipt(timed.event, event, headers, timed.key)[0]
    return event, {use: (line["outcome"], line.get("reason"), line.get("freshness")) for use, line in receipt.items()}, receipt


def ids(timed, use, suffix=""):
    return [decode.fast(timed.gateway.schemas, record)["id"] for record in timed.kafka.read(topic_of(timed.event, use) + suffix)]


def test_a_fresh_event(timed):
    event, outcomes, _ = judge(timed)
    delivered = ("delivered", None, "on_time")
    assert outcomes == {**dict.fromkeys(("deliver", "divert", "drop", "short", "deprecated", "full"), delivered),
                        **dict.fromkeys(("before_ga", "draft", "proposed"), ("shadow", None, None)),
                        "ended": ("withheld", "ended", None)}
    for use in ("deliver", "divert", "drop", "short", "deprecated", "full"):
        assert event["id"] in ids(timed, use)


def test_shadow_and_retired_uses_have_no_topic(timed):
    judge(timed)
    there = timed.kafka.topics()
    assert not [use for use in ("before_ga", "draft", "proposed", "retired") if
                topic_of(timed.event, use) in there and timed.kafka.read(topic_of(timed.event, use))]
    assert topic_of(timed.event, "retired") not in there and topic_of(timed.event, "draft") not in there


def test_a_late_event_goes_where_each_use_says(timed):
    event, outcomes, receipt = judge(timed, at=now(hours=2))
    assert outcomes["deliver"] == ("delivered", None, "late")
    assert outcomes["divert"] == ("diverted", None, "late")
    assert outcomes["drop"] == ("withheld", "late", None)
    assert receipt["divert"]["topic"] == topic_of(timed.event, "divert") + ".late"
    assert event["id"] in ids(timed, "deliver")
    assert event["id"] in ids(timed, "divert", ".late")
    assert event["id"] not in ids(timed, "divert") + ids(timed, "drop")


def test_an_event_too_old_to_be_deleted_in_time_is_expired(timed):
    # short keeps 1 d: 12 h on the topic, segments of 72 min, so the limit is 24 h - 12 h - 72 min - 10 min = 10 h 38 min.
    _, just_in, _ = judge(timed, at=now(hours=10, minutes=37))
    assert just_in["short"] == ("delivered", None, "late")
    event, outcomes, _ = judge(timed, at=now(hours=10, minutes=39))
    assert outcomes["short"] == ("expired", None, None)
    assert outcomes["deliver"] == ("delivered", None, "late")
    assert event["id"] not in ids(timed, "short")


def test_an_event_of_the_future_breaks_its_model(timed):
    body = small(timed.event, next(timed.numbers), at=now(minutes=-6))
    reply = timed.gateway.post(timed.event, body, key=timed.key)
    assert reply.status_code == 422
    assert [violation["rule"] for violation in reply.json()["violations"]] == ["event-time-future"]
    assert judge(timed, at=now(minutes=-4))[1]["deliver"] == ("delivered", None, "on_time")


def test_a_wrong_clock_is_corrected_by_the_sent_time(timed):
    # The sender's clock is two hours slow: its event is fresh all the same, and one that is late by its own clock is late.
    _, outcomes, receipt = judge(timed, {"Headgate-Sent": now(hours=2)}, at=now(hours=2))
    assert outcomes["divert"] == ("delivered", None, "on_time")
    record = at(timed, receipt["full"])
    assert 7_190_000 < int(record.headers["ce_clockskewms"]) < 7_210_000
    _, outcomes, _ = judge(timed, {"Headgate-Sent": now(hours=2)}, at=now(hours=4))
    assert outcomes["divert"] == ("diverted", None, "late")
    _, outcomes, _ = judge(timed, {"Headgate-Sent": now(hours=-2)}, at=now(hours=-2))
    assert outcomes["deliver"] == ("delivered", None, "on_time")


def at(timed, line):
    return timed.kafka.at(line["topic"], line["partition"], line["offset"])


def test_times_stay_as_they_were_sent(timed):
    moment = oracle.instant(now(minutes=10))
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    before = datetime.now(timezone.utc)
    event, _, receipt = judge(timed, {"traceparent": traceparent}, at=oracle.stamp(moment))
    record = at(timed, receipt["full"])
    assert decode.both(timed.gateway.schemas, record) == {"id": event["id"], "at": moment, "note": "n"}
    assert record.headers["ce_time"] == oracle.stamp(moment)
    assert record.headers["ce_expirytime"] == oracle.stamp(moment + timedelta(days=30))
    assert record.headers["ce_traceparent"] == traceparent
    assert record.headers["ce_id"] == event["id"], "passed raw, so the id is the event's"
    assert "ce_clockskewms" not in record.headers
    recorded = oracle.instant(record.headers["ce_recordedtime"])
    assert before - timedelta(milliseconds=1) <= recorded <= datetime.now(timezone.utc)
    assert record.timestamp == int(recorded.timestamp() * 1000)


def test_trace_reaches_only_uses_that_declare_it(timed):
    _, _, receipt = judge(timed, {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    assert "ce_traceparent" not in at(timed, receipt["deliver"]).headers
    _, _, receipt = judge(timed, {"traceparent": "00-nonsense"})
    assert "ce_traceparent" not in at(timed, receipt["full"]).headers


def test_a_draft_model_is_accepted_and_stored_nowhere_a_retired_one_is_unknown(timed):
    reply = timed.gateway.post(timed.event + "draft", small(timed.event, 1), key=timed.key)
    assert reply.status_code == 202 and reply.json()["discarded"] == 1
    assert timed.gateway.post(timed.event + "retired", small(timed.event, 1), key=timed.key).status_code == 404


def test_senders_are_told_that_their_model_ends(timed):
    reply = timed.gateway.post(timed.event + "ending", small(timed.event, 1), key=timed.key)
    assert reply.status_code == 202
    assert reply.headers["Deprecation"] == "@1577836800" and reply.headers["Sunset"] == "Tue, 01 Jan 2199 00:00:00 GMT"
    refused = timed.gateway.post(timed.event + "ending", {}, key=timed.key)
    assert refused.status_code == 422 and "Deprecation" in refused.headers
    assert timed.gateway.post(timed.event + "over", small(timed.event, 1), key=timed.key).status_code == 404
    supported = timed.gateway.post(timed.event, small(timed.event, next(timed.numbers)), key=timed.key)
    assert "Deprecation" not in supported.headers and "Sunset" not in supported.headers


def test_every_outcome_is_counted(timed):
    _, outcomes, _ = judge(timed, at=now(hours=2))
    page = timed.gateway.get("/metrics").text
    for use, (outcome, _, _) in outcomes.items():
        assert f'headgate_outcomes_total{{use="{use}",outcome="{outcome}"' in page
