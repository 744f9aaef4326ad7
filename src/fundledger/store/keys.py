"""The file keys.json: the slots of everybody who opens the book, and its data key sealed to each of them.

Beside the slots stands one *generation* for each data key: the key sealed to every holder, and the roster, which says whose
slot is whose, encrypted under that very key (only who opens the book reads or writes it). There are two generations only
while the book is being rotated from one data key to the next; the one that fits the database counts, the other is dropped.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fundledger.domain.problem import KnownError
from fundledger.domain.spelling import read_back, spelled
from fundledger.store.slots import FORMAT, Cost, Kind, Secret, Slot, calibrated, is_signed, new_secret, seal, unseal, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Cost", "Key", "Kind", "Member", "Secret", "calibrated", "is_signed", "key_file", "members",
    "new_data_key", "new_member", "new_recovery_key", "new_secret", "read_key_file", "sweep", "sync_folder", "uid_of", "unlock", "write",
]  # fmt: skip
_MOST_SLOTS, _MOST_GENERATIONS, _MOST_BYTES = 64, 2, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a book: its data key, who opened it in which role, and her secret where a slot was opened.

    `coming` is the other data key of a rotation that was interrupted. No key shows in a repr.
    """

    data: bytes = field(repr=False)
    person_id: int
    role: str
    secret: Secret | None = field(default=None, repr=False)
    coming: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A slot and whose it is; `confirmed` says that its recovery key was typed back from paper."""

    slot: Slot
    person_id: int
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class _Generation:
    """One data key: sealed, by public half, and the encrypted roster with its nonce before it."""

    sealed: Mapping[bytes, bytes]
    roster: bytes


@dataclass(frozen=True, slots=True)
class _File:
    uid: str
    slots: tuple[Slot, ...]
    generations: tuple[_Generation, ...]


def new_data_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(32)


def new_recovery_key() -> str:
    """160 random bits in eight groups of four, to be written down and kept apart from the book."""
    return spelled(os.urandom(20))


def new_member(secret: Secret, kind: Kind, uid: str, typed: str, cost: Cost) -> Member:
    """A slot for a holder; a recovery key is taken in its one normal form, however it was typed."""
    return Member(wrap(secret, kind, uid, _normal(kind, typed), cost), secret.person_id)


def write(file: Path, uid: str, members: Sequence[Member], *data_keys: bytes) -> None:
    """Write keys.json whole or not at all, readable by its owner alone; two data keys only while one follows the other."""
    content = {
        "format": FORMAT,
        "book": uid,
        "slots": [_to_json(member.slot) for member in members],
        "keys": [_generation(uid, members, data_key) for data_key in data_keys],
    }
    beside = _beside(file)
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:  # noqa: PTH123  a descriptor: the mode is set when the file is born
            json.dump(content, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(file.parent)


def key_file(uid: str, slot: Slot) -> bytes:
    """A slot of its own, for a machine without the book: its secret signs, and nothing is sealed to it."""
    return json.dumps({"format": FORMAT, "book": uid, "slot": _to_json(slot)}, indent=1).encode()


def read_key_file(content: bytes, typed: str) -> tuple[Secret, str]:
    """What a key file holds, and the uid of its book; raises KnownError key.unreadable, key.does_not_open."""
    try:
        found = json.loads(content[:_MOST_BYTES])
        slot, uid = _slot(found["slot"]), str(found["book"])
        known = found["format"] == FORMAT and slot.cost.bearable
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KnownError("key.unreadable") from None
    secret = unwrap(slot, uid, typed) if known else None
    if secret is None:
        raise KnownError("key.does_not_open" if known else "key.unreadable")
    return secret, uid


def sweep(file: Path) -> None:
    """Remove what a writer left beside the file when it was killed."""
    _beside(file).unlink(missing_ok=True)


def unlock(file: Path, typed: str, kind: Kind = Kind.PERSON) -> tuple[Key, str]:
    """Open the slot that what was typed fits; returns the key and the uid of the book the file was written for.

    The derivation itself is the delay, and no answer tells a wrong passphrase from a missing or altered slot. Raises
    KnownError book.keys_missing, book.keys_unreadable, book.keys_refused (a cost above the ceiling), book.does_not_open,
    recovery.unreadable.
    """
    content, typed = _read(file), _normal(kind, typed)
    candidates = [slot for slot in content.slots if slot.kind is kind] or content.slots[:1]
    for slot in candidates:
        secret = unwrap(slot, content.uid, typed)
        if secret is None or slot.kind is not kind:
            continue
        data_keys = [data_key for each in content.generations if (data_key := _data_key(each, content, slot, secret))]
        if data_keys:
            coming = data_keys[1] if len(data_keys) > 1 else None
            return Key(data_keys[0], secret.person_id, secret.role, secret, coming), content.uid
    raise KnownError("book.does_not_open", str(file.parent))


def members(file: Path, data_key: bytes) -> tuple[Member, ...]:
    """Every holder the roster of this data key names, with her slot.

    Raises KnownError book.keys_missing, book.keys_refused, and book.keys_unreadable also for the file of another data key.
    """
    content = _read(file)
    for each in content.generations:
        named = _roster(each, content.uid, data_key)
        if named is not None:
            return tuple(Member(slot, *named[slot.public][1:]) for slot in content.slots if _named(named, slot))
    raise KnownError("book.keys_unreadable", str(file.parent))


def uid_of(file: Path) -> str:
    """The uid of the book the file was written for; raises as `unlock`."""
    return _read(file).uid


def kinds(file: Path) -> set[Kind]:
    """What kinds of slots the file has; raises as `unlock`."""
    return {slot.kind for slot in _read(file).slots}


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder last through a power cut, where the system lets a folder be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _normal(kind: Kind, typed: str) -> str:
    return spelled(read_back(typed)) if kind is Kind.RECOVERY else typed


# --- the roster -------------------------------------------------------------------------------------------------------
_Named = dict[bytes, tuple[str, int, bool]]


def _generation(uid: str, members: Sequence[Member], data_key: bytes) -> dict[str, object]:
    named = [[each.slot.public.hex(), each.slot.kind, each.person_id, each.confirmed] for each in members]
    nonce = os.urandom(12)
    roster = nonce + AESGCM(_roster_key(data_key)).encrypt(nonce, json.dumps(named).encode(), uid.encode())
    sealed = {each.slot.public.hex(): seal(data_key, each.slot.public, uid).hex() for each in members}
    return {"sealed": sealed, "roster": roster.hex()}


def _roster(generation: _Generation, uid: str, data_key: bytes) -> _Named | None:
    """Kind, person and confirmation by public half; None when another data key wrote it."""
    nonce, box = generation.roster[:12], generation.roster[12:]
    try:
        plain = AESGCM(_roster_key(data_key)).decrypt(nonce, box, uid.encode())
    except InvalidTag:
        return None
    return {bytes.fromhex(public): (kind, person_id, confirmed) for public, kind, person_id, confirmed in json.loads(plain)}


def _roster_key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"fundledger roster").derive(data_key)


def _named(named: _Named, slot: Slot) -> bool:
    return named.get(slot.public, ("",))[0] == slot.kind


def _data_key(generation: _Generation, content: _File, slot: Slot, secret: Secret) -> bytes | None:
    """The data key sealed to a slot, if the roster under that key names the slot and its person."""
    data_key = unseal(generation.sealed.get(slot.public, b""), secret, content.uid)
    named = _roster(generation, content.uid, data_key) if data_key and len(data_key) == 32 else None
    return data_key if named and _named(named, slot) and named[slot.public][1] == secret.person_id else None


# --- JSON -------------------------------------------------------------------------------------------------------------
def _read(file: Path) -> _File:
    """Read the whole file and look at every cost before any of them is paid."""
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(_MOST_BYTES))
        slots = tuple(map(_slot, content["slots"]))
        generations = tuple(_Generation(_bytes_by(each["sealed"]), _sized(each["roster"], 28)) for each in content["keys"])
        uid = content["book"]
        uid.encode()
        known = content["format"] == FORMAT and 0 < len(slots) <= _MOST_SLOTS and 0 < len(generations) <= _MOST_GENERATIONS
    except FileNotFoundError:
        raise KnownError("book.keys_missing", str(file.parent)) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KnownError("book.keys_unreadable", str(file.parent)) from None
    if not known or not isinstance(uid, str):
        raise KnownError("book.keys_unreadable", str(file.parent))
    if not all(slot.cost.bearable for slot in slots):
        raise KnownError("book.keys_refused", str(file.parent))
    return _File(uid, slots, generations)


def _to_json(slot: Slot) -> dict[str, object]:
    return {
        "kind": slot.kind,
        "public": slot.public.hex(),
        "kdf": "argon2id",
        "memory_kib": slot.cost.memory_kib,
        "iterations": slot.cost.iterations,
        "lanes": slot.cost.lanes,
        "salt": slot.salt.hex(),
        "nonce": slot.nonce.hex(),
        "wrapped": slot.wrapped.hex(),
    }


def _slot(content: dict[str, Any]) -> Slot:
    """Read a slot; raises KeyError, TypeError or ValueError for anything that is none."""
    numbers = [content[name] for name in ("memory_kib", "iterations", "lanes")]
    if content["kdf"] != "argon2id" or not all(type(number) is int for number in numbers):
        raise ValueError("no slot")
    public, nonce = _sized(content["public"], 32, 32), _sized(content["nonce"], 12, 12)
    return Slot(Kind(content["kind"]), public, Cost(*numbers), _sized(content["salt"], 16, 64), nonce, _sized(content["wrapped"], 16))


def _bytes_by(content: dict[str, Any]) -> dict[bytes, bytes]:
    return {bytes.fromhex(public): bytes.fromhex(sealed) for public, sealed in content.items()}


def _sized(text: str, least: int, most: int = 64 * 1024) -> bytes:
    found = bytes.fromhex(text)
    if not least <= len(found) <= most:
        raise ValueError("no slot")
    return found
