"""The ODCS tool that most people use, datacontract-cli, as an independent judge of contracts, topics and events."""
import copy
import io
import json
import random

import fastavro
import pytest
import yaml
from datacontract.data_contract import DataContract
from datacontract.engines.ibis.connections import kafka as kafka_reader
from jsonschema import Draft7Validator

import decode
from contracts import example_event, payment
from gateway import EXAMPLES, run

CONTRACTS = ["order_placed", "order_volume", "payment_authorized", "fraud_detection", "finance_reporting", "customer_support",
             "shipment_scanned", "arrival_estimate", "damage_claims", "network_planning"]
USES = {"order_volume": "order_placed", "fraud_detection": "payment.authorized", "finance_reporting": "payment.authorized",
        "customer_support": "payment.authorized", "arrival_estimate": "shipment.scanned", "network_planning": "shipment.scanned",
        "damage_claims": "shipment.scanned"}


def shown(name, contracts=EXAMPLES):
    done = run("show", name, "--contracts", contracts)
    assert done.returncode == 0, done.stderr
    return done.stdout


def problems(result):
    return [f"{check.name}: {check.reason}" for check in result.checks if str(check.result.value) not in ("passed", "info")]


def event_for(use):
    return {"order_placed": lambda: example_event("shop"), "payment.authorized": payment,
            "shipment.scanned": lambda: example_event("logistics")}[USES[use]]()


# ---------------------------------------------------------------- contracts


@pytest.mark.parametrize("name", CONTRACTS)
def test_it_lints_what_show_prints(name):
    result = DataContract(data_contract_str=shown(name)).lint()
    assert (result.result.value, problems(result)) == ("passed", [])


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*.odcs.yaml")), ids=lambda file: file.stem)
def test_it_lints_what_people_write(file):
    result = DataContract(data_contract_file=str(file)).lint()
    assert (result.result.value, problems(result)) == ("passed", [])


# ---------------------------------------------------------------- topics


@pytest.fixture(scope="module")
def filled(platform):
    """The platform, with an event of every kind on its topics."""
    for use, event in (("order_volume", "order_placed"), ("fraud_detection", "payment.authorized"),
                       ("damage_claims", "shipment.scanned")):
        assert platform.gateway.post(event, event_for(use), key=platform.key).status_code == 202
    return platform


@pytest.fixture
def without_uuid(monkeypatch):
    """The tool hands the UUIDs that fastavro makes of Avro's `uuid` to a column of text as 16 raw bytes, which DuckDB then
    refuses ("Invalid unicode"). A uuid is a string on the wire, so it is shown a schema that says just that."""
    fetch = kafka_reader.fetch_writer_schema

    def plain(registry, number):
        return fetch(registry, number).replace('"logicalType":"uuid"', '"comment":"uuid"')

    monkeypatch.setattr(kafka_reader, "fetch_writer_schema", plain)


@pytest.mark.parametrize("use", ["order_volume", "fraud_detection", "finance_reporting", "customer_support"])
def test_it_reads_and_tests_a_topic_with_the_gateway_as_registry(filled, without_uuid, use):
    document = yaml.safe_load(shown(use, filled.gateway.contracts))
    document["servers"] = [{"server": "here", "type": "kafka", "host": filled.kafka.bootstrap, "format": "avro"}]
    result = DataContract(data_contract_str=yaml.safe_dump(document), server="here",
                          config={"DATACONTRACT_KAFKA_SCHEMA_REGISTRY_URL": filled.gateway.schemas}).test()
    read = [line.message for line in result.logs if "messages from topic" in line.message]
    assert read and not read[0].startswith("Read 0 "), [line.message for line in result.logs]
    assert problems(result) == []
    assert len(result.checks) >= 2


@pytest.mark.parametrize("use", ["order_volume", "fraud_detection", "finance_reporting", "customer_support"])
def test_its_avro_export_reads_our_bytes(filled, use):
    """Its schema differs from ours in names, int for long and defaults, but the bytes mean the same under both."""
    exported = json.loads(DataContract(data_contract_str=shown(use, filled.gateway.contracts)).export("avro"))
    topic = next(line["topic"] for model in filled.gateway.get("/catalogue").json()["models"] for line in model["uses"]
                 if line["name"] == use)
    record = filled.kafka.read(topic)[-1]
    stream = io.BytesIO(decode.frame(record.value)[1])
    theirs = fastavro.schemaless_reader(stream, fastavro.parse_schema(exported))
    assert stream.read() == b""
    ours = decode.fast(filled.gateway.schemas, record)
    assert json.dumps(theirs, default=str) == json.dumps(ours, default=str)


# ---------------------------------------------------------------- events: whatever it rejects, we reject

BAD_VALUES = [None, True, "", "x", "ø" * 300, 0, -1, 1.5, 1e9, 10**30, [], {}, ["a"], {"a": 1}, "NO", "2026-13-01", "{}"]


def leaves(value, path=()):
    """All places in an event."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from leaves(member, (*path, name))


def mutated(event, chance):
    """A copy with one member removed or replaced."""
    event = copy.deepcopy(event)
    path = chance.choice([path for path in leaves(event) if path])
    parent = event
    for name in path[:-1]:
        parent = parent[name]
    if chance.random() < 0.2:
        del parent[path[-1]]
    else:
        parent[path[-1]] = chance.choice(BAD_VALUES)
    return event


@pytest.mark.parametrize("model, event", [("payment_authorized", "payment.authorized"), ("shipment_scanned", "shipment.scanned")])
def test_what_its_json_schema_rejects_we_reject(filled, model, event):
    chance = random.Random(20261122)
    validator = Draft7Validator(json.loads(DataContract(data_contract_str=shown(model)).export("jsonschema")))
    base = payment() if model == "payment_authorized" else example_event("logistics")
    assert validator.is_valid(base)
    events = [mutated(base, chance) for _ in range(400)]
    items = filled.gateway.post(event, events, key=filled.key).json()["items"]
    rejected = [not validator.is_valid(event) for event in events]
    assert sum(rejected) > 100 and sum(item["status"] == "accepted" for item in items) > 10
    missed = [event for event, bad, item in zip(events, rejected, items) if bad and item["status"] != "refused"]
    assert missed == []
