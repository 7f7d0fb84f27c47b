"""`headgate approve` and `approvals: required`: nothing is served that nobody approved, and what narrows needs no approval."""
import json
import os
import pty
import re
import subprocess

import pytest
import yaml

from contracts import Folder, sla, small, small_model, small_use, unique
from gateway import HEADGATE, clean_environment, run


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "contracts")
    made.event = unique("approved")
    made.write(small_model(made.event))
    made.write(small_use(made.event, "reader", retention=(14, "d")))
    made.file = made.path / "approvals.yaml"
    return made


def retention(days):
    return lambda use: sla(use, "retention", days, "d")


def approve(folder, *names, by="ann", fine=True):
    done = run("approve", *(names or ["--all"]), "--by", by, "--contracts", folder, "--yes")
    assert (done.returncode == 0) == fine, done.stdout + done.stderr
    return done


def check(folder, *flags):
    return run("check", folder, "--approvals", "required", *flags)


def entries(folder):
    return yaml.safe_load(folder.file.read_text())["approvals"]


def states(folder):
    done = run("approve", "--list", "--json", "--contracts", folder)
    assert done.returncode == 0, done.stderr
    return {use["use"]: use for use in json.loads(done.stdout)["uses"]}


# ---------------------------------------------------------------- the gateway


def test_only_what_was_approved_is_served(folder, serve):
    event = folder.event
    cold = serve(folder, "--embedded", "--approvals", "required", wait=False)
    assert cold.wait() == 1
    said = cold.everything()
    assert "reader.yaml:" in said and "approval-missing" in said
    command = re.search(r"`headgate (approve \S+ --by) NAME`", said).group(1).split()
    assert run(*command, "ann", "--yes", "--contracts", folder).returncode == 0

    gateway = serve(folder, "--embedded", "--approvals", "required")
    before = gateway.ready()["catalogue"]
    assert gateway.post(event, small(event, 1)).status_code == 202

    folder.edit("reader", retention(28))
    line = gateway.reload(fine=False)
    assert "approval-exceeded" in line["problems"] and "14 d -> 28 d" in line["problems"] and "headgate approve" in line["problems"]
    assert gateway.ready()["catalogue"] == before
    assert gateway.post(event, small(event, 2)).status_code == 202, "the old catalogue is kept"

    folder.edit("reader", retention(7))
    gateway.reload()
    narrowed = gateway.ready()["catalogue"]
    assert narrowed != before, "what narrows needs no approval"

    folder.edit("reader", retention(28))
    approve(folder, "reader", by="dpo@acme.example")
    gateway.reload()
    assert gateway.ready()["catalogue"] not in (before, narrowed)

    text = folder.file.read_text()
    folder.file.write_text(text.replace("28 d", "29 d"))
    line = gateway.reload(fine=False)
    assert "approvals.yaml:" in line["problems"] and "approval-edited" in line["problems"]
    folder.file.write_text(text)
    gateway.reload()


def test_the_option_is_taken_over_by_a_reload(folder, serve, tmp_path):
    """Stated in the file, where a YAML 1.1 reader would take `off` for a boolean."""
    file = tmp_path / "headgate.yaml"
    file.write_text("approvals: off\nembedded: true\n")
    gateway = serve(folder, "--config", file)
    file.write_text("approvals: required\nembedded: true\n")
    assert "approval-missing" in gateway.reload(fine=False)["problems"]
    approve(folder)
    gateway.reload()
    assert gateway.ready()["state"] == "ready"


# ---------------------------------------------------------------- the file


def test_the_file_is_for_reviews(folder):
    version = run("check", folder).stdout.rsplit("version ", 1)[-1]
    approve(folder)
    assert folder.file.stat().st_mode & 0o777 == 0o644
    assert sorted(entry.name for entry in folder.path.iterdir() if "approvals" in entry.name) == ["approvals.yaml"]
    assert folder.file.read_text().startswith("# ")
    entry, = entries(folder)
    assert entry["contract"] == f"urn:test:{folder.event}:use:reader" and entry["model"] == f"urn:test:{folder.event}:model:{folder.event}"
    assert [sorted(by) for by in entry["approvedBy"]] == [["date", "name"]] and len(entry["digest"]) == 64
    assert entry["approved"]["retention"] == "14 d" and entry["approved"]["legalBasis"] == "legitimate_interest"
    assert [field["field"] for field in entry["approved"]["fields"]] == ["at", "id", "note"]
    assert run("check", folder).stdout.rsplit("version ", 1)[-1] == version, "it is no contract"
    text = folder.file.read_bytes()
    assert "nothing waits" in approve(folder).stdout
    assert "is unchanged" in approve(folder, "reader").stdout
    assert folder.file.read_bytes() == text


def test_a_small_change_is_a_small_diff(folder):
    folder.write(small_use(folder.event, "other", retention=(3, "d")))
    approve(folder)
    before = folder.file.read_text().splitlines()
    folder.edit("reader", retention(28))
    approve(folder, "reader")
    after = folder.file.read_text().splitlines()
    assert len(before) == len(after)
    changed = [new.split(":")[0].strip() for old, new in zip(before, after) if old != new]
    assert changed == ["digest", "retention"]


def test_a_contract_that_goes_and_comes_back(folder):
    approve(folder)
    use = folder.load("reader")
    folder.remove("reader")
    done = check(folder)
    assert done.returncode == 0 and "approval-unknown" in done.stdout
    folder.write(use)
    assert "approval" not in check(folder).stdout, "it is what was approved"
    folder.remove("reader")
    folder.write(small_use(folder.event, "second"))
    assert "1 approval of uses that are not here removed" in approve(folder).stdout
    folder.write(use)
    done = check(folder)
    assert done.returncode == 1 and "approval-missing" in done.stdout and "'reader'" in done.stdout


