"""encrypt(key=use) from the contract to the reader: who can read what, with which key, and since when."""
import json
import os
from types import SimpleNamespace

import pytest

import decode
import sealed
from contracts import Folder, now, small_model, small_use, topic_of, unique
from gateway import new_keys, run

ENCRYPT = "encrypt(key=use)"
BYTES = [{"property": "avroType", "value": "bytes"}]


def model(event):
    return small_model(event, properties=[
        {"name": "id", "logicalType": "string", "required": True, "primaryKey": True, "classification": "internal"},
        {"name": "at", "logicalType": "timestamp", "required": True, "classification": "internal"},
        {"name": "person", "logicalType": "string", "required": True, "encryptedName": "person_encrypted"},
        {"name": "holder", "logicalType": "object", "required": False, "properties": [
            {"name": "email", "logicalType": "string", "required": False, "classification": "confidential"}]},
        {"name": "amount", "logicalType": "number", "physicalType": "decimal(9,2)", "required": False, "classification": "internal"},
        {"name": "flag", "logicalType": "boolean", "required": False, "classification": "internal"},
        {"name": "tags", "logicalType": "array", "required": False, "classification": "internal",
         "items": {"logicalType": "string", "required": True, "classification": "internal"}},
    ])


def use(event, name):
    return small_use(event, name, fields=(
        "id",
        {"name": "person", "classification": "confidential", "transformLogic": "hmac_sha256(scope=use)"},
        {"name": "person_encrypted", "classification": "confidential", "transformLogic": ENCRYPT},
        {"name": "holder", "properties": [{"name": "email", "transformLogic": ENCRYPT}]},
        {"name": "amount", "logicalType": "string", "transformLogic": ENCRYPT, "customProperties": BYTES},
        {"name": "flag", "logicalType": "string", "transformLogic": ENCRYPT},
        {"name": "tags", "items": {"name": "tag", "transformLogic": ENCRYPT}},
    ))


def happening(event, number, **changes):
    return {"id": f"{event}-{number}", "at": now(), "person": "ada", "holder": {"email": "ada@mail.example"}, "amount": 129.90,
            "flag": True, "tags": ["a", "b"], **changes}


@pytest.fixture
def world(kafka, serve, tmp_path):
    event, folder = unique("sealed"), Folder(tmp_path / "contracts")
    folder.write(model(event))
    folder.write(use(event, "one"))
    folder.write(use(event, "two"))
    keys = new_keys(tmp_path)
    gateway = serve(folder, "--keys", keys, "--workers", "2", kafka=kafka.bootstrap)
    return SimpleNamespace(gateway=gateway, kafka=kafka, event=event, folder=folder, keys=keys, path=tmp_path)


def contract_of(world, name="one"):
    return f"urn:test:{world.event}:use:{name}"


def read(world, name="one"):
    """The use's records in the order of their ids."""
    records = world.kafka.read(topic_of(world.event, name))
    assert all(record.headers["ce_contractid"] == contract_of(world, name) for record in records)
    return sorted((decode.both(world.gateway.schemas, record) for record in records), key=lambda value: value["id"])


def export(world, name="one", file="reader.keys"):
    reader = world.path / file
    done = run("keys", "export", world.keys, "--use", contract_of(world, name), "--out", reader, "--contracts", world.folder)
    assert done.returncode == 0, done.stderr
    assert reader.stat().st_mode & 0o777 == 0o600
    return reader


def tail(world, *flags, name="one"):
    done = run("tail", topic_of(world.event, name), "--kafka", world.kafka.bootstrap, "--from", "beginning", "--no-follow", "--json",
               "--contracts", world.folder, *flags)
    assert done.returncode == 0, done.stderr
    return sorted((json.loads(line)["value"] for line in done.stdout.splitlines()), key=lambda value: value["id"])


def test_another_language_reads_it(world):
    """With the gateway's keys and with a reader's, every value is the canonical text; what is null stays null."""
    event = world.event
    assert world.gateway.post(event, happening(event, 1)).status_code == 202
    assert world.gateway.post(event, happening(event, 2, person="ÆØ", holder=None, amount=-0.5, flag=False, tags=[])).status_code == 202
    reader = export(world)
    assert sealed.keys_of(reader, contract_of(world)) == sealed.keys_of(world.keys, contract_of(world))
    keys = sealed.keys_of(reader, contract_of(world))

    def text(value, path):
        return sealed.opened(value, keys, contract_of(world), f"{event}.{path}")

    first, second = read(world)
    assert text(first["person_encrypted"], "person_encrypted") == "ada"
    assert text(first["holder"]["email"], "holder.email") == "ada@mail.example"
    assert isinstance(first["amount"], bytes) and text(first["amount"], "amount") == "129.9"
    assert text(first["flag"], "flag") == "true" and [text(tag, "tags") for tag in first["tags"]] == ["a", "b"]
    assert text(second["person_encrypted"], "person_encrypted") == "ÆØ" and text(second["amount"], "amount") == "-0.5"
    assert second["holder"] is None and second["tags"] == [] and text(second["flag"], "flag") == "false"
    assert len(first["flag"]) == len(second["flag"]), "the length does not tell true from false"


