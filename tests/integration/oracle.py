"""What records must hold, computed a second time from the specification alone: RFC 5869, RFC 2104, RFC 9562, murmur2."""
import base64
import hashlib
import hmac
import ipaddress
import uuid
from datetime import datetime, timezone

SEPARATOR = b"\x1f"


def hkdf(root, info, size=32):
    """RFC 5869 with SHA-256, no salt."""
    extracted = hmac.new(bytes(32), root, hashlib.sha256).digest()
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.new(extracted, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
        counter += 1
    return out[:size]


def use_key(root, use_id):
    return hkdf(root, b"use" + SEPARATOR + use_id.encode())


def domain_key(root, domain):
    return hkdf(root, b"domain" + SEPARATOR + domain.encode())


def hashed(key, text):
    """hmac_sha256(): 43 characters of base64url."""
    digest = hmac.new(key, SEPARATOR.join([b"field", text.encode()]), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hidden_id(key, model_id, event_id):
    """ce_id of a use that does not pass the event's id: UUIDv8 of an HMAC."""
    parts = [b"ce_id", model_id.encode(), event_id.encode()]
    octets = bytearray(hmac.new(key, SEPARATOR.join(parts), hashlib.sha256).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(octets)))


def masked(text, keep_first=0, keep_last=0, keep_domain=False):
    local, at, domain = text.rpartition("@") if keep_domain and "@" in text else (text, "", "")
    first = local[:keep_first]
    rest = local[keep_first:]
    last = rest[max(0, len(rest) - keep_last):]
    return first + "*" * min(8, len(local) - len(first) - len(last)) + last + at + domain


def network(address, v4, v6):
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{address}/{v4 if parsed.version == 4 else v6}", strict=False).network_address)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def floored(moment, unit):
    """The start of the minute, hour, ... that a moment lies in."""
    fields = {"second": {}, "minute": {"second": 0}, "hour": {"second": 0, "minute": 0},
              "day": {"second": 0, "minute": 0, "hour": 0}}[unit]
    return moment.replace(microsecond=0, **fields)


def stamp(moment):
    """RFC 3339 with milliseconds, as headers have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def murmur2(data):
    """The hash of Kafka's own clients (32 bits, seed 0x9747b28c)."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i:i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
    if len(data) > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def partition(key, count):
    return (murmur2(key) & 0x7FFFFFFF) % count
