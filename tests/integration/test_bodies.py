"""Every way a body may come: formats, envelopes, encodings, lists with good and bad events."""
import base64
import gzip
import json
import socket
import zlib

import pytest
import zstandard

import decode
from contracts import lines, now, payment
from conftest import SENDER
from gateway import wait_for

EVENT = "payment.authorized"
FRAUD_MODEL = "urn:acme:payments:model:payment_authorized@1.2.0"
REPRESENTATION = {"Prefer": "return=representation"}


def found(platform, receipt, use="fraud_detection"):
    """The decoded record that a receipt names."""
    line = receipt[use]
    return decode.both(platform.gateway.schemas, platform.kafka.at(line["topic"], line["partition"], line["offset"]))


def delivered_ids(platform, body, headers, name=EVENT):
    receipts = platform.gateway.receipt(name, body, headers, platform.key)
    return [str(found(platform, receipt)["event_id"]) for receipt in receipts]


@pytest.mark.parametrize("type", ["application/json", "application/json; charset=utf-8", "application/vnd.acme+json"])
def test_one_object(platform, type):
    event = payment()
    assert delivered_ids(platform, event, {"Content-Type": type}) == [event["event_id"]]


def test_an_array(platform):
    events = [payment() for _ in range(5)]
    assert delivered_ids(platform, events, {}) == [event["event_id"] for event in events]


def test_lines(platform):
    events = [payment() for _ in range(4)]
    body = "\r\n\n" + lines(events) + json.dumps(events[0])
    ids = delivered_ids(platform, body, {"Content-Type": "application/x-ndjson"})
    assert ids == [event["event_id"] for event in events + events[:1]]


# ---------------------------------------------------------------- CloudEvents


def envelope(event, **more):
    return {"specversion": "1.0", "id": "env-1", "source": "/app/7", "type": EVENT, "time": now(), **more, "data": event}


def test_structured_cloudevent(platform):
    event = payment()
    for type in ("application/cloudevents+json", "application/json"):
        assert delivered_ids(platform, envelope(event), {"Content-Type": type}, None) == [event["event_id"]]


def test_data_may_come_before_the_type_and_encoded(platform):
    event = payment()
    turned = json.dumps(dict(reversed(envelope(event).items())))
    assert delivered_ids(platform, turned, {"Content-Type": "application/cloudevents+json"}, None) == [event["event_id"]]
    encoded = envelope(None)
    del encoded["data"]
    encoded["data_base64"] = base64.b64encode(json.dumps(event).encode()).decode()
    assert delivered_ids(platform, encoded, {"Content-Type": "application/cloudevents+json"}, None) == [event["event_id"]]


def test_batched_cloudevents(platform):
    events = [payment() for _ in range(3)]
    body = [envelope(event, id=f"env-{i}") for i, event in enumerate(events)]
    for type in ("application/cloudevents-batch+json", "application/json"):
        assert delivered_ids(platform, body, {"Content-Type": type}, None) == [event["event_id"] for event in events]


def test_binary_cloudevent(platform):
    event = payment()
    headers = {"ce-specversion": "1.0", "ce-id": "b-1", "ce-source": "/app/7", "ce-type": EVENT, "ce-time": now()}
    assert delivered_ids(platform, event, headers, None) == [event["event_id"]]


def test_source_on_kafka_is_the_sender_not_the_envelopes(platform):
    receipt = platform.gateway.receipt(None, envelope(payment()), {"Content-Type": "application/cloudevents+json"},
                                       platform.key)[0]["fraud_detection"]
    record = platform.kafka.at(receipt["topic"], receipt["partition"], receipt["offset"])
    assert record.headers["ce_source"] == SENDER


@pytest.mark.parametrize("change, pointer", [
    ({"specversion": "0.3"}, "/specversion"), ({"specversion": None}, "/specversion"), ({"id": ""}, "/id"),
    ({"source": 7}, "/source"), ({"time": "yesterday"}, "/time"),
])
def test_a_wrong_envelope_names_the_attribute(platform, change, pointer):
    body = {name: value for name, value in {**envelope(payment()), **change}.items() if value is not None}
    reply = platform.gateway.post(None, body, {"Content-Type": "application/cloudevents+json"}, platform.key)
    assert reply.status_code == 422
    assert [(violation["pointer"], violation["rule"]) for violation in reply.json()["violations"]] == [(pointer, "envelope")]


