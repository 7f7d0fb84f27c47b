"""Observe mode: undeclared events of senders that ask for it are answered 202, leave nothing behind but names and counts, and a model
drafted from those passes check, the standard's schema and datacontract-cli."""
import json
import uuid
from types import SimpleNamespace

import pytest

from contracts import Folder, now, small, small_model, small_use
from gateway import new_sender, run
from test_new import ANSWERS, judge

TYPE = "cart.viewed"
CANARY = "kanarie"


def cart(number, **changes):
    """An undeclared event with a canary in every text and in the keys of a map."""
    return {"cart_id": str(uuid.uuid4()), "viewed_at": now(), "customer": {"id": f"{CANARY}-{number}", "email": f"{CANARY}{number}@mail.example"},
            "total": 10.25 + number, "lines": [{"sku": f"{CANARY}{number}", "quantity": number % 7 + 1}], "tags": [CANARY],
            "seen_by": {f"{CANARY}_{number}": True}, f"odd {CANARY}": 1, **({"coupon": CANARY.upper()} if number % 2 else {}), **changes}


def cloudevent(number, **changes):
    return {"specversion": "1.0", "id": str(number), "source": "/carts", "type": TYPE, "data": cart(number), **changes}


@pytest.fixture
def observed(serve, tmp_path):
    """An embedded gateway with one sender that is observed, and one that is not."""
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model("known"))
    folder.write(small_use("known", "reader"))
    senders = tmp_path / "senders.yaml"
    keys = {"new": new_sender(senders, "urn:acme:app:new", "--undeclared-events", "observe", "--receipts"),
            "old": new_sender(senders, "urn:acme:app:old"),
            "narrow": new_sender(senders, "urn:acme:app:narrow", "--undeclared-events", "observe", "--events", "known")}
    gateway = serve(folder, "--embedded", "--senders", senders, "--log.level", "debug", "--workers", "2")
    return SimpleNamespace(gateway=gateway, keys=keys, folder=folder, senders=senders)


def metric(gateway, name):
    return [float(line.split()[-1]) for line in gateway.get("/metrics").text.splitlines() if line.startswith(f"{name} ")][0]


def test_every_form_of_an_undeclared_event_is_observed(observed):
    gateway, key = observed.gateway, observed.keys["new"]
    binary = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/carts", "ce-type": TYPE}
    batch = "application/cloudevents-batch+json"
    for event, body, headers, count in (
            (TYPE, cart(1), {}, 1), (TYPE, [cart(n) for n in range(30)], {}, 30),
            (TYPE, "\n".join(json.dumps(cart(n)) for n in range(20)), {"Content-Type": "application/x-ndjson"}, 20),
            (None, cloudevent(1), {}, 1), (None, [cloudevent(n) for n in range(25)], {"Content-Type": batch}, 25),
            (None, cloudevent(1, data=None, data_base64="e30="), {}, 1), (None, cart(2), binary, 1), (TYPE, 17, {}, 1)):
        if isinstance(body, dict) and "data_base64" in body:
            del body["data"]
        reply = gateway.post(event, body, headers, key)
        assert (reply.status_code, reply.json()) == (202, {"accepted": count, "dropped_fields": 0, "observed": count}), reply.text
    assert gateway.get("/observed").json()["not_shown"] == {"types": 1, "events": 80}
    gateway.post(TYPE, [cart(n) for n in range(20)], key=key)
    page = gateway.get("/observed").json()
    assert page["types"] == [{"type": TYPE, "events": 100}] and page["senders"] == ["urn:acme:app:new", "urn:acme:app:narrow"]
    assert gateway.get(f"/observed/{TYPE}").json()["root"]["types"] == {"object": 99, "integer": 1}
    assert metric(gateway, "headgate_observed_events_total") == 100 and metric(gateway, "headgate_observed_types") == 1
    assert metric(gateway, "headgate_events_undeclared_total") == 0


