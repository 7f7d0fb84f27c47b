"""`headgate sample`, judged by others: datacontract-cli's JSON Schema of the model, and Python's own readers of formats."""
import ipaddress
import json
import re
import uuid
from datetime import date, datetime
from urllib.parse import urlsplit

import pytest
from datacontract.data_contract import DataContract
from jsonschema import Draft7Validator

from gateway import EXAMPLES, run

MODELS = {"order_placed": "shop/order-placed", "payment.authorized": "payments/payment-authorized",
          "shipment.scanned": "logistics/shipment-scanned"}
# What their schema says as well; it is looser than the contract in all else.
SHARED_RULES = {"type", "required", "min-length", "max-length", "pattern", "integer"}


def samples(event, *flags):
    done = run("sample", event, EXAMPLES, *flags)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def their_schema(event):
    text = (EXAMPLES / f"{MODELS[event]}.model.odcs.yaml").read_text()
    exported = DataContract(data_contract_str=text).export("jsonschema")
    return Draft7Validator(json.loads(exported) if isinstance(exported, str) else exported)


@pytest.mark.parametrize("event", MODELS)
def test_valid_events_are_valid_to_others(event):
    schema = their_schema(event)
    for number, sample in enumerate(samples(event, "--count", 400, "--seed", 11)):
        assert [error.message for error in schema.iter_errors(sample)] == [], (number, sample)


@pytest.mark.parametrize("event", MODELS)
def test_broken_events_are_broken_to_others(event):
    schema = their_schema(event)
    seen = set()
    for line in samples(event, "--invalid", "--everywhere", "--seed", 11):
        seen.add(line["rule"])
        if line["rule"] in SHARED_RULES:
            assert not schema.is_valid(line["event"]), line
    assert seen & SHARED_RULES


def test_one_event_for_each_rule():
    lines = samples("shipment.scanned", "--invalid", "--seed", 5)
    rules = [line["rule"] for line in lines]
    assert len(rules) == len(set(rules)) > 15
    assert all(re.fullmatch(r"(/[A-Za-z_0-9]+)*", line["pointer"]) for line in lines)


def hostname(text):
    return re.fullmatch(r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}", text)


# By path: what the logistics model declares, read by somebody else.
READERS = {
    "scan_id": uuid.UUID, "scanned_at": lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo.utcoffset,
    "wall_clock": lambda text: datetime.fromisoformat(text), "expected_on": date.fromisoformat,
    "customs_date": lambda text: datetime.strptime(text, "%d.%m.%Y"), "tracking_url": lambda text: urlsplit(text).scheme,
    "recipient.email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text), "scanner.host": hostname,
    "scanner.ip_address": ipaddress.IPv6Address,
}


def test_formats_are_what_others_read():
    read = dict.fromkeys(READERS, 0)
    for sample in samples("shipment.scanned", "--count", 300, "--seed", 3):
        for path, reader in READERS.items():
            value = sample
            for name in path.split("."):
                value = value.get(name) if isinstance(value, dict) else None
            if value is not None:
                assert reader(value), (path, value)
                read[path] += 1
    assert min(read.values()) > 50, read


def test_the_same_seed_gives_the_same_bytes():
    def text(*flags):
        return run("sample", "payment.authorized", EXAMPLES, "--count", 5, *flags).stdout

    assert text("--seed", 9) == text("--seed", 9) != text("--seed", 10)
    assert text() != text()
    assert '"occurred_at":"2026-11-22T13:44:13.000Z"' in text("--seed", 9, "--at", "2026-11-22T13:44:13Z")


def test_arrays_and_envelopes():
    done = run("sample", "order_placed", EXAMPLES, "--count", 3, "--seed", 1, "--json", "--cloudevents")
    events = json.loads(done.stdout)
    assert len({event["id"] for event in events}) == 3
    assert events[0]["specversion"] == "1.0" and events[0]["type"] == "order_placed"
    assert set(events[0]["data"]) == {"order_id", "placed_at", "customer_id", "total_cents"}


@pytest.mark.parametrize("event", MODELS)
def test_the_gateway_sees_what_the_sample_says(platform, event):
    """Valid events are accepted, and each broken one is refused with its one rule at its one place."""
    valid = run("sample", event, EXAMPLES, "--count", 20, "--json").stdout
    reply = platform.gateway.post(event, valid, key=platform.key)
    assert reply.status_code == 202, reply.text
    for line in run("sample", event, EXAMPLES, "--invalid", "--everywhere").stdout.splitlines():
        told = json.loads(line)
        body = line[line.index('"event":') + len('"event":'):-1]  # as it is: a member twice, a number beyond any double
        if body.startswith("{"):
            reply = platform.gateway.post(event, body, key=platform.key)
            found = [(one["rule"], one["pointer"]) for one in reply.json().get("violations", [])]
            assert (reply.status_code, found) == (422, [(told["rule"], told["pointer"])]), line


@pytest.mark.parametrize("arguments", [("sample",), ("sample", "order_placed", EXAMPLES, "--count", "many"),
                                       ("sample", "nothing", EXAMPLES), ("sample", "order_placed", EXAMPLES, "--seed", "-1"),
                                       ("sample", "order_placed", EXAMPLES, "--json", "--ndjson"),
                                       ("sample", "order_placed", EXAMPLES, "--everywhere"),
                                       ("sample", "order_placed", EXAMPLES, "--at", "noon")])
def test_wrong_use_is_told(arguments):
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr.startswith("headgate sample: "), done.stderr
