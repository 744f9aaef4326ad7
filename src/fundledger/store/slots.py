"""One key slot, and how the data key reaches it.

Every holder (a person, the recovery key, the keyring of this computer) has an X25519 key pair of her own. Her slot wraps its
private half under what she types: Argon2id (RFC 9106), then AES-256-GCM; kind, public half, the derivation's parameters and
the book's uid are associated data. The data key is sealed to the public half (X25519, HKDF-SHA-256, AES-256-GCM), so that a
new data key reaches every holder without her passphrase. Who changes her passphrase gets a new pair: an old slot together
with an old passphrase unseals nothing that comes later. A person's slot also wraps her Ed25519 signing key.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1
_WANTED_SECONDS = 0.5
_FLOOR, _CEILING = 3, 64
_MOST_MEMORY_KIB = 1024 * 1024
_ONCE = bytes(12)  # a sealing key is used for one message alone


class Kind(StrEnum):
    """What opens a slot."""

    PERSON = "person"
    RECOVERY = "recovery"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    iterations: int
    lanes: int

    @property
    def bearable(self) -> bool:
        """Whether it may be paid at all: a file from elsewhere could ask for a week and all memory."""
        return 1 <= self.iterations <= _CEILING and 1 <= self.lanes <= 16 and 8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB


@dataclass(frozen=True, slots=True)
class Secret:
    """What a slot holds: the private half of its pair, whose slot it is, her role, her signing key. No key shows in a repr."""

    private: bytes = field(repr=False)
    person_id: int
    role: str
    signing: bytes | None = field(default=None, repr=False)

    @property
    def public(self) -> bytes:
        """The half the data key is sealed to."""
        return X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()

    @property
    def verifying(self) -> bytes | None:
        """The half of the signing key that auditors have on paper; None for the recovery key, which signs nothing."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw() if self.signing else None

    def sign(self, message: bytes) -> bytes | None:
        """An Ed25519 signature; None where there is no signing key."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(message) if self.signing else None


@dataclass(frozen=True, slots=True)
class Slot:
    """A wrapped secret as it stands in keys.json."""

    kind: Kind
    public: bytes
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes


def is_signed(public_key: bytes | None, signature: bytes, said: bytes) -> bool:
    """Whether an Ed25519 signature of a message was made by the other half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key or b"").verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_secret(person_id: int, role: str, signing: bytes | None = None) -> Secret:
    """A new pair for a holder who keeps her signing key."""
    return Secret(os.urandom(32), person_id, role, signing)


def calibrated() -> Cost:
    """64 MiB and as many passes as take about half a second on this machine, never fewer than three."""
    start = perf_counter()
    derived("", bytes(16), Cost(64 * 1024, _FLOOR, 4))
    passes = round(_FLOOR * _WANTED_SECONDS / (perf_counter() - start))
    return Cost(64 * 1024, min(max(passes, _FLOOR), _CEILING), 4)


def wrap(secret: Secret, kind: Kind, uid: str, typed: str, cost: Cost) -> Slot:
    """Make a slot of the book with this uid, opened by what is typed."""
    salt, nonce, public = os.urandom(16), os.urandom(12), secret.public
    signing = secret.signing.hex() if secret.signing else None
    plain = json.dumps({"private": secret.private.hex(), "person": secret.person_id, "role": secret.role, "signing": signing})
    bound = _bound(kind, public, uid, cost, salt)
    return Slot(kind, public, cost, salt, nonce, AESGCM(derived(typed, salt, cost)).encrypt(nonce, plain.encode(), bound))


def unwrap(slot: Slot, uid: str, typed: str) -> Secret | None:
    """The secret of a slot, or None: the wrong words and an altered slot are told apart by nothing."""
    bound = _bound(slot.kind, slot.public, uid, slot.cost, slot.salt)
    try:
        plain = AESGCM(derived(typed, slot.salt, slot.cost)).decrypt(slot.nonce, slot.wrapped, bound)
    except InvalidTag:
        return None
    content = json.loads(plain)
    signing = bytes.fromhex(content["signing"]) if content["signing"] else None
    return Secret(bytes.fromhex(content["private"]), content["person"], content["role"], signing)


def seal(data_key: bytes, public: bytes, uid: str) -> bytes:
    """The data key for the holder of the private half alone: a fresh public half of 32 bytes, then the ciphertext."""
    fresh = X25519PrivateKey.generate()
    mine = fresh.public_key().public_bytes_raw()
    shared = fresh.exchange(X25519PublicKey.from_public_bytes(public))
    return mine + AESGCM(_sealing(shared, mine, public, uid)).encrypt(_ONCE, data_key, None)


def unseal(sealed: bytes, secret: Secret, uid: str) -> bytes | None:
    """The data key, or None when it was sealed to somebody else, for another book, or altered."""
    fresh, box = sealed[:32], sealed[32:]
    try:
        shared = X25519PrivateKey.from_private_bytes(secret.private).exchange(X25519PublicKey.from_public_bytes(fresh))
        return AESGCM(_sealing(shared, fresh, secret.public, uid)).decrypt(_ONCE, box, None)
    except (InvalidTag, ValueError):  # ValueError: a point of which every secret makes zero, or too few bytes
        return None


def _sealing(shared: bytes, fresh: bytes, public: bytes, uid: str) -> bytes:
    info = b"fundledger data key\x00" + fresh + public + uid.encode()
    return HKDF(SHA256(), 32, None, info).derive(shared)


def derived(typed: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from what was typed, in the one normal form every keyboard's way of typing it comes down to."""
    kdf = Argon2id(salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(unicodedata.normalize("NFC", typed).encode("utf-8", "surrogatepass"))


def _bound(kind: Kind, public: bytes, uid: str, cost: Cost, salt: bytes) -> bytes:
    parts = [FORMAT, uid, kind, public.hex(), "argon2id", cost.memory_kib, cost.iterations, cost.lanes, salt.hex()]
    return json.dumps(parts, separators=(",", ":")).encode()
