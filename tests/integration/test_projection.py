"""What each use of an event gets on the real Kafka: fields, treatment, key, headers, time, topic."""
import time
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest

import decode
import oracle
from conftest import SENDER
from contracts import copy_example, example_event, payment

PAYMENT_MODEL = "urn:acme:payments:model:payment_authorized"
SCAN_MODEL = "urn:acme:logistics:model:shipment_scanned"
DAY_MS = 24 * 3600 * 1000
USES = {
    "fraud_detection": ("urn:acme:risk:use:fraud_detection", "1.0.0", "second", 30),
    "finance_reporting": ("urn:acme:finance:use:finance_reporting", "1.0.0", "hour", 7 * 365),
    "customer_support": ("urn:acme:support:use:customer_support", "1.1.0", "minute", 30),
    "arrival_estimate": ("urn:acme:logistics:use:arrival_estimate", "1.0.0", "second", 2),
    "damage_claims": ("urn:acme:claims:use:damage_claims", "1.0.0", "minute", 180),
    "network_planning": ("urn:acme:planning:use:network_planning", "2.0.0", "day", 25),
}


def topic(platform, example, event, use, major=1):
    return f"{platform.domains[example]}.{event.replace('.', '-').replace('_', '-')}.{use.replace('_', '-')}.v{major}"


def send(platform, name, event):
    """Posts one event; the event, when it was received (between), and the record that each use got, found by its receipt."""
    before = time.time()
    receipt = platform.gateway.receipt(name, event, key=platform.key)[0]
    after = time.time()
    records = {use: platform.kafka.at(line["topic"], line["partition"], line["offset"]) for use, line in receipt.items()}
    return SimpleNamespace(event=event, receipt=receipt, records=records, before=before, after=after,
                           moment=oracle.instant(event.get("occurred_at") or event["scanned_at"]))


@pytest.fixture(scope="module")
def paid(platform):
    return send(platform, "payment.authorized", payment(colour="red", card={**payment()["card"], "cvv": "999"}))


@pytest.fixture(scope="module")
def scanned(platform):
    return send(platform, "shipment.scanned", example_event("logistics"))


def value_of(platform, sent, use):
    return decode.both(platform.gateway.schemas, sent.records[use])


def key_of(platform, use):
    return oracle.use_key(platform.root, USES[use][0])


# ---------------------------------------------------------------- fields


def test_fraud_detection_gets_its_fields(platform, paid):
    key, event = key_of(platform, "fraud_detection"), paid.event
    assert value_of(platform, paid, "fraud_detection") == {
        "event_id": UUID(event["event_id"]),
        "occurred_at": paid.moment,
        "customer_ref": oracle.hashed(key, "cust-8841"),
        "amount": Decimal("129.90"),
        "currency": "EUR",
        "billing_country": "NO",
        "contactless": True,
        "card": {"network_token": oracle.hashed(key, event["card"]["network_token"]), "bin": "45717360"},
        "device": {"device_id": oracle.hashed(key, "dev-77"), "ip_address": oracle.network("198.51.100.77", 24, 48)},
        "risk_flags": ["new_device", "night"],
    }


def test_finance_reporting_gets_its_fields(platform, paid):
    key = key_of(platform, "finance_reporting")
    assert value_of(platform, paid, "finance_reporting") == {
        "event_id": oracle.hashed(key, paid.event["event_id"]),
        "occurred_hour": oracle.floored(paid.moment, "hour"),
        "amount": Decimal("129.90"),
        "currency": "EUR",
        "billing_country": "NO",
        "installments": 3,
    }


