"""`headgate diff`: folders and git revisions, what it prints, what it leaves behind, and events judged twice."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway import run

CORPUS = Path(__file__).parents[1] / "corpus" / "diff"


def pair(name):
    return CORPUS / name / "old", CORPUS / name / "new"


def git(repository, *arguments):
    names = ["-c", "user.name=t", "-c", "user.email=t@acme.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """Two revisions, v1 and v2, of platform/contracts: a use's retention grows."""
    root = tmp_path / "repository"
    contracts = root / "platform" / "contracts"
    git(tmp_path, "init", "-q", root)
    old, new = pair("retention_longer")
    for revision, source in (("v1", old), ("v2", new)):
        # not the times: git takes a file of the same size and time for the same
        shutil.copytree(source, contracts, dirs_exist_ok=True, copy_function=shutil.copyfile)
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", revision)
        git(root, "tag", revision)
    return root


@pytest.mark.parametrize("name, grade", [("nothing", None), ("retention_shorter", "free"), ("purpose_changed", "approval"),
                                         ("topic_changed", "consumers"), ("model_narrowed", "senders")])
def test_exit_code_follows_the_highest_grade(name, grade):
    grades = ["free", "approval", "consumers", "senders"]
    plain = run("diff", *pair(name))
    assert plain.returncode == (1 if grade in grades[1:] else 0)
    assert ("nothing changed" in plain.stdout) == (grade is None)
    for bar in grades:
        fails = grade is not None and grades.index(grade) >= grades.index(bar)
        assert run("diff", *pair(name), "--fail-on", bar).returncode == (1 if fails else 0)


def test_a_use_of_two_models_says_once_what_changed_and_of_which_event():
    old, new = pair("use_of_two_models")
    changes = json.loads(run("diff", old, new, "--json").stdout)["changes"]
    assert [(change["kind"], change.get("event")) for change in changes] == [("retention-longer", None), ("handling-stronger", "order_returned")]
    for form in ((), ("--markdown",)):
        shown = run("diff", old, new, *form).stdout.replace("\\", "")
        assert "order_risk (order_returned)" in shown and "order_risk (order_placed)" not in shown
        assert shown.count("retention: 14 d -> 21 d") == 1


def test_a_contract_of_two_models_is_wrong_once(tmp_path):
    folder = tmp_path / "contracts"
    shutil.copytree(pair("use_of_two_models")[0], folder)
    file = folder / "order-risk.use.odcs.yaml"
    file.write_text(file.read_text().replace("value: 14, unit: d", "value: 60, unit: d"))
    report = json.loads(run("check", folder, "--json").stdout)
    assert [line["rule"] for line in report["diagnostics"] if line["severity"] == "error"] == ["erasure"]
    assert "1 error," in run("check", folder).stdout


def test_a_warning_does_not_fail():
    done = run("diff", *pair("version_kept"))
    assert done.returncode == 0 and "version-kept" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 free, 1 warning"


