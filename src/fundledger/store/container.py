"""An encrypted file with a passphrase of its own, for what leaves the book: Argon2id, then AES-256-GCM over the packed content.

`store/PACK.md` says how to open it without this program. The head stands in front in plain words and is associated data, so that no
byte of the file can be another one.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fundledger.domain.problem import KnownError
from fundledger.store.slots import Cost, calibrated, derived

FORMAT = 1
_MARK, _LONGEST_HEAD, _TAG = b"FundLedger sealed ", 1024, 16
_MOST_SEALED, _MOST_UNPACKED = 512 * 1024 * 1024, 1024 * 1024 * 1024


def is_sealed(data: bytes) -> bool:
    """Whether the file says of itself that it is such a container, of whatever format."""
    return data.startswith(_MARK)


def seal(content: bytes, passphrase: str, cost: Cost | None = None) -> bytes:
    """The content under a passphrase; `cost` is for tests, else what this machine bears is measured. Never the same bytes twice."""
    cost = cost or calibrated()
    salt, nonce, packed = os.urandom(16), os.urandom(12), zlib.compress(content, 9)
    told = {
        "cipher": "aes-256-gcm", "iterations": cost.iterations, "kdf": "argon2id", "lanes": cost.lanes, "memory_kib": cost.memory_kib,
        "nonce": nonce.hex(), "packed": "zlib", "salt": salt.hex(), "size": len(packed) + _TAG,
    }  # fmt: skip
    head = _MARK + f"{FORMAT}\n".encode() + json.dumps(told, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    return head + AESGCM(derived(passphrase, salt, cost)).encrypt(nonce, packed, head)


def unseal(data: bytes, passphrase: str) -> bytes:
    """The content of a container.

    Raises KnownError container.newer, container.unreadable (no head, or a cost above the ceiling), container.truncated,
    container.does_not_open (another passphrase, or an altered byte: nothing tells them apart), container.too_large.
    """
    if len(data) > _MOST_SEALED:
        raise KnownError("container.too_large", limit=_MOST_UNPACKED // 1024 // 1024)
    mark, told, body = _parted(data)
    cost = Cost(told["memory_kib"], told["iterations"], told["lanes"])
    if not cost.bearable:
        raise KnownError("container.unreadable")
    if len(body) != told["size"]:
        raise KnownError("container.truncated", size=told["size"], there=len(body))
    salt, nonce = bytes.fromhex(told["salt"]), bytes.fromhex(told["nonce"])
    try:
        packed = AESGCM(derived(passphrase, salt, cost)).decrypt(nonce, body, mark)
    except (InvalidTag, ValueError):  # ValueError: a salt or nonce of a length nobody writes
        raise KnownError("container.does_not_open") from None
    return _unpacked(packed)


def _parted(data: bytes) -> tuple[bytes, dict[str, Any], bytes]:
    """The head as it stands, what it says, and what follows."""
    first = data.find(b"\n", 0, 64)
    number = data[len(_MARK) : first] if is_sealed(data) and first > 0 else b""
    if number.isdigit() and int(number) > FORMAT:
        raise KnownError("container.newer", number.decode())
    end = data.find(b"\n", first + 1, _LONGEST_HEAD) + 1
    try:
        told = json.loads(data[first + 1 : end])
        known = int(number) == FORMAT and (told["kdf"], told["cipher"], told["packed"]) == ("argon2id", "aes-256-gcm", "zlib")
        known &= all(type(told[name]) is int for name in ("iterations", "lanes", "memory_kib", "size"))
        bytes.fromhex(told["salt"] + told["nonce"])
    except (ValueError, KeyError, TypeError, RecursionError):
        known, told = False, {}
    if not known or not end:
        raise KnownError("container.unreadable")
    return data[:end], told, data[end:]


def _unpacked(packed: bytes) -> bytes:
    """Unpacked up to a bound: whoever knows the passphrase may still have made a bomb."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, _MOST_UNPACKED)
    except zlib.error:
        raise KnownError("container.unreadable") from None
    if not unpacking.eof:
        raise KnownError("container.too_large", limit=_MOST_UNPACKED // 1024 // 1024)
    if unpacking.unused_data:
        raise KnownError("container.unreadable")
    return content
