"""`headgate try`: what it foretells is what the gateway then does."""
import json

import pytest

from contracts import example_event, payment
from gateway import EXAMPLES, run


def foretold(platform, name, event, *flags):
    done = run("try", platform.gateway.contracts, "-", "--event", name, "--keys", platform.keys, *flags, input=json.dumps(event))
    return done, (json.loads(done.stdout) if done.stdout.startswith("{") else None)


@pytest.mark.parametrize("name, make", [("payment.authorized", payment), ("shipment.scanned", lambda: example_event("logistics")),
                                        ("order_placed", lambda: example_event("shop"))])
def test_it_foretells_what_the_gateway_does(platform, name, make):
    event = make()
    done, told = foretold(platform, name, event)
    assert done.returncode == 0, done.stderr
    receipt = platform.gateway.receipt(name, event, key=platform.key)[0]
    assert {use["use"] for use in told["uses"]} == set(receipt)
    for use in told["uses"]:
        line = receipt[use["use"]]
        assert (use["outcome"], use["topic"]) == (line["outcome"], line["topic"])
        record = platform.kafka.at(line["topic"], line["partition"], line["offset"])
        assert use["key"] == record.key.decode()
        assert use["headers"]["ce_id"] == record.id and use["headers"]["ce_time"] == record.headers["ce_time"]
        assert use["bytes"] == len(record.value)
        tail = run("tail", line["topic"], "--kafka", platform.kafka.bootstrap, "--registry", platform.gateway.schemas, "--from",
                   "beginning", "--no-follow", "--json")
        values = [shown["value"] for shown in map(json.loads, tail.stdout.splitlines())
                  if (shown["partition"], shown["offset"]) == (record.partition, record.offset)]
        assert [use["value"]] == values


def test_what_breaks_the_model_is_found(platform):
    done, told = foretold(platform, "payment.authorized", payment(amount="kanarie", currency="EURO"))
    assert done.returncode == 1
    reply = platform.gateway.post("payment.authorized", payment(amount="kanarie", currency="EURO"), key=platform.key)
    served = {(line["pointer"], line["rule"]) for line in reply.json()["violations"]}
    assert told["verdict"] == "refused"
    assert {(line["pointer"], line["rule"]) for line in told["violations"]} == served
    assert "kanarie" not in done.stdout


def test_clocks_are_arguments(platform):
    event = payment(occurred_at="2026-03-01T12:00:00.000Z")
    outcomes = {}
    for received in ("2026-03-01T12:00:04.000Z", "2026-03-01T12:00:06.000Z", "2026-03-16T12:00:00.000Z"):
        _, told = foretold(platform, "payment.authorized", event, "--received", received)
        outcomes[received] = {use["use"]: use["outcome"] for use in told["uses"]}["fraud_detection"]
    assert list(outcomes.values()) == ["delivered", "diverted", "expired"]
    _, told = foretold(platform, "payment.authorized", event, "--received", "2026-03-01T14:00:00.000Z", "--sent",
                       "2026-03-01T12:00:01.000Z")
    assert {use["use"]: use["outcome"] for use in told["uses"]}["fraud_detection"] == "delivered", "the sender's clock is slow"


def test_exit_codes(platform, tmp_path):
    assert run("try").returncode == 2
    assert run("try", platform.gateway.contracts, tmp_path / "nothing.json").returncode == 3
    assert run("try", platform.gateway.contracts, "-", input="{").returncode == 1
    assert run("try", platform.gateway.contracts, "-", "--event", "nobody.declared.this", input="{}").returncode in (1, 2)


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path):
    folder = run("try", EXAMPLES)
    assert folder.returncode == 2 and f"{EXAMPLES} is a folder: name a file" in folder.stderr
    missing = run("try", EXAMPLES, tmp_path / "none.json")
    assert missing.returncode == 3 and f"{tmp_path}/none.json: No such file or directory" in missing.stderr
