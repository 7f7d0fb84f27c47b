"""Who may send and see what, and that the values of events appear nowhere but in the topics of their uses."""
import json
import os
import time
from types import SimpleNamespace

import pytest

from contracts import Folder, copy_example, now, payment, small, small_model, small_use, unique
from gateway import Gateway, new_keys, new_sender, run, wait_for

EVENT = "payment.authorized"


@pytest.fixture(scope="module")
def guarded(serve_module, tmp_path_factory):
    """An embedded gateway with senders of every kind."""
    base = tmp_path_factory.mktemp("guarded")
    copy_example("payments", base / "contracts" / "payments")
    copy_example("shop", base / "contracts" / "shop")
    senders, keys = base / "senders.yaml", {}
    for name, flags in {"all": ["--receipts"], "shop": ["--events", "order_placed"], "plain": [],
                        "page": ["--kind", "browser", "--origins", "https://shop.example"]}.items():
        keys[name] = new_sender(senders, f"urn:acme:app:{name}", *flags)
    gateway = serve_module(base / "contracts", "--embedded", "--keys", new_keys(base), "--senders", senders)
    return SimpleNamespace(gateway=gateway, keys=keys, senders=senders, base=base)


# ---------------------------------------------------------------- who


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic aGc6aGc=", "Bearer hg_000000000000_" + "A" * 43])
def test_nobody_is_refused(guarded, authorization):
    headers = {"Authorization": authorization} if authorization is not None else {}
    reply = guarded.gateway.post(EVENT, payment(), headers)
    assert (reply.status_code, reply.json()["type"]) == (401, "urn:headgate:rule:unauthenticated")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_with_one_other_letter_is_nobodys(guarded):
    key = guarded.keys["all"]
    for place in (len(key) - 1, len(key) // 2, 5):
        wrong = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1:]
        assert guarded.gateway.post(EVENT, payment(), key=wrong).status_code == 401
    assert guarded.gateway.post(EVENT, payment(), key=key).status_code == 202


def test_a_sender_may_send_only_its_events(guarded):
    reply = guarded.gateway.post(EVENT, payment(), key=guarded.keys["shop"])
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:headgate:rule:forbidden-event")
    order = {"order_id": "o", "placed_at": now(), "customer_id": "c", "total_cents": 1}
    assert guarded.gateway.post("order_placed", order, key=guarded.keys["shop"]).status_code == 202
    batch = [{"specversion": "1.0", "id": "1", "source": "/s", "type": type, "data": data}
             for type, data in (("order_placed", order), (EVENT, payment()))]
    reply = guarded.gateway.post(None, batch, {"Content-Type": "application/cloudevents-batch+json"}, guarded.keys["shop"])
    assert reply.status_code == 207
    assert [item["status"] for item in reply.json()["items"]] == ["accepted", "refused"]
    assert reply.json()["items"][1]["problem"]["status"] == 403


def test_receipts_are_for_those_that_may_have_them(guarded):
    headers = {"Prefer": "return=representation"}
    plain = guarded.gateway.post(EVENT, payment(colour="red"), headers, guarded.keys["plain"])
    assert (plain.status_code, plain.json()) == (202, {"accepted": 1, "dropped_fields": 1})
    assert "Headgate-Durability" not in plain.headers
    mixed = guarded.gateway.post(EVENT, [payment(), {}], headers, guarded.keys["plain"])
    assert "receipt" not in mixed.text and "fraud_detection" not in mixed.text
    full = guarded.gateway.post(EVENT, payment(colour="red"), headers, guarded.keys["all"])
    assert full.headers["Headgate-Durability"] == "kafka"
    assert full.json()["items"][0]["receipt"]["undeclared"] == ["/colour"]


