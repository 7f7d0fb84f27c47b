"""`headgate new`: what it writes passes check, the official schema of the standard, and datacontract-cli; and asks what it must."""
import json
import os
import pty
import select
from pathlib import Path

import datacontract
import pytest
import yaml
from datacontract.data_contract import DataContract
from jsonschema import Draft201909Validator, Draft202012Validator

from gateway import EXAMPLES, HEADGATE, clean_environment, run

OFFICIAL = {version: json.loads((Path(datacontract.__file__).parent / "schemas" / f"odcs-{version}.schema.json").read_text())
            for version in ("3.1.0", "3.2.0")}
PATTERNS = ["operational-lookup", "realtime-automation", "analytics", "statutory", "ml-features"]
ANSWERS = ["--domain", "shop", "--owner", "checkout@acme.example", "--subjects", "customer", "--subject-field", "customer.id"]
USE_ANSWERS = ["--purpose", "Learn: what is bought.", "--owner", "sales@acme.example", "--data-use", "functional.service.improve",
               "--legal-basis", "legitimate_interest", "--reader", "sales-reader"]

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "OrderPlaced", "type": "object",
    "additionalProperties": False, "required": ["order_id", "placed_at", "total", "customer", "lines"],
    "properties": {
        "order_id": {"type": "string", "format": "uuid"}, "placed_at": {"type": "string", "format": "date-time"},
        "total": {"type": "number", "minimum": 0, "maximum": 99999.99, "multipleOf": 0.01},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "note": {"type": "string", "minLength": 2, "maxLength": 40}, "channel": {"enum": ["web", "app"]},
        "code": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2,4}$"}, "day": {"type": "string", "format": "date"},
        "gift": {"type": "boolean"}, "rank": {"type": "integer", "minimum": 1, "maximum": 10},
        "customer": {"$ref": "#/$defs/Customer"},
        "lines": {"type": "array", "minItems": 1, "maxItems": 5, "uniqueItems": True, "items": {"$ref": "#/$defs/Line"}},
    },
    "$defs": {
        "Customer": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 20}, "email": {"type": "string", "format": "email"}}},
        "Line": {"type": "object", "required": ["sku", "quantity"], "properties": {
            "sku": {"type": "string", "minLength": 1}, "quantity": {"type": "integer", "minimum": 1, "maximum": 99}}},
    },
}

AVRO = {"type": "record", "name": "OrderPlaced", "fields": [
    {"name": "order_id", "type": {"type": "string", "logicalType": "uuid"}},
    {"name": "placed_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    {"name": "channel", "type": {"type": "enum", "name": "Channel", "symbols": ["web", "app"]}},
    {"name": "photo", "type": ["null", "bytes"], "default": None},
    {"name": "customer", "type": {"type": "record", "name": "Customer", "fields": [
        {"name": "id", "type": "string"}, {"name": "email", "type": ["null", "string"]}]}},
    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
        {"name": "sku", "type": "string"}, {"name": "quantity", "type": "int"}]}}}]}


def sources(folder):
    """The three kinds of file that a model is drafted from, of the same event."""
    (folder / "order.json").write_text(json.dumps(SCHEMA))
    (folder / "order.avsc").write_text(json.dumps(AVRO))
    drafted = run("new", "model", "order.placed", "--from", folder / "order.json", *ANSWERS, "--out", folder / "m.yaml")
    assert drafted.returncode == 0, drafted.stderr
    (folder / "order.ndjson").write_text(run("sample", "order.placed", folder / "m.yaml", "--count", 200, "--seed", 1).stdout)
    return [None, folder / "order.json", folder / "order.avsc", folder / "order.ndjson"]


