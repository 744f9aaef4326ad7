"""Lifts plain entries out of the text before the parser builds a tree of each.

Building a tree of an entry and serialising it again costs more than everything else a reader does. Nearly all entries
are plain: tags and texts and nothing else. Runs of them are taken out of the text and one empty entry is left in their
place, so the parser still judges the whole document. What is not plain stays in the text and is read from the tree.

Why this is exact: outside comments, CDATA and instructions (on sight of the first, lifting ends for good) a < stands
only at the beginning of a tag. Where a fragment has as many > as <, each > ends a tag. So the cut is the parser's cut,
and `is_plain` demands that its tags nest and are well-formed.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from fundledger.statements.camt.plan import DetailPlan, EntryPlan, plan_detail, plan_entry
from fundledger.statements.camt.shape import cut, is_plain, shape
from fundledger.statements.safety import PROLOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.statements.camt.shape import Node

P = TypeVar("P")

_ESCAPE_NOT_PLAIN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
# An entry in another form, or what may hide one: from there on the parser counts alone.
_UNCOUNTABLE = re.compile(r"[<:]Ntry[\s/>]|<[!?]")
_MOST_PLANS = 500
_LONGEST_SHAPE = 8_000


@dataclass(slots=True)
class CutEntry:
    """An entry's text as it stands, where its fields are, its texts; and the same of each of its details."""

    fragment: str
    plan: EntryPlan
    texts: list[str]
    details: list[tuple[DetailPlan, list[str]]]


class Shapes:
    """The shapes of entry met so far, each planned once; in a batch every detail has a shape of its own."""

    def __init__(self, prefix: str) -> None:
        """Know none; `prefix` is that of the file's names, with its colon."""
        self._detail = f"{prefix}TxDtls"
        self._entries: dict[str, tuple[EntryPlan, bool]] = {}
        self._details: dict[str, tuple[DetailPlan, bool]] = {}

    def cut_serialised(self, fragment: str) -> CutEntry:
        """Cut an entry as the serialiser wrote it.

        Raises KnownError file.field, file.elements, file.depth, file.attributes at the bounds.
        """
        return self._cut(fragment, *cut(fragment))[0]

    def cut_plain(self, fragment: str) -> CutEntry | None:
        """Cut an entry as it stands in the file, None if it is not plain; raises as `cut_serialised` does."""
        if fragment.count("<") != fragment.count(">") or ("&" in fragment and _ESCAPE_NOT_PLAIN.search(fragment)):
            return None
        entry, plain = self._cut(fragment, *cut(fragment.replace("\r\n", "\n") if "\r" in fragment else fragment))
        return entry if plain else None

    def _cut(self, fragment: str, tags: list[str], texts: list[str]) -> tuple[CutEntry, bool]:
        """The entry, and whether all its shapes are plain."""
        if tags.count(self._detail) > 1:
            return self._cut_batch(fragment, tags, texts)
        plan, plain = _planned(self._entries, "<".join(tags), tags, plan_entry)
        return CutEntry(fragment, plan, texts, [(detail, texts) for detail in plan.details]), plain

    def _cut_batch(self, fragment: str, tags: list[str], texts: list[str]) -> tuple[CutEntry, bool]:
        """Details cut out of their entry; what is left of it has a shape that many batches share."""
        outer_tags: list[str] = []
        outer_texts, end = texts[:1], 0
        pieces: list[tuple[list[str], list[str]]] = []
        closing = "/" + self._detail
        for _ in range(tags.count(self._detail)):
            try:
                start = tags.index(self._detail, end)
                stop = tags.index(closing, start) + 1
            except ValueError:  # one inside another, or one without end: what is left is not plain
                break
            outer_tags += tags[end:start]
            outer_texts += texts[end + 1 : start + 1]
            pieces.append((tags[start:stop], ["", *texts[start + 1 : stop + 1]]))
            end = stop
        outer_tags += tags[end:]
        outer_texts += texts[end + 1 :]
        plan, plain = _planned(self._entries, "<".join(outer_tags), outer_tags, plan_entry)
        currency, details = plan.amount.currency, []
        for own_tags, own_texts in pieces:
            key = f"{currency}<{'<'.join(own_tags)}"
            detail, detail_plain = _planned(self._details, key, own_tags, lambda node: plan_detail(node, currency))
            plain = plain and detail_plain
            details.append((detail, own_texts))
        return CutEntry(fragment, plan, outer_texts, details), plain


def _planned(plans: dict[str, tuple[P, bool]], key: str, tags: list[str], plan: Callable[[Node], P]) -> tuple[P, bool]:
    """The plan of a shape, and whether the shape is plain; remembered while there are few and it is short."""
    known = plans.get(key)
    if known is None:
        known = plan(shape(tags)), is_plain(tags)
        if len(key) <= _LONGEST_SHAPE:
            if len(plans) >= _MOST_PLANS:
                plans.clear()
            plans[key] = known
    return known


class Lifter:
    """Takes plain entries out of a text that comes in blocks.

    `runs` has, in the order of the file, one item for each entry left in the text: the entries it stands for, or None
    where it stands for itself. An entry met when `runs` is empty stands for itself.
    """

    def __init__(self, tag: str, shapes: Shapes) -> None:
        """Look for elements of this tag, written with the file's prefix."""
        self.runs: deque[list[CutEntry] | None] = deque()
        self._opening, self._closing, self._left = f"<{tag}>", f"</{tag}>", f"<{tag}/>"
        self._shapes = shapes
        self._waiting: list[str] = []
        self._lifting = True
        self._in_prolog = True

    @property
    def waiting(self) -> int:
        """How many characters are held back until their entry ends."""
        return sum(map(len, self._waiting))

    def feed(self, block: str) -> str:
        """The text for the parser so far: without what was lifted, and without an unfinished entry at the end."""
        if not self._lifting:
            return block
        seam = (self._waiting[-1] if self._waiting else "")[-len(self._closing) :] + block
        self._waiting.append(block)
        return "".join(self._skeleton()) if self._closing in seam else ""

    def rest(self) -> str:
        """What is still held back when the file is at its end."""
        rest = "".join(self._waiting)
        self._waiting = []
        return rest

    def _skeleton(self) -> Iterator[str]:
        """What is left of the text that ends with an entry; the rest goes on waiting."""
        text = "".join(self._waiting)
        if self._in_prolog:
            self._in_prolog = False
            text = text[(end := PROLOG.match(text).end()) :]  # type: ignore[union-attr]  # the pattern matches nothing, too
            yield "".join(self._waiting)[:end]
        *pieces, rest = text.split(self._closing)
        self._waiting = [rest]
        run: list[CutEntry] | None = None
        for number, piece in enumerate(pieces):
            before, opening, inner = piece.partition(self._opening)
            entry = self._shapes.cut_plain(opening + inner + self._closing) if opening else None
            beside = (before if entry else before + inner).strip()
            if not opening or (beside and _UNCOUNTABLE.search(beside)):
                self._lifting = False
                yield self._closing.join(pieces[number:]) + self._closing + self.rest()
                return
            if beside:
                run = None
            if entry is None:
                self.runs.append(None)
                yield piece + self._closing
            elif run is None:
                run = [entry]
                self.runs.append(run)
                yield before + self._left
            else:
                run.append(entry)