def test_customer_support_gets_its_fields(platform, paid):
    key = key_of(platform, "customer_support")
    assert value_of(platform, paid, "customer_support") == {
        "event_id": oracle.hashed(key, paid.event["event_id"]),
        "occurred_at": oracle.floored(paid.moment, "minute"),
        "customer": {"customer_ref": oracle.hashed(key, "cust-8841"),
                     "email_hint": oracle.masked("ada.lovelace@mail.example", keep_first=1, keep_domain=True)},
        "amount": Decimal("129.90"),
        "currency": "EUR",
        "card": {"last4": "4242"},
        "lines": [{"sku": "TEA-01", "quantity": 2}, {"sku": "KETTLE", "quantity": 1}],
    }


def test_what_is_absent_or_null_is_null(platform):
    event = payment()
    for name in ("device", "risk_flags", "installments", "contactless"):
        del event[name]
    event["lines"] = None
    event["customer"] = {"customer_id": "c"}
    sent = send(platform, "payment.authorized", event)
    fraud = value_of(platform, sent, "fraud_detection")
    assert (fraud["device"], fraud["risk_flags"], fraud["contactless"]) == (None, None, None)
    support = value_of(platform, sent, "customer_support")
    assert (support["lines"], support["customer"]["email_hint"]) == (None, None)
    assert value_of(platform, sent, "finance_reporting")["installments"] is None


def test_every_type_reaches_damage_claims(platform, scanned):
    key, event = key_of(platform, "damage_claims"), scanned.event
    assert value_of(platform, scanned, "damage_claims") == {
        "scan_id": oracle.hashed(key, event["scan_id"]),
        "scanned_at": oracle.floored(scanned.moment, "minute"),
        "wall_clock": datetime(2026, 11, 22, 14, 44),
        "kind": "arrived",
        "handover_from": clock(8, 30),
        "handover_until": clock(17, 0),
        "serial": Decimal(18446744073709551615),
        "parcel": {
            "weight_kg": Decimal("2.450"), "declared_value": Decimal("249.00"), "currency": "EUR", "fragile": True,
            "insured": False, "seal": b"seal-77",
            "contents": [{"sku": "LAMP-3", "quantity": 1, "unit_price": Decimal("199.00")},
                         {"sku": "BULB-9", "quantity": 2, "unit_price": Decimal("25.00")}],
        },
        "recipient": {"recipient_ref": oracle.hashed(key, "rcp-20031"),
                      "email_hint": oracle.masked("kari.nordmann@example.org", keep_first=1, keep_domain=True),
                      "phone_hint": oracle.masked("+4790012345", keep_last=3), "name": "withheld"},
        "scanner": {"ip_address": oracle.network("2001:db8::42", 24, 48), "temperature_c": 4.5},
    }


def test_arrival_estimate_may_join_within_its_domain(platform, scanned):
    key = key_of(platform, "arrival_estimate")
    assert value_of(platform, scanned, "arrival_estimate") == {
        "scan_id": oracle.hashed(key, scanned.event["scan_id"]),
        "scanned_at": scanned.moment,
        "kind": "arrived",
        "sequence": 918273645,
        "parcel": {"tracking_number": oracle.hashed(oracle.domain_key(platform.root, platform.domains["logistics"]), "NO123456789")},
        "position": {"latitude": Decimal("59.91"), "longitude": Decimal("10.75")},
    }


def test_network_planning_gets_coarse_values(platform, scanned):
    value = value_of(platform, scanned, "network_planning")
    assert value.pop("parcel") == {
        "weight_kg": Decimal("2.5"), "volume_m3": pytest.approx(0.0144, rel=1e-6), "length_cm": 40, "width_cm": 30,
        "height_cm": 12, "labels": ["fragile", "keep-dry"],
    }
    assert value == {
        "scanned_day": oracle.floored(scanned.moment, "day"),
        "expected_month": date(2026, 11, 1),
        "kind": "arrived",
        "recipient": {"area": "01", "country": "NO"},
    }


