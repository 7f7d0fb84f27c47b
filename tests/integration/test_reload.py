"""SIGHUP: contracts, keys and senders change as one unit while requests go on."""
import threading
from types import SimpleNamespace

import pytest

import decode
import oracle
from contracts import Folder, small, small_model, small_use, topic_of, unique
from gateway import new_keys, root_secret, run
from load import Ledger, occurrences

HASHED = {"name": "person", "classification": "confidential", "transformLogic": "hmac_sha256(scope=use)"}


@pytest.fixture
def loaded(kafka, serve, tmp_path):
    event, folder = unique("load"), Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "reader", fields=("id", "at", "note", HASHED)))
    keys = new_keys(tmp_path)
    gateway = serve(folder, "--keys", keys, "--workers", "2", kafka=kafka.bootstrap)
    return SimpleNamespace(gateway=gateway, kafka=kafka, event=event, folder=folder, keys=keys)


def values(loaded, use="reader"):
    return [decode.fast(loaded.gateway.schemas, record) for record in loaded.kafka.read(topic_of(loaded.event, use))]


def break_contract(document):
    document["schema"][0]["properties"][2]["name"] = "nobody_declared_this"


def test_a_broken_contract_keeps_the_old_catalogue_and_says_why(loaded):
    gateway, before = loaded.gateway, loaded.gateway.ready()["catalogue"]
    good = loaded.folder.load("reader")
    loaded.folder.edit("reader", break_contract)
    line = gateway.reload(fine=False)
    assert "reader.yaml:" in line["problems"] and "nobody_declared_this" in line["problems"]
    ready = gateway.get("/readyz")
    assert (ready.status_code, ready.json()["state"], ready.json()["catalogue"]) == (200, "degraded", before)
    assert "reader.yaml:" in ready.json()["reload_problem"]
    assert gateway.post(loaded.event, small(loaded.event, 1)).status_code == 202
    assert 'headgate_reloads_total{outcome="failed"} 1' in gateway.get("/metrics").text
    loaded.folder.write(good)
    gateway.reload()
    assert gateway.ready()["state"] == "ready" and "reload_problem" not in gateway.ready()


def test_a_good_change_is_taken(loaded):
    gateway, event = loaded.gateway, loaded.event
    before = gateway.ready()["catalogue"]
    gateway.post(event, small(event, 1))
    loaded.folder.write(small_use(event, "second"))
    loaded.folder.edit("reader", lambda use: use["schema"][0]["properties"].pop(2))
    gateway.reload()
    gateway.wait_state("ready")
    assert gateway.ready()["catalogue"] != before
    assert gateway.post(event, small(event, 2)).status_code == 202
    assert [value["id"] for value in values(loaded, "second")] == [f"{event}-2"]
    assert gateway.get(f"/subjects/{topic_of(event, 'second')}-value/versions", "schemas").json()
    page = gateway.get("/metrics").text
    assert 'headgate_outcomes_total{use="reader",outcome="delivered",reason=""} 2' in page or \
        'headgate_outcomes_total{use="reader",outcome="delivered"' in page, "counters go on over a reload"
    loaded.folder.remove("second")
    gateway.reload()
    assert gateway.post(event, small(event, 3)).status_code == 202
    assert len(values(loaded, "second")) == 1


def test_the_configuration_is_read_anew(kafka, serve, tmp_path):
    event, folder, file = unique("conf"), Folder(tmp_path / "contracts"), tmp_path / "headgate.yaml"
    folder.write(small_model(event))
    folder.write(small_use(event, "reader", fields=("id", "at", "note")))
    text = f"contracts: {folder.path}\n"
    file.write_text(text + "limits: {depth: 20}\n")
    gateway = serve(None, "--config", file, kafka=kafka.bootstrap)
    topic = topic_of(event, "reader")

    def tagged():
        assert gateway.post(event, small(event, 1)).status_code == 202
        return "ce_dataschema" in max(kafka.read(topic), key=lambda record: record.timestamp).headers

    assert not tagged()
    file.write_text(text + "limits: {depth: 20}\ndefaults: {tagging: full}\n")
    gateway.reload()
    assert tagged(), "what may change was taken"
    for bad, said in (("limits: {depth: 21}\n", "limits.depth"), ("limitz: {depth: 21}\n", "headgate.yaml:2:1")):
        file.write_text(text + bad)
        assert said in gateway.reload(fine=False)["problems"]
    assert tagged(), "the old one is kept whole"


