"""What two uses of one event can be joined by, on real topics: and that `check` warns of just that."""
import json
from collections import defaultdict

import pytest

import decode
from contracts import Folder, now, small_model, small_use, topic_of, unique
from gateway import new_keys, run

PEOPLE = [f"person-{number}" for number in range(6)]
ENCRYPT = "encrypt(key=use)"


def model(event):
    return small_model(event, properties=[
        {"name": "id", "logicalType": "string", "required": True, "primaryKey": True, "classification": "internal"},
        {"name": "at", "logicalType": "timestamp", "required": True, "classification": "internal"},
        {"name": "person", "logicalType": "string", "required": True},
        {"name": "amount", "logicalType": "number", "physicalType": "decimal(9,2)", "required": True, "classification": "internal"},
    ])


def hidden(logic="hmac_sha256(scope=use)"):
    return {"name": "person", "classification": "confidential", "transformLogic": logic}


HOUR = {"name": "at", "transformLogic": "generalise(unit=hour)"}
TENS = {"name": "amount", "transformLogic": "round(step=100)"}


class World:
    """Two uses of one event, `left` and `right`, and what each got of some events."""

    def __init__(self, serve, kafka, path, left, right):
        self.event, folder = unique("joined"), Folder(path / "contracts")
        folder.write(model(self.event))
        for name, fields in (("left", left), ("right", right)):
            folder.write(small_use(self.event, name, fields=fields))
        diagnostics = json.loads(run("check", folder, "--json").stdout)["diagnostics"]
        self.warned = {(line["rule"], line["path"]) for line in diagnostics if line["rule"] in ("join-key", "join-likely")}
        gateway = serve(folder, "--keys", new_keys(path), kafka=kafka.bootstrap)
        events = [{"id": f"{self.event}-{number}", "at": now(seconds=number), "person": PEOPLE[number % len(PEOPLE)],
                   "amount": 10 + number + number / 100} for number in range(24)]
        assert gateway.post(self.event, events).status_code == 202
        self.count = len(events)
        self.rows = {}
        for name in ("left", "right"):
            records = kafka.read(topic_of(self.event, name))
            assert len(records) == self.count
            self.rows[name] = [{**decode.fast(gateway.schemas, record), "ce_id": record.id, "ce_time": record.headers["ce_time"],
                                "timestamp": record.timestamp, "key": record.key} for record in records]

    def join(self, *columns):
        """For each row of the left, how many rows of the right are alike in these columns."""
        right = defaultdict(int)
        for row in self.rows["right"]:
            right[tuple(row[column] for column in columns)] += 1
        return [right[tuple(row[column] for column in columns)] for row in self.rows["left"]]

    def joins(self, *columns):
        return self.join(*columns) == [1] * self.count

    def shares_nothing(self, *columns):
        return self.join(*columns) == [0] * self.count


@pytest.fixture
def world(serve, kafka, tmp_path):
    return lambda left, right: World(serve, kafka, tmp_path, left, right)


def test_hashes_of_two_uses_do_not_join_and_exact_values_do(world):
    """Both hash the person, both keep the exact time and the amount: the event is found again, and with it the person."""
    both = ("at", hidden(), "amount")
    joined = world(both, both)
    assert joined.shares_nothing("person") and joined.shares_nothing("ce_id") and joined.shares_nothing("key")
    assert joined.joins("at", "amount"), "each event is found in the other topic by what nobody named an identifier"
    pseudonyms = {(left["person"], right["person"]) for left in joined.rows["left"] for right in joined.rows["right"]
                  if (left["at"], left["amount"]) == (right["at"], right["amount"])}
    assert len(pseudonyms) == len(PEOPLE), "and so one use's pseudonyms are translated into the other's"
    assert joined.warned == {("join-likely", "amount")}


def test_a_coarse_time_and_a_coarse_amount_do_not_join(world):
    """What `check` advises: generalise in one of them. The warning goes, and with it the join."""
    joined = world(("at", hidden(), "amount"), (HOUR, hidden(), TENS))
    assert joined.warned == set()
    assert joined.shares_nothing("person") and joined.shares_nothing("ce_id")
    assert joined.shares_nothing("at") and not joined.joins("amount")
    assert len({row["at"] for row in joined.rows["right"]}) <= 2 and len({row["amount"] for row in joined.rows["right"]}) == 1


def test_headers_do_not_join_what_the_payload_hides(world):
    """The stamps in the headers are no finer than a second; ids and keys are the use's own."""
    joined = world((HOUR, hidden()), (HOUR, hidden()))
    assert joined.shares_nothing("person") and joined.shares_nothing("ce_id") and joined.shares_nothing("key")
    assert min(joined.join("ce_time")) > 1 and min(joined.join("timestamp")) > 1
    assert joined.warned == set()


def test_the_raw_id_joins(world):
    both = ("id", "at", hidden())
    joined = world(both, both)
    assert joined.shares_nothing("person") and joined.joins("id") and joined.joins("ce_id") and joined.joins("key")
    assert ("join-key", "id") in joined.warned


def test_a_domain_hash_joins_as_declared(world):
    """scope=domain is asked for by who wants the uses of a domain to be joined."""
    both = (HOUR, hidden("hmac_sha256(scope=domain)"))
    joined = world(both, both)
    per_person = joined.count // len(PEOPLE)
    assert joined.join("person") == [per_person] * joined.count
    mixed = {row["person"] for row in joined.rows["left"]} | {row["person"] for row in joined.rows["right"]}
    assert len(mixed) == len(PEOPLE)


def test_encrypted_fields_join_nothing_not_even_within_a_use(world):
    """Equal persons look different in every record; an exact time and amount still join, and `check` says so."""
    both = ("at", hidden(ENCRYPT), "amount")
    joined = world(both, both)
    assert joined.shares_nothing("person") and joined.shares_nothing("ce_id")
    assert len({row["person"] for row in joined.rows["left"]}) == joined.count
    assert joined.joins("at", "amount") and joined.warned == {("join-likely", "amount")}


def test_the_same_value_encrypted_and_hashed_does_not_join(world):
    joined = world((HOUR, hidden()), (HOUR, hidden(ENCRYPT)))
    assert joined.shares_nothing("person") and joined.shares_nothing("ce_id")
