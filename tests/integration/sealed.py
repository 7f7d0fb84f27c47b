"""Encrypted fields as a consumer in another language reads them: written from docs/contracts.md alone."""
import base64
import hashlib
import hmac

import yaml
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NotOurs = InvalidTag


def hkdf(secret, salt, info):
    """RFC 5869 for up to 32 bytes."""
    extracted = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys_of(file, contract):
    """{key id: the use's key}, from a gateway's key file or from a reader's."""
    document = yaml.safe_load(open(file))
    secrets = {str(key["id"]): unpadded(key["secret"]) for key in document["encryption"]}
    if "use" in document:
        assert document["use"] == contract
        return secrets
    return {name: hkdf(secret, None, b"encrypt\x1f" + contract.encode()) for name, secret in secrets.items()}


def parts(value):
    """Key id, salt, nonce and the rest of a field's value: text or bytes."""
    sealed = unpadded(value) if isinstance(value, str) else value
    assert sealed[0] == 1
    key_id, rest = sealed[2:2 + sealed[1]].decode(), sealed[2 + sealed[1]:]
    return key_id, rest[:8], rest[8:20], rest[20:]


def opened(value, keys, contract, path):
    """The canonical text."""
    key_id, salt, nonce, sealed = parts(value)
    key = hkdf(keys[key_id], salt, b"headgate field 1")
    padded = AESGCM(key).decrypt(nonce, sealed, f"{contract}\x1f{path}".encode())
    return padded.rstrip(b"\0")[:-1].decode()
