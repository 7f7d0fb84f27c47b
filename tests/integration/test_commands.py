"""The command line as people and pipelines use it: exit codes (0 fine, 1 found problems, 2 wrong use, 3 could not), JSON that
parses, files that it writes."""
import json
import re
import resource
import signal
import subprocess

import pytest
import yaml

from contracts import Folder, now, payment, small_model, small_use
from gateway import EXAMPLES, HEADGATE, ROOT, clean_environment, new_keys, new_sender, root_secret, run


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model("cli"))
    folder.write(small_use("cli", "reader"))
    return folder


def listed_commands():
    return re.findall(r"^  ([a-z]+) ", run("--help").stdout, re.M)


# ---------------------------------------------------------------- all commands


def test_help_and_version():
    assert run("--help").returncode == 0
    assert re.match(r"headgate \d+\.\d+\.\d+\n", run("--version").stdout)
    assert set(listed_commands()) >= {"serve", "check", "show", "keys", "senders", "config", "explain", "lock", "tail"}


@pytest.mark.parametrize("command", listed_commands())
def test_every_command_explains_itself(command):
    for words in ((command, "--help"), ("help", command)):
        done = run(*words)
        assert done.returncode == 0 and f"usage: headgate {command}" in done.stdout and done.stderr == ""
        usage = done.stdout.split("\n\n")[0]
        assert "?" not in usage and all(line.startswith(("usage: ", "       ")) for line in usage.splitlines())
    wrong = run(command, "--no-such-flag")
    assert wrong.returncode == 2 and wrong.stdout == "" and "no-such-flag" in wrong.stderr


def test_no_such_command():
    done = run("chek")
    assert done.returncode == 2 and "check" in done.stderr
    assert run().returncode == 2


@pytest.mark.parametrize("words", [("--help",), ("help", "keys"), ("serve", "--help"), ("check", EXAMPLES), ("matrix", EXAMPLES),
                                   ("explain",), ("config",), ("diff", EXAMPLES, EXAMPLES)])
