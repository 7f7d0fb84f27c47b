"""`make run`: what it prints can be pasted into a shell as it stands, and does what it says."""
import json
import re
import subprocess
import time

import pytest

import decode
from contracts import Folder, example_event, payment, small_model, small_use
from gateway import EXAMPLES, HEADGATE, ROOT, clean_environment, printed_commands, wait_for
from node import Client


@pytest.fixture(scope="module")
def embedded(serve_module):
    """As docker/run-examples.sh starts it."""
    gateway = serve_module(EXAMPLES, "--embedded", "--profile", "sidecar")
    wait_for(lambda: "Ctrl-C stops it." in gateway.output()[0], "the banner is printed")
    return gateway


@pytest.fixture(scope="module")
def commands(embedded):
    """The printed lines, with our binary in the place of the one in build/."""
    lines = printed_commands(embedded.output()[0])
    assert lines["tail"].startswith("build/headgate tail ")
    return {**lines, "tail": lines["tail"].replace("build/headgate", HEADGATE, 1)}


def bash(line, timeout=30):
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=timeout, cwd=ROOT, env=clean_environment())


def test_the_script_of_make_run_starts_just_this():
    text = (ROOT / "docker" / "run-examples.sh").read_text()
    assert re.search(r'exec "\$1" serve --embedded --contracts "\$2" --profile sidecar', text)


def test_the_printed_lines_work_as_they_stand(commands):
    sent = bash(commands["curl"])
    assert sent.returncode == 0 and sent.stdout.startswith("HTTP/1.1 202 Accepted")
    assert sent.stdout.endswith('\n{"accepted":1,"dropped_fields":1}')
    shown = bash(commands["tail"] + " --count 1")
    assert shown.returncode == 0, shown.stderr
    assert "ce_usecase: order_volume" in shown.stdout and '"total_cents": 4250' in shown.stdout
    assert "c-17" not in shown.stdout and "o-1001" not in shown.stdout and "red" not in shown.stdout
    record = json.loads(bash(commands["tail"] + " --json --from beginning --no-follow").stdout.splitlines()[0])
    assert set(record["value"]) == {"placed_at", "total_cents"}


def test_every_use_of_every_example_is_delivered(embedded):
    for name, event in (("order_placed", example_event("shop")), ("payment.authorized", payment()),
                        ("shipment.scanned", example_event("logistics"))):
        receipt = embedded.receipt(name, event)[0]
        assert {line["outcome"] for line in receipt.values()} == {"delivered"}


def test_other_clients_read_the_embedded_kafka(embedded):
    event = payment()
    line = embedded.receipt("payment.authorized", event)[0]["fraud_detection"]
    client = Client(embedded.ready()["kafka"][0]["bootstrap"])
    record = client.at(line["topic"], line["partition"], line["offset"])
    assert str(decode.both(embedded.schemas, record)["event_id"]) == event["event_id"] == record.id
    client.close()


def test_it_says_what_embedded_is_for(embedded):
    banner = embedded.output()[0]
    assert "It proves nothing about durability" in banner and "Keys are made up for this run" in banner
    ready = embedded.ready()
    assert (ready["state"], ready["keys"], ready["kafka"][0]["embedded"]) == ("ready", "passing", True)


def test_a_use_that_encrypts_is_read_with_its_own_key(serve, tmp_path):
    """docs/examples/encryption/README.md, word for word: its first block, what is printed then, and what it promises."""
    folder = ROOT / "docs" / "examples" / "encryption"
    first, shown = re.findall(r"^```(?:sh|json)\n(.*?)^```", (folder / "README.md").read_text(), re.M | re.S)
    make, start = first.strip().splitlines()
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "headgate").symlink_to(HEADGATE)

    def sh(line):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30, cwd=tmp_path, env=clean_environment())
        assert done.returncode == 0, done.stderr
        return done.stdout

    sh(make)
    assert start == "build/headgate serve --embedded --contracts docs/examples/encryption --keys handling.keys"
    gateway = serve(folder, "--embedded", "--keys", tmp_path / "handling.keys")
    wait_for(lambda: "Ctrl-C stops it." in gateway.output()[0], "the banner is printed")
    banner = gateway.output()[0]
    assert "made up for this run" not in banner
    commands = printed_commands(banner)
    assert '{"accepted":1' in sh(commands["curl"])
    closed, = sh(commands["tail"] + " --json --from beginning --no-follow").splitlines()
    export, opened = re.search(r"key of that use alone:\n +(.*)\n +(.*)\n", banner).groups()
    assert "reader.keys" in sh(export)
    value = json.loads(sh(opened + " --json --from beginning --no-follow"))["value"]
    promised = json.loads(shown)
    assert value.keys() == promised.keys() and value["email_encrypted"] == promised["email_encrypted"] == "kari.nordmann@example.org"
    assert "kari" not in closed and json.loads(closed)["value"].keys() == value.keys()


def test_ctrl_c_stops_it(serve):
    gateway = serve(EXAMPLES, "--embedded", "--profile", "sidecar")
    gateway.signal(2)
    assert gateway.wait(10) == 0


def test_it_is_up_at_once_with_many_topics(serve, tmp_path):
    """Making topics in a row once took a second for every third of them."""
    folder = Folder(tmp_path)
    folder.write(small_model("many"))
    for number in range(24):
        folder.write(small_use("many", f"use{number}"))
    started = time.monotonic()
    gateway = serve(folder, "--embedded")
    assert time.monotonic() - started < 3
    assert gateway.ready()["state"] == "ready"
