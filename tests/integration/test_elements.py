"""The table of elements against the standard's own JSON schemas: what a version has stands in docs/contracts.md, and what the
table says came with a version is in that version's schema and in none before it. (That the loader and the document agree is
proved by tests/unit/contracts/test_odcs.c.)"""

import json
import pathlib
import re

import datacontract
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = pathlib.Path(datacontract.__file__).parent / "schemas"
VERSIONS = {"3.0": "odcs-3.0.2.schema.json", "3.1": "odcs-3.1.0.schema.json", "3.2": "odcs-3.2.0.schema.json"}

# What the members of a place are called in the table, by the member that leads there and the place it lies in.
PLACES = {
    "description": "description.", "servers": "servers[].", "schema": "schema[].", "properties": "properties[].",
    "items": "properties[].", "map": "properties[].map.", "key": "properties[].", "value": "properties[].",
    "logicalTypeOptions": "logicalTypeOptions.", "quality": "quality[].", "support": "support[].", "price": "price.",
    "team": "team.", "members": "team.members[].", "roles": "roles[].", "slaProperties": "slaProperties[].",
    "authoritativeDefinitions": "authoritativeDefinitions[].", "customProperties": "customProperties[].",
    "relationships": "relationships[].", "enum": "enum[].", "context": "context.",
    "synonyms": "synonyms[].", "verifiedStatements": "context.verifiedStatements[].", "constraints": "context.constraints[].",
}
# Members that hold anything: what lies in them is somebody else's.
OPEN = {("customProperties[].", "value"), ("quality[].", "arguments"), ("enum[].", "value"), ("slaProperties[].", "value"),
        ("slaProperties[].", "valueExt"), ("quality[].", "implementation")}
# Servers of other types than kafka and api have keys of their own, which are let through.
SERVER_KEYS = {"id", "server", "type", "description", "environment", "host", "format", "location", "roles", "customProperties"}


def documented():
    rows = {}
    for line in (ROOT / "docs/contracts.md").read_text().splitlines():
        row = re.match(r"\| `([^`]+)` \| (3\.\d) \| (enforced|tags|carried|refused) \|", line)
        if row and ": " not in row[1]:
            rows[row[1]] = row[2]
    return {name: since for name, since in rows.items()
            if not name.startswith(("inputContracts", "waivers", "erasure", "consent", "transfer"))}


class Walk:
    """All members by place, through references, alternatives and conditions."""

    def __init__(self, schema):
        self.schema = schema
        self.names = set()
        self.seen = set()
        self.visit("", schema)

    def follow(self, pointer):
        node = self.schema
        for key in pointer.lstrip("#/").split("/"):
            node = node[key]
        return node

    def parts(self, node):
        if not isinstance(node, dict):
            return
        yield node
        if "$ref" in node:
            yield from self.parts(self.follow(node["$ref"]))
        for key in ("allOf", "anyOf", "oneOf"):
            for one in node.get(key, []):
                yield from self.parts(one)
        for key in ("then", "else"):
            if key in node:
                yield from self.parts(node[key])

    def visit(self, place, node):
        for part in self.parts(node):
            if (place, id(part)) in self.seen:
                continue
            self.seen.add((place, id(part)))
            for name, inner in part.get("properties", {}).items():
                self.names.add(place + name)
                if (place, name) not in OPEN and self.has_members(inner):
                    self.enter(PLACES.get(name, place + name + "."), inner)

    def has_members(self, node):
        return any("properties" in part or isinstance(part.get("items"), dict) and self.has_members(part["items"])
                   for part in self.parts(node))

    def enter(self, place, node):
        for part in self.parts(node):
            self.visit(place, part)
            if isinstance(part.get("items"), dict):  # the list that a team was before 3.1
                self.visit("team.members[]." if place == "team." else place, part["items"])


def official(version):
    names = Walk(json.loads((SCHEMAS / VERSIONS[version]).read_text())).names
    return {name for name in names if not name.startswith("servers[].") or name.removeprefix("servers[].") in SERVER_KEYS}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_element_of_a_version_has_a_verdict(version):
    rows = {name for name, since in documented().items() if since <= version}
    assert sorted(official(version) - rows) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_dates_elements_as_the_standard_does(version):
    rows = documented()
    names = official(version)
    assert sorted(name for name, since in rows.items() if since <= version and name not in names) == []