@pytest.mark.parametrize("weight, rounded", [("2.25", "2.0"), ("2.75", "3.0"), ("2.26", "2.5"), ("0.249", "0.0")])
def test_rounding_is_half_to_even(platform, weight, rounded):
    event = example_event("logistics")
    event["parcel"]["weight_kg"] = Decimal(weight)
    body = decode.json_text(event)
    receipt = platform.gateway.receipt("shipment.scanned", body, key=platform.key)[0]["network_planning"]
    record = platform.kafka.at(receipt["topic"], receipt["partition"], receipt["offset"])
    assert decode.both(platform.gateway.schemas, record)["parcel"]["weight_kg"] == Decimal(rounded)


def test_what_nobody_declared_reaches_nobody(platform, paid):
    reply = platform.gateway.post("payment.authorized", paid.event, key=platform.key)
    assert (reply.status_code, reply.json()) == (202, {"accepted": 1, "dropped_fields": 2})
    for record in paid.records.values():
        assert b"red" not in record.value and b"999" not in record.value


# ---------------------------------------------------------------- key, partition, time


def test_keys_are_the_declared_fields_after_handling(platform, paid, scanned):
    reference = oracle.hashed(key_of(platform, "fraud_detection"), "cust-8841")
    assert paid.records["fraud_detection"].key == reference.encode()
    for sent, use, identity in ((paid, "finance_reporting", "event_id"), (scanned, "damage_claims", "scan_id")):
        assert sent.records[use].key == oracle.hashed(key_of(platform, use), sent.event[identity]).encode()
    network = scanned.records["network_planning"]
    assert network.key == network.id.encode(), "without key fields the key is ce_id"


def test_partitions_are_those_of_a_java_client(platform, paid, scanned):
    for sent in (paid, scanned):
        for record in sent.records.values():
            count = len(platform.kafka.partitions(record.topic))
            assert count == 6
            assert record.partition == oracle.partition(record.key, count)


@pytest.mark.parametrize("use", USES)
def test_record_time_is_the_received_time_as_coarse_as_the_use(paid, scanned, use):
    sent = paid if use in paid.records else scanned
    unit = USES[use][2]
    allowed = {oracle.floored(datetime.fromtimestamp(at, timezone.utc), unit) for at in (sent.before, sent.after)}
    assert datetime.fromtimestamp(sent.records[use].timestamp / 1000, timezone.utc) in allowed


# ---------------------------------------------------------------- headers


def compact_headers(platform, sent, use, event_type, classification):
    contract, version, unit, days = USES[use]
    return {
        "content-type": "application/avro", "ce_specversion": "1.0", "ce_source": SENDER, "ce_type": event_type,
        "ce_id": expected_id(platform, sent, use),
        "ce_time": oracle.stamp(oracle.floored(sent.moment, unit)),
        "ce_expirytime": oracle.stamp(oracle.floored(sent.moment + timedelta(days=days), unit)),
        "ce_dataclassification": classification, "ce_usecase": use, "ce_contractid": contract, "ce_contractversion": version,
    }


def expected_id(platform, sent, use):
    if use == "fraud_detection":
        return sent.event["event_id"]
    model, identity = (PAYMENT_MODEL, "event_id") if "event_id" in sent.event else (SCAN_MODEL, "scan_id")
    return oracle.hidden_id(key_of(platform, use), model, sent.event[identity])


@pytest.mark.parametrize("use, classification", [("fraud_detection", "confidential"), ("finance_reporting", "confidential"),
                                                 ("customer_support", "restricted")])
def test_compact_headers(platform, paid, use, classification):
    record = paid.records[use]
    assert record.headers == compact_headers(platform, paid, use, "payment.authorized", classification)
    assert len(record.header_list) == len(record.headers), "a header stands twice"