def test_beside_declared_events_the_items_say_it(observed):
    gateway, key = observed.gateway, observed.keys["new"]
    events = [cloudevent(1), {**cloudevent(2), "type": "known", "data": small("known", 1)}]
    assert gateway.post(None, events, key=key).json() == {"accepted": 2, "dropped_fields": 0, "observed": 1}
    events.append({**cloudevent(3), "type": "known", "data": {}})
    reply = gateway.post(None, events, key=key)
    assert (reply.status_code, reply.json()["items"][0]) == (207, {"index": 0, "id": "1", "status": "accepted", "observed": True})
    reply = gateway.post(TYPE, cart(1), {"Prefer": "return=representation"}, key)
    assert (reply.status_code, reply.json()["items"][0]["receipt"]["uses"]) == (200, [])


def test_faults_and_limits_are_refused_and_count_for_nothing(observed):
    gateway, key = observed.gateway, observed.keys["new"]
    for body, status in (('{"a":', 400), ("", 400), ('[{"a":1},{"a":}]', 400), ("[" * 40 + "]" * 40, 400),
                         ({"a": "x" * 300_000}, 413), ([{}] * 2501, 413)):
        assert gateway.post(TYPE, body, key=key).status_code == status
    lines = gateway.post(TYPE, '{"a":1}\n{"a":\n', {"Content-Type": "application/x-ndjson"}, key)
    assert [item["status"] for item in lines.json()["items"]] == ["accepted", "refused"]
    assert gateway.post(None, cloudevent(1, id=None), key=key).status_code == 422
    assert gateway.post(None, cloudevent(1, datacontenttype="text/csv"), key=key).status_code == 415
    assert gateway.get("/observed").json()["not_shown"] == {"types": 1, "events": 1}


def test_only_senders_that_ask_for_it_are_observed(observed, serve):
    gateway, keys = observed.gateway, observed.keys
    for key, event in ((keys["old"], TYPE), (keys["narrow"], TYPE), (keys["new"], "no%20name"), (keys["new"], "x" * 101)):
        assert gateway.post(event, cart(1), key=key).status_code == 404
    assert gateway.post(None, cloudevent(1), key=keys["old"]).status_code == 404
    assert gateway.get("/observed").json()["not_shown"] == {"types": 0, "events": 0}
    assert gateway.get("/observed", "ingest").status_code == 404 and gateway.get("/observed", "schemas").status_code == 404
    assert serve(observed.folder, "--embedded").post(TYPE, cart(1)).status_code == 404
    anonymous = serve(observed.folder, "--embedded", "--undeclared_events", "observe")
    assert anonymous.post(TYPE, cart(1)).json()["observed"] == 1
    assert anonymous.get("/observed").json()["senders"] == ["urn:headgate:anonymous"]


def test_it_begins_without_any_contract(serve, tmp_path):
    (tmp_path / "contracts").mkdir()
    gateway = serve(tmp_path / "contracts", "--embedded", "--undeclared_events", "observe")
    assert gateway.post(TYPE, [cart(n) for n in range(100)]).json() == {"accepted": 100, "dropped_fields": 0, "observed": 100}
    assert gateway.get(f"/observed/{TYPE}").status_code == 200
    assert gateway.log("observing")[0]["senders"] == 1


