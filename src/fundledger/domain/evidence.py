"""The arithmetic of a log that shows tampering: the tree of RFC 6962, its proofs, a chain, and the head as people read it.

A payload becomes a leaf, leaves become a tree, the tree has one root: with the same root and size the log is the same. The
chain says at which leaf a log that is not the same goes wrong. `store/EVIDENCE.md` describes all of it for other programs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_sha256 = hashlib.sha256
FORMAT = 1
START = bytes(32)  # what the first leaf is chained to
_LETTERS = 32
_WRITTEN = re.compile(r"(?<![0-9A-Za-z])([0-9]{1,12})\s*·\s*((?:[A-Z2-7]{4}\s+){7}[A-Z2-7]{4})(?![0-9A-Za-z])")
_TYPED = re.compile(r"\s*([0-9]{1,12})[^0-9A-Za-z]+([0-9A-Za-z\s-]+?)\s*")
_MISREAD = str.maketrans("018", "OIB")  # digits that no head has, for the letters they look like


def leaf_hash(payload: bytes) -> bytes:
    """The leaf of a payload."""
    return hashlib.sha256(b"\x00" + payload).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def chained(previous: bytes, leaf: bytes) -> bytes:
    """The chain value after a leaf."""
    return hashlib.sha256(previous + leaf).digest()


def name_digest(name: str) -> str:
    """The SHA-256 of a name, in hexadecimal digits."""
    return hashlib.sha256(name.encode()).hexdigest()


def commitment(secret: bytes, uid: str, person: int, digest: str) -> str:
    """What ties a record to a person without naming her: worthless to anyone once her secret is gone.

    HMAC-SHA-256 under her secret over the record's uid, her row id, the digest of her name and the format, in hexadecimal digits.
    """
    return hmac.digest(secret, f"{uid}|{person}|{digest}|{FORMAT}".encode(), "sha256").hex()


class Growing:
    """A log that payloads are added to, each linked to the one before: the leaves so far, and the chain value after the last."""

    def __init__(self, chain: bytes) -> None:
        """Go on behind this chain value."""
        self.leaves: list[bytes] = []
        self.chain = chain

    def linked(self, payload: bytes) -> bytes:
        """Add a payload; the chain value after it. Hashed on the spot, for entries come by the ten thousand."""
        leaf = _sha256(b"\x00" + payload).digest()
        self.leaves.append(leaf)
        self.chain = chain = _sha256(self.chain + leaf).digest()
        return chain


@dataclass(frozen=True, slots=True)
class Edge:
    """A tree as far as it is needed to grow: how many leaves it has, and the roots of its whole subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> Edge:
        """The tree with these leaves added, in order: level by level, on each of which a peak waits for its right neighbour."""
        nodes, sha256 = list(leaves), hashlib.sha256
        size, waiting, peaks, level = self.size + len(nodes), list(self.peaks), [], self.size
        while nodes or waiting:
            if level & 1:
                nodes.insert(0, waiting.pop())
            if len(nodes) & 1:
                peaks.append(nodes.pop())
            pairs = iter(nodes)
            nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level >>= 1
        return Edge(size, tuple(reversed(peaks)))

    @property
    def root(self) -> bytes:
        """The root of the tree; of no leaves, the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The nodes with which a leaf and the root can be tied together (RFC 6962, 2.1.1), the lowest first."""
    if len(leaves) <= 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), Edge().extended(leaves[half:]).root]
    return [*inclusion_proof(leaves[half:], index - half), Edge().extended(leaves[:half]).root]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The nodes that show that the first `size` leaves are the beginning of all of them (RFC 6962, 2.1.2)."""
    return _consistency(leaves, size, known=True) if 0 < size < len(leaves) else []


def _consistency(leaves: Sequence[bytes], size: int, *, known: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if known else [Edge().extended(leaves).root]
    half = _half(len(leaves))
    if size <= half:
        return [*_consistency(leaves[:half], size, known=known), Edge().extended(leaves[half:]).root]
    return [*_consistency(leaves[half:], size - half, known=False), Edge().extended(leaves[:half]).root]


def _half(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof ties a leaf at an index (from 0) to the root of a tree of this size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(other, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether a proof shows one (size, root) to be the beginning of another (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (size, root) = old, new
    if not 0 < old_size < size:
        return not proof and (old == new or (old_size == 0 and old_root == Edge().root))
    nodes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not nodes:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, node)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root


@dataclass(frozen=True, slots=True)
class Head:
    """What a report says about the log it was made from: its size, and the first 160 bits of its root as eight groups of four letters."""

    size: int
    letters: str

    def __str__(self) -> str:
        return f"{self.size} · {self.letters}"


def head_of(size: int, root: bytes) -> Head:
    """The head of a log with this size and root."""
    letters = base64.b32encode(root[:20]).decode()
    return Head(size, " ".join(letters[start : start + 4] for start in range(0, _LETTERS, 4)))


def heads_in(text: str) -> set[Head]:
    """Every head that stands in a text as a report prints it; blanks may have become line ends."""
    return {Head(int(size), " ".join(letters.split())) for size, letters in _WRITTEN.findall(text)}


def typed_head(text: str) -> Head | None:
    """A head as somebody types it from paper: any blanks, small letters, 0 for O, 1 for I and 8 for B; None when it is none."""
    found = _TYPED.fullmatch(text)
    letters = re.sub(r"[\s-]", "", found[2]).upper().translate(_MISREAD) if found else ""
    if not found or len(letters) != _LETTERS or not re.fullmatch("[A-Z2-7]+", letters):
        return None
    return Head(int(found[1]), " ".join(letters[start : start + 4] for start in range(0, _LETTERS, 4)))