def test_browsers(guarded):
    session, url = guarded.gateway.session, guarded.gateway.ingest + "/v1/events/" + EVENT
    known = session.options(url, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"})
    assert known.status_code == 204 and known.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    allowed = {name.strip() for name in known.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"Authorization", "Content-Type", "Headgate-Sent", "ce-id", "ce-type", "ce-senttime"} <= allowed
    unknown = session.options(url, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in unknown.headers
    beacon = {"Content-Type": "text/plain;charset=UTF-8", "Origin": "https://shop.example"}
    reply = guarded.gateway.post(EVENT, payment(), beacon, guarded.keys["page"])
    assert reply.status_code == 202 and reply.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert guarded.gateway.post(EVENT, payment(), beacon, guarded.keys["plain"]).status_code == 415
    for refused, status in ((guarded.gateway.post("nothing", {}, beacon, guarded.keys["page"]), 404),
                            (guarded.gateway.post(EVENT, payment(), beacon, "hg_no_body"), 401)):
        assert refused.status_code == status
        assert refused.headers["Access-Control-Allow-Origin"] == "https://shop.example", "the page must see why"
    large = guarded.gateway.post(EVENT, b"[" + b" " * (5 << 20) + b"]", beacon, guarded.keys["page"])
    assert large.status_code == 413 and large.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    evil = guarded.gateway.post("nothing", {}, {"Origin": "https://evil.example"}, guarded.keys["page"])
    assert evil.status_code == 404 and "Access-Control-Allow-Origin" not in evil.headers


def test_a_revoked_key_is_refused_after_the_reload_and_its_twin_goes_on(guarded):
    old = new_sender(guarded.senders, "urn:acme:app:renewed")
    new = new_sender(guarded.senders, "urn:acme:app:renewed")
    guarded.gateway.reload()
    assert [guarded.gateway.post(EVENT, payment(), key=key).status_code for key in (old, new)] == [202, 202]
    assert run("senders", "revoke", old.split("_")[1], "--senders", guarded.senders).returncode == 0
    guarded.gateway.reload()
    assert [guarded.gateway.post(EVENT, payment(), key=key).status_code for key in (old, new)] == [401, 202]
    assert run("senders", "revoke", "urn:acme:app:renewed", "--senders", guarded.senders).returncode == 0
    guarded.gateway.reload()
    assert guarded.gateway.post(EVENT, payment(), key=new).status_code == 401


def test_a_senders_file_holds_no_key(guarded):
    text = guarded.senders.read_text()
    assert not [key for key in guarded.keys.values() if key in text or key.split("_", 2)[2] in text]


# ---------------------------------------------------------------- what it refuses to start with


def refusal(*arguments):
    """What `serve` says when it must not start."""
    done = run("serve", "--admin", "127.0.0.1:0", "--schemas", "127.0.0.1:0", *arguments)
    assert done.returncode in (1, 2), f"{done.returncode} {done.stderr}"
    return done.stderr


@pytest.fixture
def folder(tmp_path):
    event, folder = unique("guard"), Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "reader"))
    return folder


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_anonymous_senders_are_served_on_loopback_only(folder, tmp_path, serve, address):
    said = refusal("--embedded", "--contracts", folder, "--listen", address)
    assert "senders" in said and "loopback" in said
    new_sender(tmp_path / "senders.yaml", "urn:acme:app:one")
    serve(folder, "--embedded", "--listen", address, "--senders", tmp_path / "senders.yaml")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_file_that_others_may_read_is_refused(folder, tmp_path, mode):
    keys = new_keys(tmp_path)
    assert keys.stat().st_mode & 0o777 == 0o600
    keys.chmod(mode)
    assert str(keys) in refusal("--embedded", "--contracts", folder, "--listen", "127.0.0.1:0", "--keys", keys)


def test_what_is_missing_is_named_with_what_makes_it(folder, tmp_path):
    some = ("--embedded", "--listen", "127.0.0.1:0")
    said = refusal(*some, "--contracts", tmp_path / "nowhere")
    assert f"{tmp_path}/nowhere: file:" in said and "--contracts DIR" in said and ":0:0" not in said
    said = refusal(*some, "--contracts", folder, "--keys", tmp_path / "nowhere")
    assert "headgate keys new" in said and "no key file is configured" not in said
    said = refusal(*some, "--contracts", folder, "--senders", tmp_path / "nowhere")
    assert f"{tmp_path}/nowhere: there is no such file" in said.splitlines()[-2] and "headgate senders new" in said.splitlines()[-1]


def test_a_senders_file_that_others_may_write_is_refused(folder, tmp_path):
    senders = tmp_path / "senders.yaml"
    new_sender(senders, "urn:acme:app:one")
    senders.chmod(0o666)
    assert str(senders) in refusal("--embedded", "--contracts", folder, "--listen", "127.0.0.1:0", "--senders", senders)