def test_what_ended_or_is_declared_is_not_observed(observed):
    gateway, key = observed.gateway, observed.keys["new"]
    later = "cart_viewed"
    gateway.post(later, [cart(n) for n in range(150)], key=key)
    assert gateway.get("/observed").json()["types"] == [{"type": later, "events": 150}]
    observed.folder.write(small_model(later))
    gateway.reload()
    assert gateway.post(later, cart(1), key=key).status_code == 422
    assert gateway.get("/observed").json()["types"] == [] and gateway.get(f"/observed/{later}").status_code == 404
    observed.folder.write(small_model(later, status="retired"))
    gateway.reload()
    assert gateway.post(later, cart(1), key=key).status_code == 404


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
def test_a_model_is_drafted_from_what_was_observed(observed, tmp_path, answered):
    gateway, admin = observed.gateway, ["--admin", observed.gateway.admin.removeprefix("http://")]
    too_few = run("new", "model", "--from-observed", TYPE, *admin)
    assert too_few.returncode == 3 and "fewer than 100" in too_few.stderr
    gateway.post(TYPE, [cart(n) for n in range(250)], key=observed.keys["new"])
    out = tmp_path / "out" / "model.odcs.yaml"
    out.parent.mkdir()
    answers = ANSWERS if answered else []
    done = run("new", "model", "--from-observed", TYPE, *admin, *answers, "--out", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    text = out.read_text()
    judge(text, out.parent, answered)
    assert CANARY not in text.lower() and "physicalName: cart.viewed" in text and "# left out: seen_by: " in text
    assert "format: email" in text and "{property: eventTimeField, value: viewed_at}" in text and "name: coupon" in text
    page = tmp_path / "page.json"
    page.write_text(gateway.get(f"/observed/{TYPE}").text)
    assert run("new", "model", "--from-observed", TYPE, page, *answers).stdout == text
    configured = run("new", "model", "--from-observed", TYPE, *answers, env={"HEADGATE_ADMIN_LISTEN": admin[1]})
    assert configured.stdout == text, configured.stderr
    if answered:  # events of the kind that was observed are valid under the draft
        (observed.folder.path / "drafted.model.odcs.yaml").write_text(text)
        gateway.reload()
        assert gateway.post(TYPE, [cart(n) for n in range(50)], key=observed.keys["new"]).status_code == 202


@pytest.mark.parametrize("arguments, code, told", [
    (("--from-observed", "no name", "--admin", "127.0.0.1:1"), 2, "is no event type"),
    (("--from-observed", "a.b", "--admin", "127.0.0.1:1"), 3, "127.0.0.1:1"),
    (("--from-observed", "a.b", "--from", "x.json"), 2, "not both"), (("a.b", "--admin", "127.0.0.1:1"), 2, "goes with"),
    (("--from-observed", "a.b", "/nonexistent.json"), 3, "/nonexistent.json"),
])
def test_wrong_use_is_told(arguments, code, told):
    done = run("new", "model", *arguments)
    assert done.returncode == code and told in done.stderr, done.stderr


def test_the_senders_file_says_who_is_observed(tmp_path):
    file = ["--senders", tmp_path / "senders.yaml"]
    wrong = run("senders", "new", "urn:acme:app:a", *file, "--undeclared-events", "accept")
    assert wrong.returncode == 2 and "refuse or observe" in wrong.stderr and not (tmp_path / "senders.yaml").exists()
    for name, flags in (("a", ["--undeclared-events", "observe"]), ("b", ["--undeclared-events", "refuse"]), ("c", [])):
        assert run("senders", "new", f"urn:acme:app:{name}", *file, *flags).returncode == 0
    listed = json.loads(run("senders", "ls", *file, "--json").stdout)
    assert [sender.get("undeclared_events") for sender in listed] == ["observe", "refuse", None]
    assert [line.split()[4] for line in run("senders", "ls", *file).stdout.splitlines()] == ["UNDECLARED", "observe", "refuse", "-"]


def test_a_page_of_something_else_is_refused(tmp_path):
    page = tmp_path / "page.json"
    for text, told in (("{}", "not the page"), ("{", "not JSON"), ('{"type":"b","root":{"types":{"object":1}},"fields":[{"path":"x",'
                       '"types":{"boolean":1}}]}', "page of 'b'")):
        page.write_text(text)
        done = run("new", "model", "--from-observed", "a", page)
        assert done.returncode == 2 and told in done.stderr, done.stderr


def test_values_and_rare_names_are_nowhere(observed):
    gateway, key = observed.gateway, observed.keys["new"]
    replies = [gateway.post(TYPE, [cart(n) for n in range(200)], key=key), gateway.post(TYPE, cart(1, **{CANARY: 1}), key=key)]
    replies += [gateway.post(f"{CANARY}.{n}", cart(n), key=key) for n in range(20)]
    gateway.reload()
    pages = [gateway.get(path) for path in ("/observed", f"/observed/{TYPE}", "/metrics", "/readyz", "/catalogue", "/")]
    assert gateway.stop() == 0
    for reply in replies + pages:
        assert reply.status_code in (200, 202) and CANARY not in reply.text.lower(), reply.text
    assert CANARY not in gateway.everything().lower()
    assert CANARY not in json.dumps(pages[1].json()) and "customer.email" in pages[1].text
