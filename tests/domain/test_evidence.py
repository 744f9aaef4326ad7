"""The tree against the published vectors of RFC 6962's reference log, and what holds for any log."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.evidence import (
    START,
    Edge,
    Growing,
    Head,
    chained,
    commitment,
    consistency_proof,
    head_of,
    heads_in,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    name_digest,
    typed_head,
)

# The eight inputs of the reference implementation of Certificate Transparency and the roots and proofs published with them.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
LEAVES = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
INCLUSION = (
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (3, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        2,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
CONSISTENCY = (
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
payloads = st.lists(st.binary(max_size=6), min_size=1, max_size=70)


def root_of(leaves: list[bytes]) -> bytes:
    return Edge().extended(leaves).root


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Edge().root.hex() == NOTHING


@pytest.mark.parametrize(("place", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference(place: int, size: int, proof: tuple[str, ...]) -> None:
    made = inclusion_proof(LEAVES[:size], place - 1)
    assert [node.hex() for node in made] == list(proof)
    assert is_included(LEAVES[place - 1], place - 1, size, made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference(old: int, size: int, proof: tuple[str, ...]) -> None:
    made = consistency_proof(LEAVES[:size], old)
    assert [node.hex() for node in made] == list(proof)
    assert is_consistent((old, bytes.fromhex(ROOTS[old - 1])), (size, bytes.fromhex(ROOTS[size - 1])), made)


@given(payloads, st.data())
def test_a_tree_grows_to_the_same_root_in_any_steps(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(each) for each in entries]
    cut = data.draw(st.integers(0, len(leaves)))
    assert Edge().extended(leaves[:cut]).extended(leaves[cut:]) == Edge().extended(leaves)


@given(payloads, st.data())
def test_every_leaf_is_proved_and_no_other_in_its_place(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(each) for each in entries]
    place = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, place), root_of(leaves)
    assert is_included(leaves[place], place, len(leaves), proof, root)
    assert not is_included(leaf_hash(b"another payload"), place, len(leaves), proof, root)
    assert not is_included(leaves[place], place, len(leaves), [*proof, root], root)
    assert not is_included(leaves[place], len(leaves), len(leaves), proof, root)


@given(payloads, st.data())
def test_every_beginning_is_proved_and_a_rewritten_one_is_not(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(each) for each in entries]
    old = data.draw(st.integers(0, len(leaves)))
    before, after = (old, root_of(leaves[:old])), (len(leaves), root_of(leaves))
    proof = consistency_proof(leaves, old)
    assert is_consistent(before, after, proof)
    rewritten = (old, root_of([leaf_hash(b"another payload"), *leaves[1:old]]))
    assert old == 0 or not is_consistent(rewritten, after, proof)
    assert not is_consistent(after, before, proof) or old == len(leaves)


@given(payloads, st.data())
def test_the_chain_parts_exactly_where_a_payload_was_changed(entries: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries[:place], entries[place] + b"!", *entries[place + 1 :]]

    def chain(of: list[bytes]) -> list[bytes]:
        links = [START]
        for each in of:
            links.append(chained(links[-1], leaf_hash(each)))
        return links[1:]

    growing = Growing(START)
    assert [growing.linked(entry) for entry in entries] == chain(entries)
    assert [a == b for a, b in zip(chain(entries), chain(changed), strict=True)] == [n < place for n in range(len(entries))]


def test_a_commitment_is_the_documented_hmac() -> None:
    secret, name = bytes(range(32)), "Testa Testaitė"
    digest = hashlib.sha256(name.encode()).hexdigest()
    made = commitment(secret, "entry-1", 7, name_digest(name))
    inner = hashlib.sha256(bytes(a ^ 0x36 for a in secret + bytes(32)) + f"entry-1|7|{digest}|1".encode()).digest()
    assert made == hashlib.sha256(bytes(a ^ 0x5C for a in secret + bytes(32)) + inner).hexdigest()
    hashed = name_digest(name)
    others = ((bytes(32), "entry-1", 7, hashed), (secret, "entry-2", 7, hashed), (secret, "entry-1", 8, hashed))
    assert made not in {commitment(*one) for one in others}
    assert made != commitment(secret, "entry-1", 7, name_digest("Testa Testaite"))


@given(st.integers(0, 10**9), st.binary(min_size=32, max_size=32))
def test_a_printed_head_is_read_back_from_a_page_and_from_typing(size: int, root: bytes) -> None:
    head = head_of(size, root)
    assert heads_in(f"Head of the log: {str(head).replace(' ', chr(10))}. Page 1 of 2") == {head}
    assert typed_head(f"  {size}  {head.letters.lower().replace(' ', '')} ") == head
    assert typed_head(str(head)) == head
    assert typed_head(head.letters) is None


def test_a_head_is_eight_groups_of_four_letters() -> None:
    assert str(head_of(1234, bytes(range(32)))) == "1234 · AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT"
    assert typed_head("1234 AAAQ-EAYE-AUDA-0CAJ-81FQ-YD1O-B418-CEQT") == Head(1234, "AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT")


@pytest.mark.parametrize("text", ["", "1234", "AAAQ EAYE", "report.pdf", "12 · AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQ9", "1 " + "A" * 33])
def test_what_is_no_head_is_none(text: str) -> None:
    assert typed_head(text) is None
    assert heads_in(text) == set()
