"""Maps, end to end as far as no broker is needed: what others make of the contracts, and that no key is ever told."""
import json
import secrets
from pathlib import Path

import datacontract
import pytest
import yaml
from datacontract.data_contract import DataContract
from jsonschema import validators

from gateway import ROOT, run

CONTRACTS = ROOT / "tests" / "decisions" / "contracts" / "maps"
SCHEMA = Path(datacontract.__file__).parent / "schemas" / "odcs-3.2.0.schema.json"


def shown(name, *flags):
    done = run("show", name, *flags, "--contracts", CONTRACTS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tried(events):
    done = run("try", "-", "--event", "maps", "--contracts", CONTRACTS, input=json.dumps(events))
    return done, json.loads(done.stdout)


def shape(schema):
    """An Avro type without what tools may say of it in their own way."""
    if isinstance(schema, list):
        return [shape(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kind = schema["type"]
    if kind == "record":
        return {field["name"]: shape(field["type"]) for field in schema["fields"]}
    if kind in ("map", "array"):
        return {kind: shape(schema["values" if kind == "map" else "items"])}
    return shape(kind)


@pytest.mark.parametrize("name", ["maps", "narrow", "parts", "whole"])
def test_what_show_prints_is_of_the_standard(name):
    text = shown(name)
    schema = json.loads(SCHEMA.read_text())
    assert [error.message for error in validators.validator_for(schema)(schema).iter_errors(yaml.safe_load(text))] == []
    assert DataContract(data_contract_str=text).lint().result.value == "passed"


def test_their_avro_export_has_the_same_maps():
    theirs = shape(json.loads(DataContract(data_contract_str=shown("parts")).export("avro")))
    ours = shape(json.loads(shown("parts", "--avro")))
    for name in ("details", "nested"):
        assert ours[name] == theirs[name]


def test_a_record_holds_what_the_event_had():
    done = run("sample", "maps", "--count", "50", "--seed", "4", "--contracts", CONTRACTS)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    _, results = tried(events)
    assert len(results) == len(events) == 50
    for event, result in zip(events, results):
        record = next(use for use in result["uses"] if use["use"] == "whole")["value"]
        assert record["texts"] == event.get("texts") and record["counts_by_name"] == event.get("counts_by_name")
        assert list(record["texts"] or {}) == sorted(record["texts"] or {}, key=str.encode)


def test_no_key_is_told():
    for _ in range(20):
        key = secrets.token_hex(8)
        events = [{"id": "a", "texts": {key: 7}}, {"id": "a", "texts": {key: None}}, {"id": "a", "counts_by_name": {key: 1}},
                  {"id": "a", "nested": {key: {key: 1}}}, {"id": "a", "details": {key: {"title": 1, "other": 2}}}]
        done, results = tried(events)
        assert [result["verdict"] for result in results] == ["refused"] * len(events)
        assert key not in done.stdout + done.stderr
        assert {violation["pointer"] for result in results for violation in result["violations"]} == {
            "/texts/*", "/counts_by_name/*", "/nested/*/*", "/details/*", "/details/*/title"}
