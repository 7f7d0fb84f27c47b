"""Texts of contracts that would steer a terminal, turn a line around, become markup or a formula: shown by every command, they do
nothing, and what `show` and `new` write is still YAML of the same texts."""
import csv
import io
import json
import re

import pytest
import yaml

from gateway import run

ESCAPES = "\x1b[31m\x9b2J\u202e\u2066\r\b"
STEERING = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")
MODEL = {
    "apiVersion": "v3.1.0", "kind": "DataContract", "id": "urn:acme:model:order_placed" + ESCAPES, "version": "1.0.0", "status": "active",
    "name": "order_placed", "domain": "shop", "team": {"name": "=team" + ESCAPES, "members": [{"username": "@a|b" + ESCAPES, "role": "owner"}]},
    "schema": [{"name": "order_placed", "description": ESCAPES, "properties": [
        {"name": "order_id", "logicalType": "string", "required": True, "description": "| `x` <b>" + ESCAPES},
        {"name": "state", "logicalType": "string", "required": True, "logicalTypeOptions": {"pattern": "^a" + "\u202e"}},
    ]}],
    "customProperties": [{"property": "headgateRole", "value": "eventModel"}, {"property": "dataSubjects", "value": []}]}
USE = {
    "apiVersion": "v3.1.0", "kind": "DataContract", "id": "urn:acme:use:volume", "version": "1.0.0", "status": "active",
    "description": {"purpose": "=1+1;@2 | <script>alert(1)</script> [x](http://x) @all " + ESCAPES},
    "team": {"name": "+sales" + ESCAPES, "members": [{"username": "-sales" + ESCAPES, "role": "owner"}]},
    "roles": [{"role": "@reader|`" + ESCAPES, "access": "read"}],
    "schema": [{"name": "order_placed", "properties": [{"name": "order_id"}]}],
    "slaProperties": [{"property": "latency", "value": 1, "unit": "h"}, {"property": "retention", "value": 3, "unit": "d"}],
    "customProperties": [
        {"property": "headgateRole", "value": "useCase"}, {"property": "dataUse", "value": "functional.service.improve"},
        {"property": "inputContracts", "value": [{"id": MODEL["id"], "version": "1"}]},
        {"property": "waivers", "value": [{"field": "order_id", "rule": "restricted-raw", "reason": "r" + ESCAPES,
                                           "approvedBy": "=dpo" + ESCAPES, "until": "2037-06-30"}]}]}


def written(folder, purpose=USE["description"]["purpose"], data_use="functional.service.improve"):
    use = {**USE, "description": {"purpose": purpose}}
    use["customProperties"] = [{**item, "value": data_use} if item["property"] == "dataUse" else item for item in USE["customProperties"]]
    folder.mkdir()
    (folder / "model.yaml").write_text(yaml.safe_dump(MODEL))
    (folder / "use.yaml").write_text(yaml.safe_dump(use))
    return folder


@pytest.fixture
def hostile(tmp_path):
    return written(tmp_path / "new"), written(tmp_path / "old", "Count."), written(tmp_path / "wrong", data_use="none" + ESCAPES)


@pytest.mark.parametrize("arguments", [
    "check NEW", "check NEW --json", "check NEW --proof", "check NEW --proof --json", "check WRONG", "check WRONG --json", "matrix NEW",
    "matrix WRONG", "matrix NEW --json", "matrix NEW --html", "matrix NEW --record-of-processing", "matrix NEW --record-of-processing --json",
    "matrix NEW --unclaimed", "matrix NEW --unclaimed --json", "matrix NEW --find order_id", "matrix NEW --find order_id --json",
    "matrix NEW --find ESC", "diff OLD NEW", "diff OLD NEW --json", "diff OLD NEW --markdown", "diff OLD WRONG",
    "show order_placed --contracts NEW", "show volume --contracts NEW", "show volume --avro --contracts NEW", "show ESC --contracts NEW",
    "approve volume --by ann --contracts NEW", "approve --list --contracts NEW", "sample order_placed NEW", "sample ESC NEW",
    "new use order_placed --fields order_id --pattern analytics --contracts NEW", "explain ESC", "ESC", "check --ESC", "check /ESC",
])
def test_nothing_steers_a_terminal(hostile, arguments):
    places = dict(zip(("NEW", "OLD", "WRONG"), map(str, hostile)))
    done = run(*[places.get(word, word.replace("ESC", "\x1b]0;x\x07")) for word in arguments.split()])
    assert done.stdout + done.stderr != ""
    assert not STEERING.search(done.stdout), STEERING.search(done.stdout)
    assert not STEERING.search(done.stderr), STEERING.search(done.stderr)


def test_show_keeps_the_texts(hostile):
    shown = yaml.safe_load(run("show", "order_placed", "--contracts", hostile[0]).stdout)
    assert (shown["id"], shown["team"]["name"]) == (MODEL["id"], MODEL["team"]["name"])
    assert shown["schema"][0]["properties"][1]["logicalTypeOptions"]["pattern"] == "^a\u202e"
    shown = json.loads(run("matrix", hostile[0], "--json").stdout)
    assert shown["models"][0]["uses"][0]["purpose"] == USE["description"]["purpose"]
    assert json.loads(run("show", "volume", "--avro", "--contracts", hostile[0]).stdout)["doc"] == ESCAPES


def test_show_avro_has_a_line_for_each_model(hostile):
    folder = hostile[0]
    second = json.loads(json.dumps(MODEL).replace("order_placed", "order_changed"))
    use = yaml.safe_load((folder / "use.yaml").read_text())
    use["schema"].append({"name": "order_changed", "properties": [{"name": "state"}]})
    use["customProperties"][2]["value"].append({"id": second["id"], "version": "1"})
    (folder / "second.yaml").write_text(yaml.safe_dump(second))
    (folder / "use.yaml").write_text(yaml.safe_dump(use))
    lines = run("show", "volume", "--avro", "--contracts", folder).stdout.splitlines()
    assert [json.loads(line)["fields"][0]["name"] for line in lines] == ["state", "order_id"]


def test_a_spreadsheet_sees_no_formula(hostile):
    text = run("matrix", hostile[0], "--record-of-processing").stdout
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if re.search(r"(^|;)[=+\-@\t\r]", cell)]
    assert [cell for cell in cells if cell.startswith("'=1+1;'@2 | <script>")]


def test_a_review_comment_holds_no_markup_of_a_contract(hostile):
    text = run("diff", hostile[1], hostile[0], "--markdown").stdout
    (line,) = [line for line in text.splitlines() if "script" in line]
    assert "&lt;script>" in line and r"\[x\](http" in line and "&#64;all" in line
    assert len(re.findall(r"(?<!\\)\|", line)) == 6  # five cells


def test_the_page_holds_no_markup_of_a_contract(hostile):
    page = run("matrix", hostile[0], "--html").stdout
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>" not in page