def test_a_model_that_is_taken_away_is_unknown(loaded):
    loaded.folder.remove("reader")
    loaded.folder.remove(loaded.event)
    loaded.folder.write(small_model(loaded.event + "b"))
    loaded.gateway.reload()
    assert loaded.gateway.post(loaded.event, small(loaded.event, 1)).status_code == 404


def test_a_use_whose_file_lost_its_role_is_told(loaded):
    def lose_role(document):
        document["customProperties"] = [entry for entry in document["customProperties"] if entry["property"] != "headgateRole"]

    loaded.folder.edit("reader", lose_role)
    loaded.gateway.reload()
    (line,) = loaded.gateway.log("use_gone")
    assert line["use"] == "reader" and line["level"] == "warning"


def test_load_during_reloads_meets_no_error(loaded):
    gateway, event = loaded.gateway, loaded.event
    with Ledger(gateway, event, threads=4, per_request=5) as ledger:
        for round in range(8):
            loaded.folder.write(small_use(event, f"extra{round % 2}"))
            gateway.reload()
            loaded.folder.remove(f"extra{round % 2}")
            gateway.reload()
    assert not ledger.other and not ledger.uncertain and not ledger.untaken and not ledger.unknown
    assert occurrences(loaded.kafka.read(topic_of(event, "reader"))).keys() and len(values(loaded)) == ledger.count()


def test_new_pseudonym_keys_are_taken(loaded):
    gateway, event = loaded.gateway, loaded.event
    fingerprint = gateway.ready()["keys"]
    use_id = f"urn:test:{event}:use:reader"

    def person():
        assert gateway.post(event, small(event, 7)).status_code == 202
        return {value["person"] for value in values(loaded)}

    old = oracle.hashed(oracle.use_key(root_secret(loaded.keys), use_id), "p-7")
    assert person() == {old}
    assert run("keys", "rotate", loaded.keys).returncode == 0
    gateway.reload()
    assert person() == {old}, "rotate alone keeps pseudonyms"
    assert run("keys", "rotate", loaded.keys, "--new-pseudonyms").returncode == 0
    gateway.reload()
    assert gateway.ready()["keys"] != fingerprint
    new = oracle.hashed(oracle.use_key(root_secret(loaded.keys), use_id), "p-7")
    assert old != new and person() == {old, new}


@pytest.mark.parametrize("spoil", [
    lambda keys: keys.chmod(0o644), lambda keys: keys.write_text("pseudonyms: {}\n"), lambda keys: keys.unlink()],
    ids=["readable", "malformed", "gone"])
def test_bad_keys_keep_the_old_ones(loaded, spoil):
    before = loaded.gateway.ready()["keys"]
    secret = loaded.keys.read_text()
    spoil(loaded.keys)
    line = loaded.gateway.reload(fine=False)
    assert str(loaded.keys) in line["problems"]
    assert loaded.gateway.ready()["keys"] == before
    assert loaded.gateway.post(loaded.event, small(loaded.event, 1)).status_code == 202
    assert not [word for word in secret.split("'") if len(word) == 43 and word in loaded.gateway.everything()]


def test_reloads_in_quick_succession_end_with_the_last(loaded):
    threads = [threading.Thread(target=loaded.gateway.signal, args=(1,)) for _ in range(20)]
    loaded.folder.write(small_use(loaded.event, "second"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded.gateway.reload()
    names = [use["name"] for model in loaded.gateway.get("/catalogue").json()["models"] for use in model["uses"]]
    assert sorted(names) == ["reader", "second"]
