"""What travels outside the book, closed: sealed to a person's signing key, or under a key that only two share.

An Ed25519 key is a point of the curve that X25519 works on, in other coordinates (RFC 7748, section 4.1). So the one key that a book
knows of a person is enough to write to her, and the one file she carries is enough to read it.
"""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FIELD = 2**255 - 19
_ONCE = bytes(12)  # a sealing key is used for one message alone


def to_person(content: bytes, verifying: bytes, bound: bytes) -> bytes:
    """Seal for the holder of a signing key: a fresh public half of 32 bytes, then the ciphertext; raises ValueError for no point."""
    hers = _reading(verifying)
    fresh = X25519PrivateKey.generate()
    mine = fresh.public_key().public_bytes_raw()
    shared = fresh.exchange(X25519PublicKey.from_public_bytes(hers))
    return mine + AESGCM(_key(shared, mine + hers)).encrypt(_ONCE, content, bound)


def for_me(box: bytes, signing: bytes, bound: bytes) -> bytes | None:
    """What was sealed for the holder of this signing key; None where it is somebody else's, or was altered."""
    private = X25519PrivateKey.from_private_bytes(hashlib.sha512(signing).digest()[:32])  # as Ed25519 itself derives it (RFC 8032)
    fresh, mine = box[:32], private.public_key().public_bytes_raw()
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(fresh))
        return AESGCM(_key(shared, fresh + mine)).decrypt(_ONCE, box[32:], bound)
    except (InvalidTag, ValueError):
        return None


def under(content: bytes, key: bytes, bound: bytes) -> bytes:
    """Close under a shared key of 32 bytes: 12 of a fresh nonce, then the ciphertext."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def opened(box: bytes, key: bytes, bound: bytes) -> bytes | None:
    """What was closed under a shared key; None under another one, or where it was altered."""
    try:
        return AESGCM(key).decrypt(box[:12], box[12:], bound)
    except (InvalidTag, ValueError):
        return None


def answer_key(secret: bytes, request: str) -> bytes:
    """The key of the answer to one request, from the book's own secret: nothing has to be kept until it comes."""
    return HKDF(SHA256(), 32, None, b"fundledger answer\x00" + request.encode()).derive(secret)


def _reading(verifying: bytes) -> bytes:
    """The X25519 public half of an Ed25519 key: u = (1 + y) / (1 - y)."""
    if len(verifying) != 32:
        raise ValueError("no key")
    y = int.from_bytes(verifying, "little") & (2**255 - 1)
    return ((1 + y) * pow(1 - y, -1, _FIELD) % _FIELD).to_bytes(32, "little")


def _key(shared: bytes, halves: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"fundledger request\x00" + halves).derive(shared)
