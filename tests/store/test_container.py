"""The sealed file: only its passphrase opens it, no byte of it can be another one, and what is hostile gets a sentence."""

from __future__ import annotations

import json
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.store import container
from fundledger.store.container import seal, unseal
from fundledger.store.slots import Cost, derived
from tests.services.bookkeeping import refused

CHEAP = Cost(8, 1, 1)
CONTENT = b"what nobody else may read " * 8


def test_the_passphrase_opens_it_however_its_letters_are_put_together() -> None:
    sealed = seal(CONTENT, "Žąsis", CHEAP)
    assert unseal(sealed, "Žąsis") == CONTENT
    assert CONTENT[:20] not in sealed
    assert refused(lambda: unseal(sealed, "zasis")) == ["container.does_not_open"]


def test_no_byte_can_be_another_one() -> None:
    sealed = seal(b"small", "words", CHEAP)
    for place in range(len(sealed)):
        for flipped in (1, 128):
            other = bytearray(sealed)
            other[place] ^= flipped
            assert refused(lambda other=other: unseal(bytes(other), "words"))  # type: ignore[misc]


def test_cut_short_it_says_so() -> None:
    sealed = seal(CONTENT, "words", CHEAP)
    assert refused(lambda: unseal(sealed[:-1], "words")) == ["container.truncated"]
    assert refused(lambda: unseal(sealed[:40], "words")) == ["container.unreadable"]


def test_a_newer_format_is_told_from_a_broken_one() -> None:
    assert refused(lambda: unseal(b"FundLedger sealed 2\nanything", "words")) == ["container.newer"]


def test_a_cost_of_a_week_is_not_paid() -> None:
    with pytest.raises(KnownError, match=r"container\.unreadable"):
        unseal(seal(CONTENT, "words", CHEAP).replace(b'"iterations":1', b'"iterations":9999'), "words")


def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(bytes(100_000), "words", CHEAP)
    monkeypatch.setattr(container, "_MOST_UNPACKED", 10_000)
    assert refused(lambda: unseal(sealed, "words")) == ["container.too_large"]


def test_it_opens_by_what_the_document_says_and_nothing_of_ours() -> None:
    sealed = seal(CONTENT, "words", CHEAP)
    mark, head, body = sealed.split(b"\n", 2)
    said = json.loads(head)
    key = derived("words", bytes.fromhex(said["salt"]), Cost(said["memory_kib"], said["iterations"], said["lanes"]))
    packed = AESGCM(key).decrypt(bytes.fromhex(said["nonce"]), body, mark + b"\n" + head + b"\n")
    assert zlib.decompress(packed) == CONTENT


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_anything_else_gets_a_sentence(junk: bytes, marked: bool) -> None:
    assert refused(lambda: unseal((b"FundLedger sealed 1\n" if marked else b"") + junk, "words"))
