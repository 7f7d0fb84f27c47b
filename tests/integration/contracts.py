"""Contracts for one test: the shipped examples under a domain of their own, and small ones made from a few words."""
import copy
import itertools
import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml

from gateway import EXAMPLES

_counter = itertools.count(1)


def unique(word):
    """A name that no other test of this run, or of one before it, has given a topic."""
    return f"{word}{os.getpid()}x{next(_counter)}"


def custom(document, name, value):
    """Sets a customProperty of a contract, an object or a property."""
    properties = document.setdefault("customProperties", [])
    properties[:] = [item for item in properties if item["property"] != name]
    properties.append({"property": name, "value": value})


def sla(document, name, value, unit=None):
    document["slaProperties"] = [item for item in document.get("slaProperties", []) if item["property"] != name]
    document["slaProperties"].append({"property": name, "value": value, **({"unit": unit} if unit else {})})


class Folder:
    """A folder of contracts that a test may change."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)

    def __fspath__(self):
        return str(self.path)

    def __str__(self):
        return str(self.path)

    def write(self, document):
        (self.path / f"{name_of(document)}.yaml").write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
        return document

    def load(self, name):
        return yaml.safe_load((self.path / f"{name}.yaml").read_text())

    def edit(self, name, change):
        document = self.load(name)
        change(document)
        return self.write(document)

    def remove(self, name):
        (self.path / f"{name}.yaml").unlink()


def name_of(document):
    return document.get("name") or document["id"].rsplit(":", 1)[-1]


def copy_example(name, target, domain=None):
    """The example's files in `target`, in a domain of their own, so that its topics are new ones; available since ever."""
    folder = Folder(target)
    folder.domain = domain or unique(name)
    for file in sorted((EXAMPLES / name).glob("*.odcs.yaml")):
        document = yaml.safe_load(file.read_text())
        if "domain" in document:
            document["domain"] = folder.domain
        document["slaProperties"] = [line for line in document.get("slaProperties", [])
                                     if line["property"] != "generalAvailability"]
        for schema in document["schema"]:
            if schema.get("physicalType") == "topic":
                schema.pop("physicalName", None)
        folder.write(document)
    return folder


def example_event(name):
    """The event that `make run` prints for an example, at this moment."""
    text = next((EXAMPLES / name).glob("*.event.json")).read_text()
    return json.loads(text.replace("@now@", now()))


# ---------------------------------------------------------------- payments


def now(**ago):
    """RFC 3339 with milliseconds, now or so long ago."""
    return (datetime.now(timezone.utc) - timedelta(**ago)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


PAYMENT = {
    "amount": 129.90, "currency": "EUR", "billing_country": "NO", "installments": 3, "contactless": True,
    "customer": {"customer_id": "cust-8841", "email": "ada.lovelace@mail.example", "account_opened_on": "2019-04-01"},
    "card": {"network_token": "tok_4f9a1c2b7d10aa55", "bin": "45717360", "last4": "4242"},
    "device": {"device_id": "dev-77", "ip_address": "198.51.100.77"},
    "risk_flags": ["new_device", "night"],
    "lines": [{"sku": "TEA-01", "quantity": 2}, {"sku": "KETTLE", "quantity": 1}],
}


def payment(number=None, **changes):
    """A valid payment.authorized with an id of its own."""
    number = next(_counter) if number is None else number
    event = copy.deepcopy(PAYMENT)
    event["event_id"] = f"0190f3c2-7f4e-7c11-9a53-{os.getpid() % 0xFFFF:04x}{number:08x}"
    event["occurred_at"] = now()
    event.update(changes)
    return event


# ---------------------------------------------------------------- small ones


def small_model(event, properties=None, **root):
    """A model of one event: `id`, `at`, `person` and a free `note`, or the properties given."""
    properties = properties or [
        {"name": "id", "logicalType": "string", "required": True, "primaryKey": True, "classification": "internal"},
        {"name": "at", "logicalType": "timestamp", "required": True, "classification": "internal"},
        {"name": "person", "logicalType": "string", "required": True, "classification": "restricted"},
        {"name": "note", "logicalType": "string", "required": False, "classification": "internal"},
    ]
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"urn:test:{event}:model:{event}", "version": "1.0.0",
        "status": "active", "domain": event, "team": {"name": "t", "members": [{"username": "t@acme.example", "role": "owner"}]},
        "schema": [{"name": event, "properties": properties, "customProperties": [
            {"property": "eventTimeField", "value": "at"}, {"property": "subjectField", "value": "person"}]}],
        "customProperties": [{"property": "headgateRole", "value": "eventModel"},
                             {"property": "dataSubjects", "value": ["customer"]}],
        **root,
    }


def small_use(event, name, fields=("id", "at", "note"), latency=(1, "h"), retention=(30, "d"), **custom_properties):
    """A use of that model. Fields are names or property dicts."""
    properties = [field if isinstance(field, dict) else {"name": field} for field in fields]
    own = {"headgateRole": "useCase", "inputContracts": [{"id": f"urn:test:{event}:model:{event}", "version": "1"}],
           "dataUse": "functional.service.improve", "legalBasis": "legitimate_interest", **custom_properties}
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"urn:test:{event}:use:{name}", "version": "1.0.0",
        "status": "active", "description": {"purpose": f"Test {name}."},
        "team": {"name": "t", "members": [{"username": "t@acme.example", "role": "owner"}]},
        "schema": [{"name": event, "properties": properties}],
        "slaProperties": [{"property": "latency", "value": latency[0], "unit": latency[1]},
                          {"property": "retention", "value": retention[0], "unit": retention[1]}],
        "customProperties": [{"property": key, "value": value} for key, value in own.items()],
    }


def topic_of(event, use, major=1):
    """The derived name."""
    part = [word.lower().replace("_", "-").replace(".", "-") for word in (event, event, use)]
    return ".".join([*part, f"v{major}"])


def small(event, number, **changes):
    """An event of small_model()."""
    return {"id": f"{event}-{number}", "at": now(), "person": f"p-{number}", "note": "n", **changes}


def lines(events):
    return "\n".join(json.dumps(event) for event in events) + "\n"
