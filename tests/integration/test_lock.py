"""`headgate lock`: ids and texts in schemas.lock, as an independent reader sees them."""
import json

import fastavro
import pytest

from contracts import Folder, copy_example, small_model, small_use, unique
from gateway import run


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "contracts")
    made.event = unique("locked")
    made.write(small_model(made.event))
    made.write(small_use(made.event, "plain"))
    return made


def rows(folder):
    return json.loads((folder.path / "schemas.lock").read_text())["schemas"]


def test_examples_are_avro(tmp_path):
    """Every schema text parses, defaults fit their types, and ids lie where no house registry counts."""
    for name in ("shop", "payments", "logistics"):
        folder = copy_example(name, tmp_path / name)
        assert run("lock", folder).returncode == 0
        for row in rows(folder):
            schema = json.loads(row["schema"])
            parsed = fastavro.parse_schema(json.loads(row["schema"]))
            assert parsed["type"] == "record" and schema["namespace"]
            assert 2**30 <= row["id"] < 2**31 and row["version"] == 1


def test_check_write_check(folder):
    before = run("lock", folder, "--check")
    assert before.returncode == 1 and "is not up to date" in before.stdout
    assert not (folder.path / "schemas.lock").exists()
    wrote = run("lock", folder)
    assert wrote.returncode == 0 and "new " in wrote.stdout
    assert (folder.path / "schemas.lock").stat().st_mode & 0o777 == 0o644
    assert [entry.name for entry in folder.path.iterdir() if entry.name.startswith("schemas.lock")] == ["schemas.lock"]
    assert run("lock", "--contracts", folder, "--check").returncode == 0
    text = (folder.path / "schemas.lock").read_bytes()
    assert run("lock", folder).stdout.endswith("is up to date\n")
    assert (folder.path / "schemas.lock").read_bytes() == text


def test_pins_an_id(folder, serve):
    """The lock's id wins over the derived one; the gateway's registry serves what is locked, also what no use writes any more."""
    assert run("lock", folder).returncode == 0
    lock = folder.path / "schemas.lock"
    lock.write_text(json.dumps({"schemas": [{**row, "id": 4711} for row in rows(folder)]}))
    folder.edit("plain", lambda use: use["schema"][0]["properties"].pop())
    done = run("lock", folder)
    assert done.returncode == 0 and "new version" in done.stdout
    first, second = rows(folder)
    assert (first["id"], first["version"], second["version"]) == (4711, 1, 2)
    gateway = serve(folder, "--embedded")
    assert gateway.get("/schemas/ids/4711", "schemas").json()["schema"] == first["schema"]
    assert gateway.get(f"/subjects/{second['subject']}/versions", "schemas").json() == [1, 2]
    latest = gateway.get(f"/subjects/{second['subject']}/versions/latest", "schemas").json()
    assert (latest["id"], latest["schema"]) == (second["id"], second["schema"])


def test_another_wording_is_no_new_version(folder):
    assert run("lock", folder).returncode == 0
    first, = rows(folder)
    folder.edit("plain", lambda use: use["schema"][0]["properties"][0].update(description="Who sent it."))
    done = run("lock", folder)
    assert "new wording" in done.stdout
    again, = rows(folder)
    assert (again["id"], again["version"]) == (first["id"], first["version"])
    assert "Who sent it." in again["schema"] and "Who sent it." not in first["schema"]


@pytest.mark.parametrize("text", ["{", "{}", '{"schemas": [{"subject": "a"}]}'])
def test_broken_locks_are_refused(folder, text):
    (folder.path / "schemas.lock").write_text(text)
    for command in ("lock", "check"):
        done = run(command, folder)
        assert done.returncode == 1 and "schemas.lock" in done.stdout + done.stderr
    assert (folder.path / "schemas.lock").read_text() == text


def test_json(folder):
    checked = json.loads(run("lock", folder, "--check", "--json").stdout)
    assert (checked["up_to_date"], checked["written"]) == (False, False) and not (folder.path / "schemas.lock").exists()
    wrote = json.loads(run("lock", folder, "--json").stdout)
    assert (wrote["up_to_date"], wrote["written"]) == (True, True) and wrote["file"].endswith("/schemas.lock")
    change, = wrote["changes"]
    row, = rows(folder)
    assert (change["change"], change["subject"], change["version"], change["id"]) == ("new", row["subject"], 1, row["id"])
    again = json.loads(run("lock", folder, "--json").stdout)
    assert (again["up_to_date"], again["written"], again["changes"]) == (True, False, [])