def test_json_is_whole():
    done = run("diff", *pair("use_field_removed"), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1 and report["fails"] and report["highest"] == "consumers"
    assert {change["kind"] for change in report["changes"]} == {"use-field-removed", "schema-incompatible", "version-major"}
    gone = next(change for change in report["changes"] if change["kind"] == "use-field-removed")
    assert gone["grade"] == "consumers" and gone["field"] == "total" and gone["contract"] == "urn:acme:risk:use:order_risk"
    # what is gone is shown where it stood
    assert "/old/" in gone["file"] and "{name: total}" in Path(gone["file"]).read_text().splitlines()[gone["line"] - 1]


def test_revisions(repository, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    env = {**os.environ, "TMPDIR": str(scratch)}
    done = run("diff", "git:v1:platform/contracts", "git:v2:platform/contracts", "--json", cwd=repository, env=env)
    report = json.loads(done.stdout)
    assert [change["kind"] for change in report["changes"]] == ["retention-longer"]
    assert report["changes"][0]["file"] == "platform/contracts/order-risk.use.odcs.yaml"
    mixed = run("diff", "git:v1:contracts", "contracts", cwd=repository / "platform", env=env)
    assert mixed.returncode == 1 and "14 d -> 28 d" in mixed.stdout
    assert run("diff", "git:v2~0:platform/contracts", "platform/contracts", cwd=repository, env=env).returncode == 0
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("side", ["git:nowhere:platform/contracts", "git:v1:elsewhere", "git:v1", "git::x", "git:--output=x:y",
                                  "git:-v:x"])
def test_what_is_no_revision(repository, tmp_path, side):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    env = {**os.environ, "TMPDIR": str(scratch)}
    done = run("diff", side, "platform/contracts", cwd=repository, env=env)
    assert done.returncode == 3 and side in done.stderr and done.stdout == ""
    assert list(scratch.iterdir()) == [] and not (repository / "x").exists()


def test_what_the_house_permits(repository, tmp_path):
    """Each side by its own configuration, which may be one of a revision."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    env = {**os.environ, "TMPDIR": str(scratch)}
    config = repository / "headgate.yaml"
    limits = "contracts: platform/contracts\ngovernance: {classes: {restricted: {retention: %s, residency: [EU]}}}\n"
    config.write_text(limits % "60d")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "house")
    config.write_text(limits % "90d")
    sides = ["git:HEAD:platform/contracts", "platform/contracts"]
    assert run("diff", *sides, "--config", "headgate.yaml", cwd=repository, env=env).returncode == 0
    flags = ["--config", "headgate.yaml", "--old-config", "git:HEAD:headgate.yaml"]
    for words in (sides, sides[:1]):  # without NEW: the folder that its configuration names
        done = run("diff", *words, *flags, "--json", cwd=repository, env=env)
        (change,) = json.loads(done.stdout)["changes"]
        assert done.returncode == 1 and done.stderr == ""
        assert (change["kind"], change["grade"], change["field"]) == ("house-limit-loosened", "approval", "classes.restricted")
        assert change["detail"] == "retention: up to 60 d -> up to 90 d"
        assert change["contract"] == "governance" and change["file"] == "headgate.yaml"
    assert "| governance | classes.restricted |" in run("diff", *sides, *flags, "--markdown", cwd=repository, env=env).stdout
    config.write_text(limits % "30d")
    stricter = run("diff", *sides, *flags, cwd=repository, env=env)
    assert stricter.returncode == 0 and "house-limit-tightened" in stricter.stdout
    wrong = run("diff", *sides, "--old-config", "git:HEAD:nothing.yaml", cwd=repository, env=env)
    assert wrong.returncode == 3 and "git:HEAD:nothing.yaml" in wrong.stderr
    assert list(scratch.iterdir()) == []


def test_contracts_that_do_not_load(tmp_path):
    old, _ = pair("nothing")
    broken = tmp_path / "broken"
    shutil.copytree(old, broken)
    use = broken / "order-risk.use.odcs.yaml"
    use.write_text(use.read_text().replace("{name: total}", "{name: nothing_of_the_kind}"))
    done = run("diff", old, broken)
    assert done.returncode == 1 and "field-source" in done.stderr and done.stdout == ""


def test_markdown_cannot_be_broken_out_of(tmp_path):
    old, _ = pair("nothing")
    hostile = tmp_path / "hostile"
    shutil.copytree(old, hostile)
    use = hostile / "order-risk.use.odcs.yaml"
    text = "'a | b <img src=x> @everyone `code` [link](https://acme.example) ![x](y)'"
    use.write_text(use.read_text().replace("Find orders that look fraudulent before they are packed.", text))
    done = run("diff", old, hostile, "--markdown")
    assert done.returncode == 1 and done.stdout.startswith("<!-- headgate diff -->\n### Contracts: 1 needs approval")
    rows = [line for line in done.stdout.splitlines() if "purpose:" in line]
    assert len(rows) == 1
    row = rows[0]
    assert row.count("|") - row.count("\\|") == 6
    for raw in ("<img", "@everyone", " `code", " [link", "!["):
        assert raw not in row


EVENT = {"order_id": "o-1", "placed_at": "2025-11-22T13:44:13.250Z", "customer": {"customer_id": "cust-4711"}, "country": "NO",
         "total": 12.5, "pieces": 3, "channel": "app", "note": "leave it with the neighbour"}


def outcomes(name, events, tmp_path, *flags, file="order_placed.event.json"):
    path = tmp_path / file
    path.write_text(events if isinstance(events, str) else "\n".join(json.dumps(event) for event in events))
    done = run("diff", *pair(name), "--json", "--events", path, *flags)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["events"]


def test_events_that_change_nothing(tmp_path):
    """Old events do not all expire: each is judged as if it had arrived at once."""
    assert outcomes("nothing", [EVENT, EVENT], tmp_path) == {"judged": 2, "changed": 0, "outcomes": []}


def test_events_that_a_model_refuses_now(tmp_path):
    events = [EVENT, {**EVENT, "pieces": 1}, {**EVENT, "pieces": 1}]
    replayed = outcomes("model_narrowed", events, tmp_path)
    assert replayed["judged"] == 3 and replayed["changed"] == 2
    assert replayed["outcomes"] == [
        {"event": "order_placed", "was": "accepted", "is": "refused (minimum at /pieces)", "count": 2, "first": 2},
        {"event": "order_placed", "use": "order_risk", "was": "delivered", "is": "refused", "count": 2, "first": 2}]


def test_events_that_a_use_withholds_now(tmp_path):
    without = {key: value for key, value in EVENT.items() if key != "note"}
    replayed = outcomes("use_field_required", [without, EVENT], tmp_path)
    assert {"event": "order_placed", "use": "order_risk", "was": "delivered", "is": "withheld (unfit)", "count": 1,
            "first": 1} in replayed["outcomes"]


def test_events_whose_records_change(tmp_path):
    replayed = outcomes("handling_stronger", [EVENT], tmp_path)
    assert replayed["outcomes"] == [{"event": "order_placed", "use": "order_risk", "was": "delivered",
                                     "is": "delivered, another record", "count": 1, "first": 1}]


def test_events_with_encrypted_fields(tmp_path):
    """What differs each time does not count as another record; a change beside it does."""
    use = CORPUS / "handling_to_encrypted" / "new"
    for changed in (False, True):
        other = tmp_path / str(changed)
        shutil.copytree(use, other)
        text = (other / "order-risk.use.odcs.yaml").read_text()
        if changed:
            (other / "order-risk.use.odcs.yaml").write_text(text.replace("- {name: pieces}", "- {name: pieces, transformLogic: round(step=10)}"))
        (tmp_path / "order_placed.event.json").write_text(json.dumps(EVENT))
        done = run("diff", use, other, "--json", "--events", tmp_path / "order_placed.event.json")
        assert json.loads(done.stdout)["events"]["changed"] == int(changed), done.stdout


def test_forms_of_event_files(tmp_path):
    envelope = {"specversion": "1.0", "id": "1", "source": "urn:acme:app", "type": "order_placed", "data": EVENT}
    array = json.dumps([envelope, envelope, EVENT], indent=2)
    assert outcomes("use_removed", array, tmp_path)["changed"] == 3
    assert outcomes("use_removed", [envelope], tmp_path, file="x.json")["changed"] == 1
    assert outcomes("use_removed", [EVENT], tmp_path, "--event", "order_placed", file="x.json")["changed"] == 1
    assert outcomes("use_removed", "", tmp_path)["judged"] == 0
    foreign = outcomes("nothing", [{"a": 1}], tmp_path, "--event", "nobody.declared.this")
    assert foreign == {"judged": 1, "changed": 0, "outcomes": []}


@pytest.mark.parametrize("text, said", [('{"a": 1}\n{"a": }', "line 2"), ('[{"a": 1}] x', "behind the array"), ("[", "line 1"),
                                        ('{"a": 1}', "of which type")])
def test_files_that_are_no_events(tmp_path, text, said):
    path = tmp_path / "x.json"
    path.write_text(text)
    flags = [] if said == "of which type" else ["--event", "order_placed"]
    done = run("diff", *pair("nothing"), "--events", path, *flags)
    assert done.returncode == 3 and said in done.stderr and done.stdout == ""


def test_use_of_the_command():
    assert run("diff").returncode == 2
    assert run("diff", *pair("nothing"), "--fail-on", "everything").returncode == 2
    assert run("diff", *pair("nothing"), "--json", "--markdown").returncode == 2
    assert run("diff", *pair("nothing"), "--events", "/no/such/file").returncode == 3
