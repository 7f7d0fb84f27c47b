"""Topics that are not as their contracts want them: which uses are blocked, what becomes of events, how it ends."""
from types import SimpleNamespace

import pytest

from contracts import Folder, small, small_model, small_use, topic_of, unique
from gateway import new_sender

DAYS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def audited(kafka, serve_module, tmp_path_factory):
    """topics.mode require; `good` and `fine` fit, the others of `soft` are withheld while blocked, the one of `hard` holds its event."""
    base, soft, hard = tmp_path_factory.mktemp("topics"), unique("soft"), unique("hard")
    folder = Folder(base / "contracts")
    for event, uses in ((soft, ("missing", "longer", "compacted", "slow")), (hard, ("absent",))):
        good = "good" if event == soft else "fine"
        folder.write(small_model(event))
        folder.write(small_use(event, good))
        kafka.make_topic(topic_of(event, good), 2, retention_ms=15 * DAYS, segment_ms=DAYS)
        for use in uses:
            folder.write(small_use(event, use, onBlocked="withhold" if event == soft else "retry"))
    kafka.make_topic(topic_of(soft, "longer"), retention_ms=15 * DAYS + 1, segment_ms=DAYS)
    kafka.make_topic(topic_of(soft, "compacted"), retention_ms=DAYS, segment_ms=DAYS, cleanup_policy="compact")
    kafka.make_topic(topic_of(soft, "slow"), retention_ms=DAYS, segment_ms=2 * DAYS)
    key = new_sender(base / "senders.yaml", "urn:test:sender", "--receipts")
    gateway = serve_module(folder, "--senders", base / "senders.yaml", "--topics.mode", "require", "--limits.event", "4MiB",
                           kafka=kafka.bootstrap)
    return SimpleNamespace(gateway=gateway, kafka=kafka, key=key, soft=soft, hard=hard)


def blocks(audited):
    return {line["topic"]: line for line in audited.gateway.ready()["blocked"]}


def test_readyz_names_what_is_blocked_and_why(audited):
    reply = audited.gateway.get("/readyz")
    assert (reply.status_code, reply.json()["state"]) == (200, "degraded")
    lines = blocks(audited)
    assert {topic: line["block"] for topic, line in lines.items() if audited.soft in topic} == {
        topic_of(audited.soft, "missing"): "missing", topic_of(audited.soft, "longer"): "keeps-longer",
        topic_of(audited.soft, "compacted"): "keeps-longer", topic_of(audited.soft, "slow"): "keeps-longer"}
    longer = lines[topic_of(audited.soft, "longer")]
    assert longer["use"] == "longer" and "retention.ms" in longer["reason"]
    assert "cleanup.policy" in lines[topic_of(audited.soft, "compacted")]["reason"]
    assert "segment.ms" in lines[topic_of(audited.soft, "slow")]["reason"]
    assert topic_of(audited.soft, "missing") not in audited.kafka.topics(), "require never makes a topic"


def test_a_blocked_use_that_says_withhold_is_withheld_alone(audited):
    receipt = audited.gateway.receipt(audited.soft, small(audited.soft, 1), key=audited.key)[0]
    assert receipt.pop("good")["outcome"] == "delivered"
    assert {(line["outcome"], line["reason"]) for line in receipt.values()} == {("withheld", "blocked")}
    assert f"{audited.soft}-1" in [record.id for record in audited.kafka.read(topic_of(audited.soft, "good"))]
    for use in ("longer", "compacted", "slow"):
        assert audited.kafka.read(topic_of(audited.soft, use)) == []


def test_a_blocked_use_that_says_retry_holds_the_whole_event(audited):
    reply = audited.gateway.post(audited.hard, small(audited.hard, 1), key=audited.key)
    assert (reply.status_code, reply.json()["type"]) == (503, "urn:headgate:rule:blocked-use")
    assert int(reply.headers["Retry-After"]) >= 10
    assert audited.kafka.read(topic_of(audited.hard, "fine")) == [], "a resend would write it again, without end"


def test_a_record_too_large_for_its_topic_fails_and_holds_nothing(audited):
    big = small(audited.soft, "big", note="n" * 1_500_000)
    receipt = audited.gateway.receipt(audited.soft, big, key=audited.key)[0]
    assert (receipt["good"]["outcome"], receipt["good"]["reason"]) == ("failed", "size")
    assert 'headgate_outcomes_total{use="good",outcome="failed",reason="size"} 1' in audited.gateway.get("/metrics").text
    assert f"{audited.soft}-big" not in [record.id for record in audited.kafka.read(topic_of(audited.soft, "good"))]


def test_metrics_name_what_is_blocked(audited):
    page = audited.gateway.get("/metrics").text
    assert 'headgate_use_blocked{use="longer",reason="keeps-longer"} 1' in page
    assert 'headgate_use_blocked{use="missing",reason="missing"} 1' in page


def test_once_the_topics_fit_all_flows(audited):
    kafka, soft, hard = audited.kafka, audited.soft, audited.hard
    for event, use in ((soft, "missing"), (hard, "absent")):
        kafka.make_topic(topic_of(event, use), retention_ms=DAYS, segment_ms=DAYS)
    kafka.change_topic(topic_of(soft, "longer"), retention_ms=15 * DAYS, segment_ms=DAYS)
    kafka.change_topic(topic_of(soft, "compacted"), retention_ms=DAYS, segment_ms=DAYS, cleanup_policy="delete")
    kafka.change_topic(topic_of(soft, "slow"), retention_ms=DAYS, segment_ms=DAYS)
    audited.gateway.reload()
    assert audited.gateway.wait_state("ready")["blocked"] == []
    receipt = audited.gateway.receipt(soft, small(soft, 2), key=audited.key)[0]
    assert {line["outcome"] for line in receipt.values()} == {"delivered"}
    assert audited.gateway.post(hard, small(hard, 2), key=audited.key).status_code == 202
    assert "headgate_use_blocked{" not in "".join(
        line for line in audited.gateway.get("/metrics").text.splitlines() if line.endswith(" 1"))


def test_a_topic_that_is_deleted_meanwhile_blocks_its_use(kafka, serve, tmp_path):
    event, folder = unique("gone"), Folder(tmp_path)
    folder.write(small_model(event))
    folder.write(small_use(event, "reader"))
    kafka.make_topic(topic_of(event, "reader"), retention_ms=DAYS, segment_ms=DAYS)
    gateway = serve(folder, "--topics.mode", "require", "--reply_timeout", "8s", kafka=kafka.bootstrap)
    assert gateway.post(event, small(event, 1)).status_code == 202
    kafka.admin.delete_topics([topic_of(event, "reader")])[topic_of(event, "reader")].result(15)
    reply = gateway.post(event, small(event, 2))
    assert reply.status_code == 503 and reply.json()["type"] in ("urn:headgate:rule:not-durable", "urn:headgate:rule:blocked-use")
    gateway.reload()
    assert gateway.wait_state("unavailable")["blocked"][0]["block"] == "missing"