def test_full_headers_of_a_use_that_asks_for_them(platform, scanned):
    record = scanned.records["damage_claims"]
    recorded = record.headers.pop("ce_recordedtime")
    allowed = {oracle.floored(datetime.fromtimestamp(at, timezone.utc), "minute") for at in (scanned.before, scanned.after)}
    assert oracle.instant(recorded) in allowed
    assert record.headers == {
        **compact_headers(platform, scanned, "damage_claims", "shipment.scanned", "restricted"),
        "ce_dataschema": "urn:acme:claims:use:damage_claims:1.0.0:shipment_scanned",
        "ce_dataregulation": "GDPR", "ce_datacategory": "standard", "ce_datause": "essential.service.operations.support",
        "ce_legalbasis": "contract", "ce_datasubjects": "customer", "ce_freshness": "on_time",
    }


def test_full_headers_by_default(kafka, serve, platform, tmp_path):
    folder = copy_example("payments", tmp_path)
    gateway = serve(folder, "--keys", platform.keys, "--defaults.tagging", "full", kafka=kafka.bootstrap)
    event = payment()
    assert gateway.post("payment.authorized", event).status_code == 202
    record = kafka.read(f"{folder.domain}.payment-authorized.fraud-detection.v1")[0]
    full = {name: value for name, value in record.headers.items() if name in (
        "ce_dataregulation", "ce_datacategory", "ce_datause", "ce_legalbasis", "ce_datasubjects", "ce_residency", "ce_freshness",
        "ce_dataschema", "ce_source")}
    assert full == {
        "ce_dataregulation": "GDPR,PCI-DSS", "ce_datacategory": "sensitive", "ce_datause": "essential.fraud_detection",
        "ce_legalbasis": "legitimate_interest", "ce_datasubjects": "customer", "ce_residency": "EU", "ce_freshness": "on_time",
        "ce_dataschema": "urn:acme:risk:use:fraud_detection:1.0.0:payment_authorized", "ce_source": "urn:headgate:anonymous",
    }


# ---------------------------------------------------------------- topics, identity, receipts


@pytest.mark.parametrize("example, event, use, major, retention, segment", [
    ("payments", "payment.authorized", "fraud_detection", 1, 15 * DAY_MS, DAY_MS),
    ("payments", "payment.authorized", "finance_reporting", 1, 30 * DAY_MS, DAY_MS),
    ("logistics", "shipment.scanned", "arrival_estimate", 1, DAY_MS, DAY_MS // 10),
    ("logistics", "shipment.scanned", "network_planning", 2, DAY_MS * 25 // 2, DAY_MS),
    ("shop", "order_placed", "order_volume", 1, 15 * DAY_MS, DAY_MS),
])
def test_topics_keep_no_longer_than_their_contract(platform, example, event, use, major, retention, segment):
    settings = platform.kafka.settings(topic(platform, example, event, use, major))
    assert {name: settings[name] for name in ("retention.ms", "segment.ms", "cleanup.policy")} == {
        "retention.ms": str(retention), "segment.ms": str(segment), "cleanup.policy": "delete"}


def test_a_late_topic_exists_only_where_late_events_are_diverted(platform):
    late = {name for name in platform.kafka.topics() if name.endswith(".late") and name.split(".")[0] in platform.domains.values()}
    assert late == {topic(platform, "payments", "payment.authorized", "fraud_detection") + ".late"}


def test_a_resend_keeps_its_identity_and_no_two_uses_share_one(platform, paid):
    again = send(platform, "payment.authorized", paid.event)
    ids = {use: record.id for use, record in paid.records.items()}
    assert {use: record.id for use, record in again.records.items()} == ids
    assert len(set(ids.values())) == len(ids)


def test_receipts_name_where_each_record_is(platform, paid):
    assert set(paid.receipt) == {"fraud_detection", "finance_reporting", "customer_support"}
    for use, line in paid.receipt.items():
        assert line["contract"] == "@".join(USES[use][:2])
        assert (line["outcome"], line["freshness"]) == ("delivered", "on_time")
        assert line["topic"] == topic(platform, "payments", "payment.authorized", use)
        assert paid.records[use].id == expected_id(platform, paid, use)
