"""The read half of the Schema Registry API, on its own listener and on the operators'."""
import json

import fastavro
import pytest

import decode
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError
from contracts import payment

TYPE = "application/vnd.schemaregistry.v1+json"


@pytest.fixture(scope="module")
def subject(platform):
    return f"{platform.domains['payments']}.payment-authorized.fraud-detection.v1-value"


def get(platform, path, listener="schemas"):
    return platform.gateway.get(path, listener)


@pytest.mark.parametrize("listener", ["schemas", "admin"])
def test_reading(platform, subject, listener):
    assert subject in get(platform, "/subjects", listener).json()
    assert get(platform, f"/subjects/{subject}/versions", listener).json() == [1]
    latest = get(platform, f"/subjects/{subject}/versions/latest", listener).json()
    assert latest["subject"] == subject and latest["version"] == 1
    assert latest == get(platform, f"/subjects/{subject}/versions/1", listener).json()
    by_id = get(platform, f"/schemas/ids/{latest['id']}", listener).json()
    assert by_id["schema"] == latest["schema"]
    assert get(platform, f"/schemas/ids/{latest['id']}/schema", listener).json() == json.loads(latest["schema"])
    assert get(platform, f"/subjects/{subject}/versions/latest/schema", listener).json() == json.loads(latest["schema"])
    both = sorted([subject.replace("-value", ".late-value"), subject])  # a diverted record has the same schema
    assert sorted(get(platform, f"/schemas/ids/{latest['id']}/subjects", listener).json()) == both
    versions = get(platform, f"/schemas/ids/{latest['id']}/versions", listener).json()
    assert sorted(line["subject"] for line in versions) == both and {line["version"] for line in versions} == {1}
    assert 2**30 <= latest["id"] < 2**31


def test_small_pages(platform):
    reply = get(platform, "/schemas/types")
    assert reply.json() == ["AVRO"] and reply.headers["Content-Type"] == TYPE
    assert get(platform, "/config").json()["compatibilityLevel"]
    assert get(platform, "/mode").json() == {"mode": "READONLY"}


@pytest.mark.parametrize("path, status, code", [
    ("/schemas/ids/7", 404, 40403), ("/schemas/ids/seven", 404, 40403), ("/subjects/nobody-value/versions", 404, 40401),
    ("/subjects/nobody-value/versions/1", 404, 40401), ("/subjects/{}/versions/9", 404, 40402),
    ("/subjects/{}/versions/0", 422, 42202), ("/subjects/{}/versions/first", 422, 42202),
])
def test_errors(platform, subject, path, status, code):
    reply = get(platform, path.format(subject))
    assert (reply.status_code, reply.json()["error_code"]) == (status, code)
    assert reply.json()["message"]


@pytest.mark.parametrize("method, path", [
    ("POST", "/subjects/{}/versions"), ("DELETE", "/subjects/{}"), ("DELETE", "/subjects/{}/versions/1"),
    ("PUT", "/config"), ("PUT", "/config/{}"), ("PUT", "/mode"), ("PUT", "/mode/{}"),
])
def test_writes_are_refused(platform, subject, method, path):
    reply = platform.gateway.session.request(method, platform.gateway.schemas + path.format(subject), data='{"schema":"\\"int\\""}')
    assert (reply.status_code, reply.json()["error_code"]) == (422, 42205)


def test_look_up_by_content(platform, subject):
    latest = get(platform, f"/subjects/{subject}/versions/latest").json()
    schema = json.loads(latest["schema"])
    schema["doc"] = "other words"
    for text in (latest["schema"], json.dumps(schema, indent=2)):
        reply = platform.gateway.session.post(f"{platform.gateway.schemas}/subjects/{subject}", json={"schema": text})
        assert (reply.status_code, reply.json().get("id")) == (200, latest["id"]), reply.text
    schema["fields"] = schema["fields"][:1]
    for body, status, code in (({"schema": json.dumps(schema)}, 404, 40403), ({"schema": "nonsense"}, 422, 42201), ({}, 422, 42201)):
        reply = platform.gateway.session.post(f"{platform.gateway.schemas}/subjects/{subject}", json=body)
        assert (reply.status_code, reply.json()["error_code"]) == (status, code)


def test_confluents_client_reads_it(platform, subject):
    client = SchemaRegistryClient({"url": platform.gateway.schemas})
    latest = client.get_latest_version(subject)
    assert client.get_schema(latest.schema_id).schema_str == latest.schema.schema_str
    assert client.lookup_schema(subject, Schema(latest.schema.schema_str, "AVRO")).schema_id == latest.schema_id
    assert subject in client.get_subjects()
    with pytest.raises(SchemaRegistryError) as error:
        client.register_schema(subject, Schema('"int"', "AVRO"))
    assert error.value.error_code == 42205


def test_every_schema_is_one_that_avro_tools_read_and_that_says_how_delicate_it_is(platform):
    for subject in get(platform, "/subjects").json():
        text = get(platform, f"/subjects/{subject}/versions/latest").json()["schema"]
        schema = json.loads(text)
        fastavro.parse_schema(schema)
        tags = [field for field in schema["fields"] if "classification" in field or "confluent:tags" in field]
        assert tags, subject


def test_the_frame_of_a_record_names_its_schema(platform, subject):
    receipt = platform.gateway.receipt("payment.authorized", payment(), key=platform.key)[0]["fraud_detection"]
    record = platform.kafka.at(receipt["topic"], receipt["partition"], receipt["offset"])
    number, _ = decode.frame(record.value)
    assert number == get(platform, f"/subjects/{subject}/versions/latest").json()["id"]