def test_a_fault_inside_data_is_placed_in_the_body(platform):
    text = json.dumps({**envelope({}), "data": "DATA"}).replace('"DATA"', '{"a":' + "[" * 32 + "]" * 32 + "}")
    reply = platform.gateway.post(None, text, {"Content-Type": "application/cloudevents+json"}, platform.key)
    assert reply.status_code == 400 and reply.json()["type"] == "urn:headgate:rule:json-depth"
    assert reply.json()["offset"] == text.index("[" * 32) + 31


# ---------------------------------------------------------------- encodings

ENCODERS = {"gzip": gzip.compress, "zstd": zstandard.compress, "deflate": zlib.compress, "identity": lambda data: data}


@pytest.mark.parametrize("encoding", ENCODERS)
def test_encodings(platform, encoding):
    events = [payment() for _ in range(20)]
    body = ENCODERS[encoding](json.dumps(events).encode())
    ids = delivered_ids(platform, body, {"Content-Encoding": encoding})
    assert ids == [event["event_id"] for event in events]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_an_encoding_is_known_by_its_first_bytes(platform, encoding):
    event = payment()
    assert delivered_ids(platform, ENCODERS[encoding](json.dumps(event).encode()), {}) == [event["event_id"]]


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
def test_a_damaged_encoding_takes_nothing(platform, encoding):
    body = bytearray(ENCODERS[encoding](json.dumps([payment() for _ in range(50)]).encode()))
    for damaged in (bytes(body[:-5]), bytes(body[:len(body) // 2]), b"\x1f\x8b" + bytes(30)):
        reply = platform.gateway.post(EVENT, damaged, {"Content-Encoding": encoding}, platform.key)
        assert reply.status_code == 400 and reply.json()["type"].endswith("content-encoding"), reply.text
    assert platform.gateway.post(EVENT, b"{}", {"Content-Encoding": "br"}, platform.key).status_code == 415


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
def test_a_bomb_is_stopped_at_the_bound(platform, encoding):
    body = ENCODERS[encoding](b" " * (64 * 1024 * 1024))
    reply = platform.gateway.post(EVENT, body, {"Content-Encoding": encoding}, platform.key)
    assert reply.status_code == 413


def test_chunked(platform):
    event = payment()
    text = json.dumps(event).encode()
    pieces = (text[i:i + 7] for i in range(0, len(text), 7))
    reply = platform.gateway.session.post(platform.gateway.ingest + "/v1/events/" + EVENT, data=pieces, headers={
        "Content-Type": "application/json", "Authorization": f"Bearer {platform.key}", **REPRESENTATION})
    assert reply.status_code == 200
    assert reply.json()["items"][0]["id"] == event["event_id"]


# ---------------------------------------------------------------- good and bad together


def test_a_mixed_list_is_answered_item_by_item(platform):
    good, bad = payment(), payment(amount="129.90", currency="XXX")
    reply = platform.gateway.post(EVENT, [good, bad, good], key=platform.key)
    assert reply.status_code == 207
    items = reply.json()["items"]
    assert [item["status"] for item in items] == ["accepted", "refused", "accepted"]
    assert [item["id"] for item in items] == [good["event_id"], bad["event_id"], good["event_id"]]
    violations = {(line["pointer"], line["rule"]) for line in items[1]["problem"]["violations"]}
    assert violations == {("/amount", "type"), ("/currency", "enumeration")}
    assert items[1]["problem"]["violations"][0]["contract"] == FRAUD_MODEL


def test_bad_lines_are_refused_alone(platform):
    good = payment()
    body = json.dumps(good) + '\n{"event_id": \n[1]\n' + json.dumps(good) + "\n"
    reply = platform.gateway.post(EVENT, body, {"Content-Type": "application/x-ndjson"}, platform.key)
    assert reply.status_code == 207
    assert [item["status"] for item in reply.json()["items"]] == ["accepted", "refused", "refused", "accepted"]
    bad = reply.json()["items"][1]["problem"]
    assert bad["type"] == "urn:headgate:rule:malformed-json" and bad["detail"].startswith("the line is not JSON"), "others were taken"


def test_lines_that_are_all_unreadable_are_refused_whole_for_what_ails_the_first(platform):
    lines = {"Content-Type": "application/x-ndjson"}
    reply = platform.gateway.post(EVENT, "{\n[1,]\n", lines, platform.key).json()
    assert (reply["status"], reply["type"]) == (400, "urn:headgate:rule:malformed-json") and "reason" in reply
    reply = platform.gateway.post(EVENT, "[" * 33 + "]" * 33, lines, platform.key).json()
    assert (reply["status"], reply["type"]) == (400, "urn:headgate:rule:json-depth")


def test_a_refused_list(platform):
    reply = platform.gateway.post(EVENT, [payment(amount=-1), payment(amount=0)], key=platform.key)
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["type"] == "urn:headgate:rule:all-refused"
    assert [item["status"] for item in reply.json()["items"]] == ["refused", "refused"]


@pytest.mark.parametrize("body, status, rule", [
    (b"", 400, "empty"), (b"[]", 400, "empty"), (b"{", 400, "malformed-json"), (b"[{}", 400, "malformed-json"),
    (b'{"a":1}x', 400, "malformed-json"), (b'{"a":"\xff"}', 400, "malformed-json"), (b"[" * 100, 400, "json-depth"),
])
def test_bodies_that_are_refused_whole(platform, body, status, rule):
    reply = platform.gateway.post(EVENT, body, key=platform.key)
    assert (reply.status_code, reply.json()["type"]) == (status, f"urn:headgate:rule:{rule}")


def test_a_broken_array_takes_nothing(platform):
    good = payment()
    reply = platform.gateway.post(EVENT, "[" + json.dumps(good) + ",{]", key=platform.key)
    assert reply.status_code == 400 and isinstance(reply.json()["offset"], int)
    topic = f"{platform.domains['payments']}.payment-authorized.fraud-detection.v1"
    assert good["event_id"] not in [record.id for record in platform.kafka.read(topic)]


def test_a_duplicate_of_a_declared_member_is_refused(platform):
    text = json.dumps(payment())[:-1] + ',"curr\\u0065ncy":"USD"}'
    reply = platform.gateway.post(EVENT, text, key=platform.key)
    assert reply.status_code == 422
    assert [line["rule"] for line in reply.json()["violations"]] == ["duplicate-member"]


def test_requests_that_are_none(platform):
    post, key = platform.gateway.post, platform.key
    assert post("nobody.declared.this", {}, key=key).json()["type"].endswith("undeclared-event")
    assert post(EVENT, {}, {"Content-Type": "text/csv"}, key).status_code == 415
    assert post(EVENT, {}, {"Accept": "text/html"}, key).status_code == 406
    assert post(EVENT, {}, {"Headgate-Sent": "noon"}, key).status_code == 400
    session, url = platform.gateway.session, platform.gateway.ingest
    assert session.get(url + "/v1/events/" + EVENT).status_code == 405
    assert session.get(url + "/").status_code == 404


def test_a_connection_too_many_is_told_to_come_again(serve, platform, tmp_path):
    config = tmp_path / "headgate.yaml"
    config.write_text("limits: {connections: 1}\n")
    gateway = serve(platform.gateway.contracts, "--embedded", "--config", config, "--workers", "1")
    with socket.create_connection(gateway.ingest.removeprefix("http://").split(":")):
        wait_for(lambda: "headgate_connections 1\n" in gateway.get("/metrics").text, "the connection is there")
        reply = gateway.post(EVENT, payment())
    assert reply.status_code == 503 and reply.json()["type"] == "urn:headgate:rule:connections"
    assert int(reply.headers["Retry-After"]) > 0


def test_identity_without_a_primary_key(kafka, serve, platform, tmp_path):
    """Then the envelope's source and id, then the Idempotency-Key and the index, then one of our own."""
    from contracts import Folder, small_model, small_use, topic_of, unique
    event, folder = unique("noid"), Folder(tmp_path)
    model = small_model(event)
    model["schema"][0]["properties"][0].pop("primaryKey")
    folder.write(model)
    folder.write(small_use(event, "reader"))
    gateway = serve(folder, "--keys", platform.keys, kafka=kafka.bootstrap)
    body = {"id": "x", "at": now(), "person": "p"}
    cloud = {**envelope(body), "type": event}
    for _ in range(2):
        gateway.post(None, cloud, {"Content-Type": "application/cloudevents+json"})
        gateway.post(event, [body, body], {"Idempotency-Key": "k-1"})
        assert gateway.post(event, body).json()["generated"] == 1
    ids = [record.id for record in kafka.read(topic_of(event, "reader"))]
    counts = sorted(ids.count(one) for one in set(ids))
    assert counts == [1, 1, 2, 2, 2], "three known ids twice, two generated ones"