def test_nothing_else_opens_it(world):
    """Not another field, not another use, not another use's key; and equal values look different each time, in each use."""
    event = world.event
    for number in range(3):
        assert world.gateway.post(event, happening(event, number)).status_code == 202
    one, two = read(world), read(world, "two")
    seen = {value["person_encrypted"] for value in one + two}
    assert len(seen) == 6
    assert {value["person"] for value in one}.isdisjoint(value["person"] for value in two)
    value = one[0]["person_encrypted"]
    for name, path in (("one", "holder.email"), ("one", "person"), ("two", "person_encrypted")):
        keys = sealed.keys_of(world.keys, contract_of(world, name))
        with pytest.raises(sealed.NotOurs):
            sealed.opened(value, keys, contract_of(world, name), f"{event}.{path}")
    with pytest.raises(sealed.NotOurs):
        sealed.opened(value, sealed.keys_of(world.keys, contract_of(world, "two")), contract_of(world), f"{event}.person_encrypted")


def test_the_schema_marks_it(world):
    assert world.gateway.post(world.event, happening(world.event, 1)).status_code == 202
    record, = world.kafka.read(topic_of(world.event, "one"))
    number, _ = decode.frame(record.value)
    fields = {field["name"]: field for field in world.gateway.get(f"/schemas/ids/{number}/schema", "schemas").json()["fields"]}
    assert {name for name, field in fields.items() if field.get("encrypted") == "use"} == {"person_encrypted", "amount", "flag", "tags"}
    assert fields["amount"]["type"] == ["null", "bytes"] and fields["person_encrypted"]["type"] == "string"
    assert fields["holder"]["type"][1]["fields"][0]["encrypted"] == "use"


def test_tail_opens_what_its_keys_open(world):
    event = world.event
    assert world.gateway.post(event, happening(event, 1)).status_code == 202
    plain, = tail(world)
    assert sealed.parts(plain["person_encrypted"])[0].startswith("e-")
    for keys in (world.keys, export(world)):
        value, = tail(world, "--keys", keys)
        assert (value["person_encrypted"], value["holder"], value["amount"], value["flag"], value["tags"]) == \
            ("ada", {"email": "ada@mail.example"}, "129.9", "true", ["a", "b"])
        assert value["id"] == f"{event}-1" and value["person"] == plain["person"]
    value, = tail(world, "--keys", export(world, "two", "other.keys"))
    key_id = sealed.parts(plain["person_encrypted"])[0]
    assert value["person_encrypted"] == {"encrypted_with": key_id, "problem": "the key file is for a reader of another use"}
    assert value["id"] == f"{event}-1", "the rest of the record is shown"
    done = run("tail", topic_of(event, "one"), "--kafka", world.kafka.bootstrap, "--keys", world.path / "none")
    assert done.returncode == 3 and "none" in done.stderr


def test_rotation(world):
    """A rotated key encrypts after the reload, old records stay readable, pseudonyms stay, and readers need a new file."""
    event, gateway = world.event, world.gateway
    assert gateway.post(event, happening(event, 1)).status_code == 202
    old_reader, fingerprint = export(world), gateway.ready()["keys"]
    assert run("keys", "rotate", world.keys).returncode == 0
    assert gateway.post(event, happening(event, 2)).status_code == 202
    gateway.reload()
    assert gateway.ready()["keys"] != fingerprint
    assert gateway.post(event, happening(event, 3)).status_code == 202
    records = read(world)
    ids = [sealed.parts(value["person_encrypted"])[0] for value in records]
    assert ids[0] == ids[1] != ids[2] and len({value["person"] for value in records}) == 1
    shown = [value["person_encrypted"] for value in tail(world, "--keys", old_reader)]
    assert shown == ["ada", "ada", {"encrypted_with": ids[2], "problem": "the key file has no such key"}]
    assert [value["person_encrypted"] for value in tail(world, "--keys", export(world, file="new.keys"))] == ["ada"] * 3
    listed = [key["id"] for key in json.loads(run("keys", "ls", world.keys, "--json").stdout)["keys"]]
    assert listed[1:] == [ids[2], ids[0]]


def test_a_broken_key_file_keeps_the_old_keys(world):
    event, gateway, before = world.event, world.gateway, world.gateway.ready()["keys"]
    text = world.keys.read_text()
    world.keys.write_text(text.replace("secret:", "secert:"))
    line = gateway.reload(fine=False)
    assert str(world.keys) in line["problems"] and gateway.ready()["keys"] == before
    world.keys.write_text(text)
    os.replace(export(world), world.keys)
    line = gateway.reload(fine=False)
    assert "reader's key file" in line["problems"]
    assert gateway.post(event, happening(event, 1)).status_code == 202
    assert sealed.opened(read(world)[0]["flag"], sealed.keys_of(world.keys, contract_of(world)), contract_of(world),
                         f"{event}.flag") == "true"


def test_serve_needs_a_key_to_encrypt_with(serve, tmp_path):
    event, folder = unique("sealed"), Folder(tmp_path / "contracts")
    folder.write(model(event))
    folder.write(small_use(event, "one", fields=("id", {"name": "flag", "logicalType": "string", "transformLogic": ENCRYPT})))
    gateway = serve(folder, kafka="127.0.0.1:1", wait=False)
    assert gateway.wait() == 1 and "headgate keys new" in gateway.everything()
    keys = new_keys(tmp_path)
    text = keys.read_text()
    keys.write_text(text[:text.index("encryption:")])
    gateway = serve(folder, "--keys", keys, kafka="127.0.0.1:1", wait=False)
    assert gateway.wait() == 1 and "no encryption key" in gateway.everything() and "keys rotate" in gateway.everything()
    assert run("keys", "export", keys, "--use", "urn:a", "--out", tmp_path / "r", "--unchecked").returncode == 3
    assert run("keys", "rotate", keys).returncode == 0
    assert serve(folder, "--embedded", "--keys", keys).post(event, happening(event, 1)).status_code == 202