def judge(text, path, answered):
    """By the standard's schema, by datacontract-cli, and by check."""
    document = yaml.safe_load(text)
    official = Draft201909Validator(OFFICIAL[document["apiVersion"][1:]])
    errors = [f"{list(error.path)}: {error.message}" for error in official.iter_errors(document)]
    assert errors == []
    lint = DataContract(data_contract_str=text).lint()
    assert lint.result.value == "passed", [check.reason for check in lint.checks]
    checked = run("check", path, "--json")
    report = json.loads(checked.stdout)
    rules = {line["rule"] for line in report["diagnostics"] if line["severity"] == "error"}
    assert (checked.returncode, rules) == ((0, set()) if answered else (1, {"unanswered"})), checked.stdout


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
@pytest.mark.parametrize("kind", range(4), ids=["empty", "json_schema", "avro", "events"])
def test_models(tmp_path, kind, answered):
    source = sources(tmp_path)[kind]
    flags = ["--from", source] if source else []
    answers = (ANSWERS if source else [*ANSWERS[:-1], "customer_id"]) if answered else []
    out = tmp_path / "out" / "model.odcs.yaml"
    out.parent.mkdir()
    done = run("new", "model", "order.placed", *flags, *answers, "--out", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    judge(out.read_text(), out.parent, answered)
    assert run("new", "model", "order.placed", *flags, *answers).stdout == out.read_text()


def test_a_model_from_a_schema_says_what_the_schema_says(tmp_path):
    """Events made from the model that was drafted from a schema are valid under that schema."""
    sources(tmp_path)
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    done = run("sample", "order.placed", tmp_path / "m.yaml", "--count", 300, "--seed", 2)
    # multipleOf goes through a double there: 0.07 is no multiple of 0.01
    judged = [[error.message for error in validator.iter_errors(json.loads(line)) if error.validator != "multipleOf"]
              for line in done.stdout.splitlines()]
    assert len(judged) == 300 and not any(judged), next(filter(None, judged))
    broken = run("sample", "order.placed", tmp_path / "m.yaml", "--invalid", "--everywhere", "--seed", 2).stdout.splitlines()
    both = {"type", "required", "min-length", "max-length", "pattern", "enumeration", "minimum", "maximum", "min-items", "max-items",
            "unique-items", "undeclared-field"}
    lines = [json.loads(line) for line in broken]
    # a model refuses undeclared members everywhere; this schema says so of the outermost object alone
    lines = [line for line in lines if line["rule"] in both and (line["rule"] != "undeclared-field" or line["pointer"] == "")]
    assert {line["rule"] for line in lines} == both
    for line in lines:
        assert not validator.is_valid(line["event"]), line


@pytest.mark.parametrize("event, folder, fields", [
    ("order_placed", "shop", "order_id,placed_at,customer_id,total_cents"),
    ("payment.authorized", "payments", "event_id,occurred_at,amount,customer,card.bin,lines,device.ip_address"),
    ("shipment.scanned", "logistics", "scan_id,scanned_at,expected_on,parcel,recipient,scanner,position")])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_uses(tmp_path, event, folder, fields, pattern):
    model = next((EXAMPLES / folder).glob("*.model.odcs.yaml"))
    (tmp_path / model.name).write_text(model.read_text())
    out = tmp_path / "use.odcs.yaml"
    flags = ["--fields", fields, "--pattern", pattern, "--contracts", tmp_path]
    done = run("new", "use", event, *flags, *USE_ANSWERS, "--active", "--out", out)
    assert done.returncode == 0, done.stderr
    judge(out.read_text(), tmp_path, answered=True)
    again = run("new", "use", event, *flags, *USE_ANSWERS, "--out", out)
    assert (again.returncode, "is there already" in again.stderr) == (3, True)
    out.unlink()
    out.write_text(run("new", "use", event, *flags).stdout)
    judge(out.read_text(), tmp_path, answered=False)


MAPS = {"type": "record", "name": "OrderPlaced", "fields": [
    {"name": "order_id", "type": "string"}, {"name": "customer_id", "type": "string"},
    {"name": "placed_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    {"name": "seen", "type": {"type": "map", "values": "int"}},
    {"name": "rates", "type": ["null", {"type": "map", "values": ["null", "double"]}]},
    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
        {"name": "attributes", "type": {"type": "map", "values": {"type": "record", "name": "Attribute", "fields": [
            {"name": "value", "type": "string"}, {"name": "email", "type": ["null", "string"]}]}}}]}}}]}