@pytest.mark.parametrize("old, new, rule", [
    ("retention: \"14 d\"", "retention: \"15 d\"", "approval-edited"), ("approvals:", "approvalz:", "approval-file"),
    ("trace: false", "trace: [", "approval-file")])
def test_a_broken_file_is_refused_and_stays(folder, old, new, rule):
    approve(folder)
    text = folder.file.read_text().replace(old, new)
    folder.file.write_text(text)
    done = check(folder)
    assert done.returncode == 1 and re.search(rf"approvals\.yaml:\d+:\d+: error: {rule}: ", done.stdout)
    assert rule in approve(folder, fine=False).stderr and folder.file.read_text() == text
    assert run("check", folder).returncode == 0, "off: nobody asks"


# ---------------------------------------------------------------- who, and what


def test_approvers_that_the_contract_names(folder):
    folder.edit("reader", lambda use: use.update(roles=[
        {"role": "analyst", "access": "read", "firstLevelApprovers": "ann, al", "secondLevelApprovers": "dpo@acme.example"}]))
    assert "none of the approvers" in approve(folder, "reader", by="eve", fine=False).stderr
    assert "left out" in approve(folder, by="eve").stderr and not folder.file.exists()
    assert "waits for its second-level approver" in approve(folder, "reader", by="ann").stdout
    done = check(folder)
    assert done.returncode == 1 and "approval-level" in done.stdout
    assert states(folder)["reader"]["missing_level"] == 2
    approve(folder, by="dpo@acme.example")
    assert "approval" not in check(folder).stdout
    assert [by["name"] for by in entries(folder)[0]["approvedBy"]] == ["ann", "dpo@acme.example"]


def test_drafts_wait_until_they_are_active(folder):
    folder.edit("reader", lambda use: use.update(status="draft"))
    assert check(folder).returncode == 0 and states(folder)["reader"]["approval"] == "not needed"
    assert "only a use in service" in approve(folder, "reader", fine=False).stderr
    folder.edit("reader", lambda use: use.update(status="active"))
    assert check(folder).returncode == 1
    approve(folder)
    folder.edit("reader", lambda use: use.update(status="deprecated"))
    assert check(folder).returncode == 0


def test_what_waits_is_listed(folder):
    folder.write(small_use(folder.event, "other"))
    approve(folder, "reader")
    folder.edit("reader", retention(28))
    found = states(folder)
    assert found["other"]["approval"] == "missing" and found["reader"]["approval"] == "exceeded"
    assert [change["kind"] for change in found["reader"]["changes"]] == ["retention-longer"]
    table = run("approve", "--list", "--contracts", folder).stdout
    assert re.search(r"^reader .* exceeded .*ann \(\d{4}-\d\d-\d\d\).*retention-longer$", table, re.M)
    report = json.loads(check(folder, "--json").stdout)
    assert not report["loads"] and {item["rule"] for item in report["diagnostics"] if item["severity"] == "error"} == \
        {"approval-missing", "approval-exceeded"}
    done = run("approve", "--all", "--by", "ann", "--contracts", folder, "--yes", "--json")
    report = json.loads(done.stdout)
    assert report["written"] and {(use["use"], use["was"], use["approval"]) for use in report["uses"]} == \
        {("reader", "exceeded", "approved"), ("other", "missing", "approved")}


def test_wrong_use(folder):
    for flags, code, said in (([], 2, "--by says who"), (["--by", "ann"], 2, "--all"), (["reader", "--by", "ann"], 2, "--yes"),
                              (["--list", "--by", "ann"], 2, "only shows"), (["nobody", "--by", "ann", "--yes"], 1, "'nobody'")):
        done = run("approve", *flags, "--contracts", folder)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert run("check", folder, "--approvals", "perhaps").returncode == 2
    folder.edit("reader", lambda use: use["schema"][0]["properties"].append({"name": "nobody_declared_this"}))
    assert "nobody_declared_this" in approve(folder, fine=False).stderr
    assert not folder.file.exists()


@pytest.mark.parametrize("answer, code", [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_asks_at_a_terminal(folder, answer, code):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([HEADGATE, "approve", "reader", "--by", "ann", "--contracts", str(folder)], stdin=theirs,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())
    os.close(theirs)
    os.write(ours, answer.encode())
    _, said = process.communicate(timeout=20)
    os.close(ours)
    assert process.returncode == code and "Approve this as ann? [y/N]" in said and "legalBasis: legitimate_interest" in said
    assert folder.file.exists() == (code == 0)


# ---------------------------------------------------------------- diff


def test_diff_says_what_waits(folder, tmp_path):
    approve(folder)
    old = Folder(tmp_path / "old")
    for file in folder.path.iterdir():
        (old.path / file.name).write_text(file.read_text())
    folder.edit("reader", retention(28))
    folder.edit("reader", lambda use: use.update(version="1.1.0"))
    done = run("diff", "old", cwd=tmp_path)
    assert done.returncode == 1 and "waiting for `headgate approve`" in done.stdout, "without NEW: ./contracts"
    report = json.loads(run("diff", old, "--contracts", folder, "--json").stdout)
    assert [(change["kind"], change["needs_approval"]) for change in report["changes"]] == [("retention-longer", True)]
    assert [use["use"] for use in report["waiting_for_approval"]] == ["reader"]
    assert "#### Waiting for `headgate approve`" in run("diff", old, folder, "--markdown").stdout
    approve(folder)
    report = json.loads(run("diff", old, folder, "--json").stdout)
    assert report["waiting_for_approval"] == []
    folder.file.unlink()
    assert "waiting_for_approval" not in json.loads(run("diff", old, folder, "--json").stdout)