def test_a_use_that_hashes_needs_a_key_file(kafka, tmp_path):
    said = refusal("--kafka", kafka.bootstrap, "--contracts", copy_example("payments", tmp_path), "--listen", "127.0.0.1:0")
    assert "headgate keys new" in said


# ---------------------------------------------------------------- values

CANARY = "kanarie"


def canaries():
    """Events with a canary in every text, in good and in bad places, and bodies that are no events."""
    card = {"network_token": CANARY * 3, "bin": "45717360", "last4": "4242"}
    customer = {"customer_id": CANARY, "email": f"{CANARY}@mail.example"}
    good = payment(card=card, customer=customer, device={"device_id": CANARY, "ip_address": "203.0.113.99"}, risk_flags=[CANARY],
                   lines=[{"sku": CANARY, "quantity": 1}])
    bad = [
        {**good, "currency": CANARY}, {**good, "amount": CANARY}, {**good, "occurred_at": CANARY}, {**good, "card": CANARY},
        {**good, "customer": {**customer, "email": CANARY}}, {**good, "device": {"device_id": CANARY * 20, "ip_address": CANARY}},
        {**good, "risk_flags": [CANARY, CANARY]}, {**good, "lines": [{"sku": CANARY, "quantity": CANARY}]},
        {**good, "billing_country": [CANARY]}, {**good, CANARY: CANARY, "amount": -1}, json.dumps(CANARY), [CANARY],
    ]
    text = json.dumps(good)
    broken = [text[:-9], text + CANARY, '"' + CANARY, f'{{"{CANARY}": tru{CANARY}}}', text.replace('"EUR"', CANARY),
              text[:-1] + f',"currency":"{CANARY}"}}']
    return [good], bad, broken


def test_values_are_never_in_replies_logs_or_metrics(kafka, serve, tmp_path):
    folder = copy_example("payments", tmp_path / "contracts")
    gateway = serve(folder, "--keys", new_keys(tmp_path), "--log.level", "debug", "--metrics.sender",
                    "--reply_timeout", "400ms", kafka=kafka.bootstrap)
    good, bad, broken = canaries()
    gateway.warm_up(EVENT, payment())
    replies = [gateway.post(EVENT, body) for body in good + bad + broken]
    assert [reply.status_code for reply in replies[:1 + len(bad)]] == [202] + [422] * len(bad)
    assert {reply.status_code for reply in replies[1 + len(bad):]} == {400, 422}
    replies.append(gateway.post(EVENT, good + bad[:-2]))
    replies.append(gateway.post(EVENT, "\n".join(broken), {"Content-Type": "application/x-ndjson"}))
    replies.append(gateway.post(None, {"specversion": CANARY, "id": "1", "source": CANARY, "type": EVENT, "data": bad[0]}))
    replies.append(gateway.post("no.such.event", CANARY))
    for header in ("Authorization", "Headgate-Sent", "traceparent", "Content-Encoding", "Accept", "Content-Type", "Prefer"):
        replies.append(gateway.post(EVENT, bad[1], {header: CANARY}))
    kafka.freeze()
    try:
        replies.append(gateway.post(EVENT, good))
    finally:
        kafka.thaw()
    gateway.reload()
    pages = [gateway.get(path) for path in ("/metrics", "/readyz", "/catalogue", "/healthz")]
    assert gateway.stop() == 0
    for reply in replies + pages:
        assert CANARY not in reply.text and CANARY not in str(reply.headers), reply.text
    for address in ("203.0.113.99", "4242", "45717360"):
        assert not [reply for reply in replies if address in reply.text]
    assert CANARY not in gateway.everything()
    records = kafka.read(f"{folder.domain}.payment-authorized.fraud-detection.v1")
    assert records and CANARY not in str([record.headers for record in records]), "headers are in the clear"


def test_secrets_are_never_shown(guarded):
    secret = run("keys", "ls", guarded.base / "handling.keys").stdout + run("senders", "ls", "--senders", guarded.senders).stdout
    for name in ("/metrics", "/readyz", "/catalogue"):
        secret += guarded.gateway.get(name).text
    secret += guarded.gateway.everything()
    for key in guarded.keys.values():
        assert key.split("_", 2)[2] not in secret
    for line in (guarded.base / "handling.keys").read_text().splitlines():
        if "secret:" in line:
            assert line.split("'")[1] not in secret
