"""Any contract: what `sample` calls valid is accepted, and what it breaks is refused by just that rule; the records of the use read as
a second implementation of its handling says; what datacontract-cli's JSON Schema of the model refuses, the model refuses."""
import io
import json
import os
import random
import sys
from decimal import Decimal

import fastavro
import pytest
from datacontract.data_contract import DataContract
from jsonschema import Draft7Validator

import decode
from contracts import Folder, unique
from gateway import ROOT, new_keys, root_secret, run
from random_contract import RandomContract
from test_datacontract import mutated

sys.path.insert(0, str(ROOT / "docs" / "examples"))
import headgate  # noqa: E402

# RANDOM_CONTRACTS=1000 looks further than a run for every change has time for.
CONTRACTS, EVENTS, MUTATIONS = int(os.environ.get("RANDOM_CONTRACTS", 16)), 25, 40


@pytest.fixture(scope="module")
def library():
    return headgate.Library(str(ROOT / "build/lib/libheadgate.so.0"), str(ROOT / "contracts/headgate.h"))


@pytest.fixture(params=range(CONTRACTS))
def drawn(request, library, tmp_path):
    """A contract of this seed, loaded; and its folder for commands."""
    keys, folder = new_keys(tmp_path), Folder(tmp_path / "contracts")
    draw = random.Random(request.param)
    contract = RandomContract(draw, unique("any"), root_secret(keys), maps=request.param % 3 == 2)
    folder.write(contract.model)
    folder.write(contract.use)
    contract.draw, contract.folder = draw, folder
    try:
        contract.enforcer = library.load(folder.path, keys=keys).enforcer()
    except headgate.Error as error:
        raise AssertionError("\n".join(f"{one.rule}: {one.detail} ({one.file}:{one.line})" for one in error.problems
                                       if one.severity == "error")) from error
    return contract


def samples(contract, *flags):
    done = run("sample", contract.event, contract.folder, "--seed", 7, *flags)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def enforce(contract, text):
    return contract.enforcer.enforce(contract.event, text.encode(), source="urn:test")


def read(outcome):
    """fastavro's value of the record, with decimals exactly and nothing left over."""
    assert (outcome.kind, outcome.record is not None) == ("delivered", True), outcome
    stream = io.BytesIO(decode.frame(outcome.record.value)[1])
    value = fastavro.schemaless_reader(stream, fastavro.parse_schema(json.loads(outcome.use.schema)))
    assert stream.read() == b""
    return value


def differences(found, wanted, path=""):
    """[(where, found, wanted)]"""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return [difference for name in found for difference in differences(found[name], wanted[name], f"{path}.{name}")]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [difference for i, pair in enumerate(zip(found, wanted)) for difference in differences(*pair, f"{path}[{i}]")]
    return [] if type(found) is type(wanted) and found == wanted else [(path, found, wanted)]


def test_valid_events_reach_the_use_as_its_handling_says(drawn):
    for line in samples(drawn, "--count", EVENTS):
        result = enforce(drawn, line)
        assert result.accepted, (result.violations, line)
        (outcome,) = result.outcomes
        assert differences(read(outcome), drawn.expected(json.loads(line, parse_float=Decimal))) == [], line


def test_broken_events_are_refused_by_just_their_rule(drawn):
    for line in samples(drawn, "--invalid", "--everywhere"):
        told = json.loads(line)
        result = enforce(drawn, line[line.index('"event":') + len('"event":'):-1])  # as it is: a member may stand there twice
        assert not result.accepted and [(rule, pointer) for pointer, rule, _ in result.violations] == [
            (told["rule"], told["pointer"])], line


def test_what_its_json_schema_refuses_is_refused(drawn):
    text = run("show", drawn.event, "--contracts", drawn.folder).stdout
    validator = Draft7Validator(json.loads(DataContract(data_contract_str=text).export("jsonschema")))
    refused = 0
    for line in samples(drawn, "--count", 4):
        for _ in range(MUTATIONS // 4):
            event = mutated(json.loads(line), drawn.draw)
            if not validator.is_valid(event):
                refused += 1
                assert not enforce(drawn, json.dumps(event)).accepted, event
    assert refused > 0