@pytest.mark.parametrize("fields", ["total,placed_at,customer_id,seen", "seen,rates,lines,total,placed_at,customer_id"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_maps(tmp_path, pattern, fields):
    """Drafts with maps are v3.2.0 where they have to be, and valid by its schema, which wants a type of every property then."""
    (tmp_path / "order.avsc").write_text(json.dumps(MAPS))
    out = tmp_path / "out"
    out.mkdir()
    done = run("new", "model", "order.placed", "--from", tmp_path / "order.avsc", *ANSWERS[:-1], "customer_id", "--out", out / "m.yaml")
    assert done.returncode == 0, done.stderr
    judge((out / "m.yaml").read_text(), out, answered=True)
    done = run("new", "use", "order.placed", "--fields", fields, "--pattern", pattern, "--contracts", out, *USE_ANSWERS, "--active",
               "--out", out / "u.yaml")
    assert done.returncode == 0, done.stderr
    text = (out / "u.yaml").read_text()
    judge(text, out, answered=True)
    assert yaml.safe_load(text)["apiVersion"] == ("v3.2.0" if "lines" in fields else "v3.1.0")
    for name in ("order_placed", yaml.safe_load(text)["name"]):
        shown = run("show", name, "--contracts", out).stdout
        official = Draft201909Validator(OFFICIAL[yaml.safe_load(shown)["apiVersion"][1:]])
        assert [error.message for error in official.iter_errors(yaml.safe_load(shown))] == []
        assert DataContract(data_contract_str=shown).lint().result.value == "passed"
    events = tmp_path / "order.placed.ndjson"
    events.write_text(run("sample", "order.placed", out, "--count", 50, "--seed", 3).stdout)
    assert run("try", out, events, "--event", "order.placed").returncode == 0


def test_only_named_fields_are_given(tmp_path):
    done = run("new", "use", "payment.authorized", EXAMPLES, "--fields", "amount,customer.email", "--pattern", "analytics")
    properties = yaml.safe_load(done.stdout)["schema"][0]["properties"]
    assert [line["name"] for line in properties] == ["amount", "customer"]
    assert [line["name"] for line in properties[1]["properties"]] == ["email"]
    assert properties[1]["properties"][0]["transformLogic"] == "hmac_sha256(scope=use)"


def test_people_are_asked_on_a_terminal(tmp_path):
    """Questions come one by one; what is answered is in the file, and check takes it."""
    out = tmp_path / "m" / "model.yaml"
    out.parent.mkdir()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(HEADGATE, ["headgate", "new", "model", "order.placed", "--out", str(out)], clean_environment())
    shown = b""
    for answer in (b"shop\n", b"checkout@acme.example\n", b"none\n"):
        while not shown.endswith(b"> "):
            assert select.select([terminal], [], [], 10)[0], shown
            shown += os.read(terminal, 4096)
        os.write(terminal, answer)
        shown += b"|"
    assert os.waitpid(pid, 0)[1] == 0, shown
    os.close(terminal)
    assert shown.count(b"?") == 3, shown
    judge(out.read_text(), out.parent, answered=True)


@pytest.mark.parametrize("arguments, told", [
    (("new",), "`new model` or `new use` is expected"),
    (("new", "model"), "name the event"),
    (("new", "model", "a.b", "--subjects", "custommer"), "did you mean 'customer'?"),
    (("new", "model", "a.b", "--event-time", "nowhere"), "there is no field 'nowhere'"),
    (("new", "use", "nothing", EXAMPLES, "--fields", "a", "--pattern", "analytics"), "there is no event model 'nothing'"),
    (("new", "use", "order_placed", EXAMPLES, "--fields", "totl_cents", "--pattern", "analytics"), "did you mean 'total_cents'?"),
    (("new", "use", "order_placed", EXAMPLES, "--pattern", "analytics"), "--fields names what the use needs"),
    (("new", "use", "order_placed", EXAMPLES, "--fields", "order_id", "--pattern", "batch"), "--pattern is one of"),
    (("new", "use", "order_placed", EXAMPLES, "--fields", "order_id", "--pattern", "analytics", "--data-use", "functional.servic"),
     "did you mean 'functional.service'?"),
])
def test_wrong_use_is_told(arguments, told):
    done = run(*arguments)
    assert done.returncode == 2 and told in done.stderr, done.stderr


@pytest.mark.parametrize("name, text, told", [
    ("e.ndjson", '{"a": 1}\n{"a": 01}\n', "e.ndjson:2: "), ("e.ndjson", "", "an event is a JSON object"),
    ("s.json", '{"$schema": "x"', "e"), ("s.avsc", '"int"', "the schema is not of a record"),
])
def test_what_cannot_be_drafted_from(tmp_path, name, text, told):
    (tmp_path / name).write_text(text)
    done = run("new", "model", "a.b", "--from", tmp_path / name)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert run("new", "model", "a.b", "--from", tmp_path / "nothing").returncode == 3
