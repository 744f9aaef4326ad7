"""A slot opens for what was typed, its kind, its book and its own parameters, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.store import slots
from fundledger.store.slots import Cost, Kind, new_secret, seal, unseal, unwrap, wrap
from tests.store.bookkeeping import CHEAP

SECRET = new_secret(3, "enter+pay", bytes(range(32)))
SLOT = wrap(SECRET, Kind.PERSON, "uid", "mine", CHEAP)
DATA_KEY = bytes(range(32, 64))


def test_a_slot_gives_back_whose_it_is_her_role_and_her_keys() -> None:
    assert unwrap(SLOT, "uid", "mine") == SECRET
    assert unwrap(SLOT, "uid", "Mine") is None


def test_no_key_shows_in_a_repr() -> None:
    shown = repr(SECRET)
    assert not any(repr(key)[2:-1] in shown or key.hex() in shown for key in (SECRET.private, bytes(range(32))))


@pytest.mark.parametrize(
    "altered",
    [
        replace(SLOT, kind=Kind.KEYRING),
        replace(SLOT, cost=replace(CHEAP, memory_kib=64)),
        replace(SLOT, cost=replace(CHEAP, iterations=2)),
        replace(SLOT, public=new_secret(3, "pay").public),
        replace(SLOT, salt=bytes(16)),
        replace(SLOT, nonce=bytes(12)),
        replace(SLOT, wrapped=SLOT.wrapped[:-1]),
        replace(SLOT, wrapped=b""),
    ],
)
def test_an_altered_slot_does_not_open(altered: slots.Slot) -> None:
    assert unwrap(altered, "uid", "mine") is None


def test_a_cheaper_derivation_cannot_be_asked_of_a_dear_slot() -> None:
    dear = wrap(SECRET, Kind.PERSON, "uid", "mine", Cost(64, 2, 4))
    assert unwrap(replace(dear, cost=CHEAP), "uid", "mine") is None


def test_the_slot_of_another_book_does_not_open() -> None:
    assert unwrap(SLOT, "another", "mine") is None


def test_the_data_key_reaches_the_holder_and_nobody_else() -> None:
    sealed = seal(DATA_KEY, SECRET.public, "uid")
    assert unseal(sealed, SECRET, "uid") == DATA_KEY
    assert unseal(sealed, new_secret(3, "enter+pay"), "uid") is None
    assert unseal(sealed, SECRET, "another") is None
    assert sealed != seal(DATA_KEY, SECRET.public, "uid")


@settings(max_examples=200)
@given(st.integers(0, 79), st.integers(1, 255))
def test_one_altered_byte_of_a_sealed_key_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(seal(DATA_KEY, SECRET.public, "uid"))
    assert len(sealed) == 80
    sealed[place] ^= change
    # The top bit of a public half means nothing (RFC 7748), but it is bound all the same.
    assert unseal(bytes(sealed), SECRET, "uid") is None


@given(st.binary(max_size=100))
def test_what_was_never_sealed_gives_nothing(content: bytes) -> None:
    assert unseal(content, SECRET, "uid") is None


def test_a_person_signs_and_the_recovery_key_does_not() -> None:
    signed, verifying = SECRET.sign(b"head"), SECRET.verifying
    assert signed
    assert verifying
    Ed25519PublicKey.from_public_bytes(verifying).verify(signed, b"head")
    assert (new_secret(2, "recovery").sign(b"head"), new_secret(2, "recovery").verifying) == (None, None)


def test_the_measured_cost_has_a_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 100.0, 0.0, 0.0001])
    monkeypatch.setattr(slots, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(slots, "derived", lambda *_: b"")
    assert slots.calibrated() == Cost(65536, 3, 4)
    assert slots.calibrated() == Cost(65536, 64, 4)
