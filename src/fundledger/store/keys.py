"""Key slots: the data key of a book, wrapped under a passphrase of each person who may open it.

A slot is Argon2id (RFC 9106) over the passphrase, then AES-256-GCM over a JSON text with the data key, the person and the
role. The derivation's parameters and the book's uid are associated data: a slot that was altered, or moved from another
book, does not open.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FORMAT = 1
_WANTED_SECONDS = 0.5
_FLOOR, _CEILING = 3, 64
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_SLOTS = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    iterations: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Key:
    """What a slot holds: the 32-byte data key, whose slot it is, and her role. The key never shows in a repr."""

    data: bytes = field(repr=False)
    person_id: int
    role: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One wrapped key as it stands in keys.json, bytes in hexadecimal digits."""

    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes


def new_data_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(32)


def calibrated() -> Cost:
    """64 MiB and as many passes as take about half a second on this machine, never fewer than three."""
    start = perf_counter()
    _derive("", bytes(16), Cost(64 * 1024, _FLOOR, 4))
    passes = round(_FLOOR * _WANTED_SECONDS / (perf_counter() - start))
    return Cost(64 * 1024, min(max(passes, _FLOOR), _CEILING), 4)


def wrap(key: Key, uid: str, passphrase: str, cost: Cost) -> Slot:
    """Make a slot for a person of the book with this uid."""
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps({"key": key.data.hex(), "person": key.person_id, "role": key.role}).encode()
    return Slot(cost, salt, nonce, AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, plain, _bound(uid, cost, salt)))


def write(file: Path, uid: str, slots: Sequence[Slot]) -> None:
    """Write keys.json whole or not at all, readable by its owner alone."""
    content = {"format": FORMAT, "book": uid, "slots": [_to_json(slot) for slot in slots]}
    beside = file.with_name(f".{file.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:  # noqa: PTH123  a descriptor: the mode is set when the file is born
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    sync_folder(file.parent)


def unlock(file: Path, passphrase: str) -> tuple[Key, str]:
    """Open the slot this passphrase fits; returns the key and the uid of the book the file was written for.

    The derivation itself is the delay, and no answer tells a wrong passphrase from a missing or altered slot. Raises
    KnownError book.keys_missing, book.keys_unreadable, book.keys_refused (a cost above the ceiling), book.does_not_open.
    """
    uid, slots = _read(file)
    for slot in slots:
        opened = _open(slot, uid, passphrase)
        if opened is not None:
            return opened, uid
    raise KnownError("book.does_not_open", str(file.parent))


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder last through a power cut, where the system lets a folder be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _open(slot: Slot, uid: str, passphrase: str) -> Key | None:
    try:
        plain = AESGCM(_derive(passphrase, slot.salt, slot.cost)).decrypt(slot.nonce, slot.wrapped, _bound(uid, slot.cost, slot.salt))
    except InvalidTag:
        return None
    content = json.loads(plain)
    return Key(bytes.fromhex(content["key"]), content["person"], content["role"])


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a passphrase, in the one normal form every keyboard's way of typing it comes down to."""
    kdf = Argon2id(salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())


def _bound(uid: str, cost: Cost, salt: bytes) -> bytes:
    parts = [FORMAT, uid, "argon2id", cost.memory_kib, cost.iterations, cost.lanes, salt.hex()]
    return json.dumps(parts, separators=(",", ":")).encode()


def _read(file: Path) -> tuple[str, list[Slot]]:
    """Read the book's uid and its slots; look at every cost before any of them is paid."""
    try:
        content = json.loads(file.read_bytes())
        slots = [_from_json(slot) for slot in content["slots"]]
        uid = str(content["book"])
        known = content["format"] == FORMAT and 0 < len(slots) <= _MOST_SLOTS
    except FileNotFoundError:
        raise KnownError("book.keys_missing", str(file.parent)) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise KnownError("book.keys_unreadable", str(file.parent)) from None
    if not known:
        raise KnownError("book.keys_unreadable", str(file.parent))
    if not all(_bearable(slot.cost) for slot in slots):
        raise KnownError("book.keys_refused", str(file.parent))
    return uid, slots


def _bearable(cost: Cost) -> bool:
    return 1 <= cost.iterations <= _CEILING and 1 <= cost.lanes <= 16 and 8 * cost.lanes <= cost.memory_kib <= _MOST_MEMORY_KIB


def _to_json(slot: Slot) -> dict[str, object]:
    return {
        "kdf": "argon2id",
        "memory_kib": slot.cost.memory_kib,
        "iterations": slot.cost.iterations,
        "lanes": slot.cost.lanes,
        "salt": slot.salt.hex(),
        "nonce": slot.nonce.hex(),
        "wrapped": slot.wrapped.hex(),
    }


def _from_json(content: dict[str, Any]) -> Slot:
    """Read a slot; raises KeyError, TypeError or ValueError for anything that is none."""
    cost = Cost(*(int(content[name]) for name in ("memory_kib", "iterations", "lanes")))
    salt, nonce, wrapped = (bytes.fromhex(content[name]) for name in ("salt", "nonce", "wrapped"))
    if content["kdf"] != "argon2id" or len(salt) < 16 or len(nonce) != 12:
        raise ValueError("no slot")
    return Slot(cost, salt, nonce, wrapped)
