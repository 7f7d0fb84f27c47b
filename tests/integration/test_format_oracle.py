"""Formats, judged by others: thousands of near misses of valid texts, where Python's own readers and the grammars of the RFCs agree on what
is one. The rules model of the decision tables has a field for each."""
import base64
import binascii
import ipaddress
import json
import random
import re
import sys
from datetime import date, datetime

import pytest

from gateway import ROOT

sys.path.insert(0, str(ROOT / "docs" / "examples"))
import headgate  # noqa: E402

MUTATIONS = 1500
LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1123; 2.1: a name does not end like an address, in digits alone
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"  # RFC 3339, without leap seconds
OFFSET = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"


def reads(function, *errors):
    def verdict(text):
        try:
            function(text)
            return True
        except errors:
            return False
    return verdict


def is_date(text):
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and reads(date.fromisoformat, ValueError)(text)


def is_instant(text):
    return re.fullmatch(rf"[^T]*T{CLOCK}{OFFSET}", text) is not None and is_date(text[:text.index("T")])


def is_base64(text):
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False


# field: (what is valid, who says so, characters to put in)
FORMATS = {
    "uuid": (["123e4567-e89b-12d3-a456-426614174000", "FFFFFFFF-0000-4aBc-8def-0123456789ab"],
             lambda text: re.fullmatch("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text) is not None, "0aF-g{ "),
    "ipv4": (["192.0.2.17", "0.0.0.0", "255.255.255.255", "10.1.0.99"], reads(ipaddress.IPv4Address, ValueError), "0129.: x-"),
    "ipv6": (["2001:db8::7", "::", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "fe80::1:0:0:1", "64:ff9b::10.1.2.3"],
             lambda text: "%" not in text and reads(ipaddress.IPv6Address, ValueError)(text), "01af:.:g%"),
    "host": (["example.org", "a.b-c.example", "x" * 63 + ".example", "1.example"],
             lambda text: len(text) <= 253 and re.fullmatch(rf"({LABEL}\.)*(?![0-9]+$){LABEL}", text) is not None, "a0-.-_. "),
    "base64": (["QUJD", "QQ==", "QUI=", "+/+/AAAA"], is_base64, "AQ=+/-_ "),
    "day": (["2024-02-29", "2020-01-01", "2029-12-31", "2023-11-30"],
            lambda text: is_date(text) and "2020-01-01" <= text < "2030-01-01", "0123-9 T"),
    "instant": (["2026-11-22T13:44:13Z", "2024-02-29T23:59:59.123456789+14:00", "2026-01-31T00:00:00.5-23:59"], is_instant, "0129:-+.TZ "),
}


@pytest.fixture(scope="module")
def enforcer():
    library = headgate.Library(str(ROOT / "build/lib/libheadgate.so.0"), str(ROOT / "contracts/headgate.h"))
    return library.load(ROOT / "tests/decisions/contracts/rules").enforcer()


def mutated(draw, text, alphabet):
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        at = draw.randrange(len(text) + 1)
        text = draw.choice([text[:at] + text[at + 1:], text[:at] + draw.choice(alphabet) + text[at:],
                            text[:at] + draw.choice(alphabet) + text[at + 1:], text[:at] + text[at:][::-1], text[at:] + text[:at]])
    return text


@pytest.mark.parametrize("field", FORMATS)
def test_near_misses_are_judged_as_others_do(enforcer, field):
    valid, is_valid, alphabet = FORMATS[field]
    draw, seen = random.Random(20261122), {True: 0, False: 0}
    for text in [*valid, *(mutated(draw, draw.choice(valid), alphabet) for _ in range(MUTATIONS))]:
        if field == "instant" and is_valid(text) and datetime.fromisoformat(text[:19]).year < 2021:
            continue  # below the field's minimum
        if not text and field == "base64":
            continue  # nothing encodes nothing; the corpus says so
        result = enforcer.enforce("rules", json.dumps({"id": "1", field: text}).encode(), source="urn:test")
        assert result.accepted == is_valid(text), (text, result.violations)
        seen[result.accepted] += 1
    assert min(seen.values()) > 50, seen