def test_a_full_disk_behind_standard_output_is_told(words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([HEADGATE, *map(str, words)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, cwd=ROOT,
                              env=clean_environment())
    assert done.returncode == 3 and "headgate: standard output: No space left on device" in done.stderr


def no_room():
    """As on a full disk: a file can be made, and nothing written to it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("words", [("keys", "new", "made"), ("new", "model", "a.b", "--out", "made"),
                                   ("senders", "new", "urn:acme:app:a", "--senders", "made"), ("lock", "--contracts", "contracts"),
                                   ("approve", "reader", "--by", "dpo@acme.example", "--yes", "--contracts", "contracts")])
def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing_behind(words, folder, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run([HEADGATE, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, cwd=tmp_path,
                          env=clean_environment(), preexec_fn=no_room)
    assert done.returncode == 3 and re.search(r"this large here|File too large", done.stderr)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words", [("show", "readr"), ("approve", "readr", "--by", "a@acme.example"), ("show", "{use}"), ("sample", "{event}"),
                                   ("new", "use", "{event}")])
def test_a_misspelt_contract_is_answered_with_the_nearest(words, folder):
    event, use = "cli", small_use("cli", "reader")["id"]
    done = run(*[word.format(event=event + "x", use=use + "x") for word in words], "--contracts", folder)
    meant = event if "{event}" in words else use if "{use}" in words else "reader"
    assert done.returncode in (1, 2) and f"in {folder}; did you mean '{meant}'?" in done.stderr


# ---------------------------------------------------------------- check, show, explain


def test_check_of_good_contracts():
    done = run("check", EXAMPLES)
    assert done.returncode == 0 and "3 models, 7 uses" in done.stdout
    answer = json.loads(run("check", "--json", EXAMPLES).stdout)
    assert (answer["loads"], answer["models"], answer["uses"], answer["errors"]) == (True, 3, 7, 0)


def test_check_of_bad_contracts(folder):
    folder.edit("reader", lambda use: use["customProperties"].append({"property": "legalBassis", "value": "consent"}))
    done = run("check", folder)
    assert done.returncode == 1
    place = re.search(r"reader\.yaml:(\d+):(\d+): error: ", done.stdout)
    line = (folder.path / "reader.yaml").read_text().splitlines()[int(place[1]) - 1]
    assert "legalBassis" in line
    answer = json.loads(run("check", "--json", folder).stdout)
    assert answer["loads"] is False and answer["errors"] >= 1
    assert {line["severity"] for line in answer["diagnostics"]} <= {"error", "warning", "info"}


@pytest.mark.parametrize("text", ["", "a: [", "kind: DataContract\nkind: DataContract\n", "\x00", "--- a\n--- b\n", "x: &a [*a]\n"])
def test_check_of_what_is_no_contract(folder, text):
    (folder.path / "odd.yaml").write_text(text)
    done = run("check", folder)
    assert done.returncode in (0, 1)
    assert text == "" or "odd.yaml" in done.stdout


def test_show_is_a_contract_that_says_the_same(folder, tmp_path):
    again = Folder(tmp_path / "again")
    for name in ("cli", "reader"):
        done = run("show", name, "--contracts", folder)
        assert done.returncode == 0, done.stderr
        document = yaml.safe_load(done.stdout)
        assert all("logicalType" in field and "required" in field for field in document["schema"][0]["properties"])
        again.write(document)
    assert run("check", again).returncode == 0, run("check", again).stdout
    for flags in ((), ("--avro",)):
        assert run("show", "reader", *flags, "--contracts", again).stdout == run("show", "reader", *flags, "--contracts", folder).stdout


def test_the_shown_schema_is_the_served_one(platform):
    for model in platform.gateway.get("/catalogue").json()["models"]:
        for use in model["uses"]:
            shown = json.loads(run("show", use["name"], "--avro", "--contracts", platform.gateway.contracts).stdout)
            assert shown == platform.gateway.get(f"/schemas/ids/{use['schema_id']}/schema", "schemas").json()


@pytest.mark.parametrize("command", [("check",), ("show", "reader"), ("matrix",), ("lock", "--check")])
def test_every_command_that_reads_contracts_takes_their_folder_alike(folder, command):
    assert "no flag" not in run(*command, "--contracts", folder).stderr


def test_explain():
    rules = json.loads(run("explain", "--json").stdout)
    assert len(rules) > 50
    for words in (["enumeration"], ["urn:headgate:rule:enumeration"]):
        done = run("explain", *words)
        assert done.returncode == 0 and "enumeration" in done.stdout
    assert json.loads(run("explain", "enumeration", "--json").stdout)
    wrong = run("explain", "enumerration")
    assert wrong.returncode == 2 and "'enumeration'" in wrong.stderr


def test_what_a_reply_names_can_be_explained(platform):
    bad = payment(amount="x", currency="ABC", billing_country="no", occurred_at=now(days=-1), installments=300,
                  risk_flags=["a", "a"], lines=[], customer={"customer_id": "", "email": "@"}, event_id="1")
    violations = platform.gateway.post("payment.authorized", bad, key=platform.key).json()["violations"]
    assert len(violations) >= 10
    for rule in {line["rule"] for line in violations}:
        assert run("explain", rule).returncode == 0, rule


# ---------------------------------------------------------------- keys, senders


def test_keys(tmp_path):
    file = new_keys(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600 and len(root_secret(file)) == 32
    again = run("keys", "new", file)
    assert again.returncode == 3 and str(file) in again.stderr, "an existing file is left alone"
    before = json.loads(run("keys", "ls", file, "--json").stdout)
    assert [key["purpose"] for key in before["keys"]] == ["pseudonym", "encryption"]
    root = root_secret(file)
    assert run("keys", "rotate", file).returncode == 0 and root_secret(file) == root
    after = json.loads(run("keys", "ls", file, "--json").stdout)
    assert len(after["keys"]) == 3 and after["fingerprint"] != before["fingerprint"]
    assert run("keys", "rotate", file, "--new-pseudonyms").returncode == 0 and root_secret(file) != root
    assert file.stat().st_mode & 0o777 == 0o600


def test_keys_export(tmp_path):
    file, reader = new_keys(tmp_path), tmp_path / "reader.keys"
    export = ("keys", "export", file, "--use", "urn:acme:care:use:support", "--out", reader, "--unchecked")
    assert run(*export).returncode == 0 and reader.stat().st_mode & 0o777 == 0o600
    again = run(*export)
    assert again.returncode == 3 and str(reader) in again.stderr, "an existing file is left alone"
    listed = json.loads(run("keys", "ls", reader, "--json").stdout)
    assert listed["use"] == "urn:acme:care:use:support" and [key["purpose"] for key in listed["keys"]] == ["reading"]
    assert run("keys", "rotate", reader).returncode == 1, "a reader's file makes nothing"
    assert run("keys", "export", reader, "--use", "urn:b", "--out", tmp_path / "b", "--unchecked").returncode == 1
    for words in (("--use", "urn:b"), ("--out", "b"), ("--use", "", "--out", "b")):
        assert run("keys", "export", file, *words).returncode == 2
    for words in (("--use", "urn:b"), ("--unchecked",), ("--contracts", tmp_path)):
        assert run("keys", "ls", file, *words).returncode == 2


def test_keys_export_knows_the_uses(folder, tmp_path):
    file, reader = new_keys(tmp_path), tmp_path / "reader.keys"
    use = yaml.safe_load(run("show", "reader", "--contracts", folder).stdout)["id"]
    export = ("keys", "export", file, "--out", reader, "--contracts", folder)
    for typo in (use[:-1], use.replace(":use:", ":uses:"), use.upper() + "x", use.replace("cli", "somewhere_else")):
        done = run(*export, "--use", typo)
        assert done.returncode == 2 and f"did you mean {use}?" in done.stderr and typo in done.stderr
    far = run(*export, "--use", "urn:nothing:like:it")
    assert far.returncode == 2 and "did you mean" not in far.stderr and "approve --list" in far.stderr
    assert "is an event model" in run(*export, "--use", "cli").stderr
    gone = run("keys", "export", file, "--out", reader, "--use", use, "--contracts", tmp_path / "nowhere")
    assert gone.returncode == 1 and "--unchecked" in gone.stderr
    assert not reader.exists()
    assert run(*export, "--use", "reader").returncode == 0, "its name will do"
    assert json.loads(run("keys", "ls", reader, "--json").stdout)["use"] == use


def test_keys_that_cannot_be_used(tmp_path):
    file = tmp_path / "k"
    assert run("keys", "ls", file).returncode == 3
    file.write_text("pseudonyms: 7\n")
    file.chmod(0o600)
    done = run("keys", "ls", file)
    assert done.returncode == 1 and done.stderr.startswith(f"{file}:1:")
    assert run("keys", "paint", file).returncode == 2 and run("keys").returncode == 2


def test_senders(tmp_path):
    file = tmp_path / "senders.yaml"
    key = new_sender(file, "urn:acme:app:one", "--events", "a,b", "--receipts")
    assert re.fullmatch(r"hg_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", key)
    file.write_text("# whose this is\n" + file.read_text())
    new_sender(file, "urn:acme:app:two", "--kind", "browser", "--origins", "https://a.example")
    assert file.read_text().startswith("# whose this is\n"), "comments stay"
    listed = {sender["name"]: sender for sender in json.loads(run("senders", "ls", "--senders", file, "--json").stdout)}
    assert (listed["urn:acme:app:one"]["events"], listed["urn:acme:app:one"]["receipts"]) == (["a", "b"], True)
    assert (listed["urn:acme:app:two"]["kind"], listed["urn:acme:app:two"]["origins"]) == ("browser", ["https://a.example"])
    assert listed["urn:acme:app:one"]["keys"][0]["prefix"] == key.split("_")[1]
    assert "urn:acme:app:two" in run("senders", "ls", "--senders", file).stdout
    assert run("senders", "revoke", "urn:acme:app:two", "--senders", file).returncode == 0
    assert run("senders", "revoke", "urn:acme:app:two", "--senders", file).returncode != 0
    assert run("senders", "new", "no uri", "--senders", file).returncode == 2
    file.write_text("senders: 7\n")
    assert run("senders", "ls", "--senders", file).returncode == 1


# ---------------------------------------------------------------- config


def test_the_sample_configuration_loads(tmp_path):
    sample = run("config", "--sample")
    assert sample.returncode == 0
    (tmp_path / "headgate.yaml").write_text(sample.stdout)
    assert run("config", "--config", tmp_path / "headgate.yaml").returncode == 0


def test_the_manuals_are_what_the_program_says():
    assert run("config", "--markdown").stdout == (ROOT / "docs" / "configuration.md").read_text()
    assert run("config", "--metrics").stdout == (ROOT / "docs" / "metrics.md").read_text()


def test_a_wrong_configuration_names_the_place(tmp_path):
    file = tmp_path / "headgate.yaml"
    file.write_text("ingest: {listen: '127.0.0.1:0'}\nreply_timout: 3s\n")
    for words in (("config", "--config", file), ("serve", "--config", file)):
        done = run(*words)
        assert done.returncode == 2 and f"{file}:2:1" in done.stderr and "reply_timeout" in done.stderr
    assert run("config", env={"HEADGATE_REPLY_TIMEOUT": "soon"}).returncode == 2


def test_serve_that_cannot_listen(platform, folder):
    taken = platform.gateway.ingest.removeprefix("http://")
    done = run("serve", "--embedded", "--contracts", folder, "--admin", taken, "--listen", "127.0.0.1:0", "--schemas", "127.0.0.1:0")
    assert done.returncode == 3 and f"headgate serve: cannot listen on {taken}" in done.stderr
    assert "Address already in use" in done.stderr and "--admin ADDRESS:PORT" in done.stderr


def test_serve_without_keys_names_the_use_that_needs_them():
    done = run("serve", "--kafka", "127.0.0.1:1", "--contracts", EXAMPLES / "payments")
    assert done.returncode == 1 and "keys: the use finance_reporting hashes" in done.stderr and "headgate keys new FILE" in done.stderr


def test_serve_with_broken_contracts_says_all_that_check_says(folder):
    folder.edit("reader", lambda use: use.pop("description"))
    done = run("serve", "--embedded", "--contracts", folder, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
    assert done.returncode == 1 and "reader.yaml:" in done.stderr
