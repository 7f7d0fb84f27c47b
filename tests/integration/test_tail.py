"""`headgate tail`: records of a real Kafka, decoded with the contracts at hand or with a registry."""
import json
import signal
import subprocess

import pytest

from contracts import Folder, payment, small, small_model, small_use, topic_of, unique
from gateway import HEADGATE, clean_environment, run, wait_for


def tail(topic, kafka, *flags, **options):
    return run("tail", topic, "--kafka", kafka.bootstrap, "--from", "beginning", *flags, **options)


def records(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def paid(platform):
    """A payment that was delivered: the event and its receipts."""
    event = payment()
    return event, platform.gateway.receipt("payment.authorized", event, key=platform.key)[0]


@pytest.mark.parametrize("source", ["contracts", "registry"])
def test_decodes(platform, paid, tmp_path, source):
    event, receipts = paid
    receipt = receipts["fraud_detection"]
    flags = {"contracts": ("--contracts", platform.gateway.contracts, "--registry", "http://127.0.0.1:1"),
             "registry": ("--contracts", tmp_path / "none", "--registry", platform.gateway.schemas + "/")}[source]
    done = tail(receipt["topic"], platform.kafka, "--no-follow", "--json", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    record, = [record for record in records(done)
               if (record["partition"], record["offset"]) == (receipt["partition"], receipt["offset"])]
    assert record["headers"]["ce_id"] == event["event_id"]
    assert record["headers"]["ce_usecase"] == "fraud_detection"
    value = record["value"]
    assert record["key"] == value["customer_ref"] and len(value["customer_ref"]) == 43
    assert (value["event_id"], value["occurred_at"]) == (event["event_id"], event["occurred_at"])
    assert '"amount":129.90,' in done.stdout  # exact, with its scale
    assert value["device"]["ip_address"] == "198.51.100.0"
    assert value["risk_flags"] == event["risk_flags"]


def test_single_object_frames(serve, kafka, tmp_path):
    """By fingerprint: in the contracts, and in the versions of the topic's subject."""
    event = unique("framed")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "plain"))
    (tmp_path / "headgate.yaml").write_text("framing: single_object\n")
    gateway = serve(folder, "--embedded", "--config", tmp_path / "headgate.yaml")
    gateway.receipt(event, small(event, 1))
    bootstrap = gateway.ready()["kafka"][0]["bootstrap"]
    for flags in (("--contracts", folder, "--registry", "http://127.0.0.1:1"),
                  ("--contracts", tmp_path / "none", "--registry", gateway.schemas)):
        done = run("tail", topic_of(event, "plain"), "--kafka", bootstrap, "--no-follow", "--json", *flags)
        assert [record["value"]["id"] for record in records(done)] == [f"{event}-1"], done.stdout + done.stderr


def test_unknown_schemas_are_said(platform, paid, tmp_path):
    topic = paid[1]["fraud_detection"]["topic"]
    done = tail(topic, platform.kafka, "--count", "1", "--contracts", tmp_path / "none", "--registry", "http://127.0.0.1:1")
    assert done.returncode == 0
    assert "is unknown to the contracts: the registry at http://127.0.0.1:1 does not answer" in done.stdout
    assert "ce_usecase: fraud_detection" in done.stdout


def test_waits_follows_and_ends(serve, kafka, tmp_path):
    """A topic that is not there yet is waited for, its records are shown as they come, Ctrl-C ends it well."""
    event = unique("waited")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "plain"))
    topic = topic_of(event, "plain")
    out = tmp_path / "out"
    with out.open("w+b") as file:
        process = subprocess.Popen([HEADGATE, "tail", topic, "--kafka", kafka.bootstrap, "--json", "--contracts", str(folder)],
                                   stdout=file, stderr=subprocess.PIPE, env=clean_environment(), text=True)
        try:
            first = process.stderr.readline()
            assert f"topic {topic} does not exist yet" in first
            gateway = serve(folder, kafka=kafka.bootstrap)
            for number in range(3):
                assert gateway.post(event, small(event, number)).status_code == 202
            wait_for(lambda: out.read_bytes().count(b"\n") == 3, "three records are shown")
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()
            process.stderr.close()
    shown = [json.loads(line)["value"]["id"] for line in out.read_text().splitlines()]
    assert sorted(shown) == [f"{event}-{number}" for number in range(3)]


def test_wrong_use(kafka):
    assert run("tail").returncode == 2
    assert run("tail", "t", "--from", "yesterday").returncode == 2
    assert run("tail", "t", "--count", "0").returncode == 2
    assert run("tail", "t", "--cluster", "nowhere").returncode == 2
    missing = tail(unique("missing"), kafka, "--no-follow")
    assert missing.returncode == 3 and "does not exist yet" in missing.stderr
    unreachable = run("tail", "t", "--kafka", "127.0.0.1:1", "--no-follow")
    assert unreachable.returncode == 3 and "no broker of 127.0.0.1:1 can be used" in unreachable.stderr
