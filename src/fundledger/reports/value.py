"""What a report is before it is set on paper: plain values, message keys and no sentence.

A `Message` carries its whole catalogue key. The short keys of the parts are said under the part's own family:
`table.KEY`, `column.KEY`, `figures.KEY`, `identity.KEY`, `comparison.KEY`, and `term.KEY` for a term and a result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.evidence import Head


class Audience(StrEnum):
    """Who may read it; nothing is shown that the audience's own path did not put there."""

    PUBLIC = "public"
    AUDITOR = "auditor"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Message:
    """A message key and the values of its sentence; the exporter says it in the reader's language."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class Kind(StrEnum):
    """What a column holds; decides alignment, number format and cell type."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    COUNT = "count"


Cell = Money | date | int | str | Message | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `totalled` asks for a sum of its rows, set as a stored value and a live formula beside it.

    `label` is its head where that is a name of ours (an account's code) and no word of the catalogue.
    """

    key: str
    kind: Kind = Kind.TEXT
    totalled: bool = False
    label: str | None = None


def money_columns(*keys: str) -> tuple[Column, ...]:
    """Columns of money, each with its sum."""
    return tuple(Column(key, Kind.MONEY, totalled=True) for key in keys)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with the numbers of the entries behind it (never printed publicly)."""

    cells: tuple[Cell, ...]
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `totals` are computed by the report, one a totalled column, by column key.

    `empty` is what is said where there is no row, `note` stands under the table; `of` is named in its heading, which begins with `place`
    where tables are numbered.
    """

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    totals: Mapping[str, Money | int] = field(default_factory=dict)
    note: Message | None = None
    empty: Message | None = None
    of: Message | str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an identity: how it counts (+1 or -1), what it is, how much (a magnitude, or signed if it may be)."""

    sign: int
    key: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Identity:
    """An equation an auditor re-performs: the signed sum of `terms` must be `result`.

    `result` is found in another way than the terms (the fund's money), so that the difference can fail.
    """

    key: str
    terms: tuple[Term, ...]
    result_key: str
    result: Money


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures that must agree: each side named; every difference to the first is shown and must be zero.

    A side whose amount is None says why in `note` ("none published yet") and is left out of the differences. `sources` names for
    each side the table and the column whose total it is, where it is one: a workbook compares that column itself.
    """

    key: str
    sides: tuple[tuple[Message, Money | None], ...]
    note: Message | None = None
    sources: tuple[tuple[str, str] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a campaign: what was needed, collected and paid; drawn to one scale."""

    needed: Money
    collected: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Figures:
    """Named figures in a column, the head of a report; a None is a figure withheld, with the note saying why."""

    key: str
    items: tuple[tuple[Message, Cell], ...]
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or the foundation's own text (a plain str: a title, a story)."""

    text: Message | str


Section = Figures | Bar | Identity | Comparison | Table | Paragraph


@dataclass(frozen=True, slots=True)
class Report:
    """One report for one audience.

    `as_of` is the date of data: the period's end or the last posting, never today. `foundation` is our own name.
    `subject` is what it is about (a campaign's code and title), printed under the title. `head` is the log of the book it was
    made from: whoever keeps the report can prove later that nothing before it was changed. A `draft` has figures of days that are not
    closed, so they may still change.
    """

    name: str
    audience: Audience
    title: Message
    foundation: str
    currency: str
    as_of: date | None
    sections: tuple[Section, ...]
    subject: str = ""
    start_on: date | None = None
    end_on: date | None = None
    head: Head | None = None
    draft: bool = False


class AppealState(StrEnum):
    """Whether money is still asked for."""

    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Appeal:
    """What the appeal's own page says, all of it public.

    `collected` is gross, or less what went back where that went to fewer than five people (`netted`); it and every figure behind it are
    None while fewer than five donors gave. `owed_back` is what donors are still to get, None where too few of them are. `vat` says
    whether what is asked for is with or without it; `reference` is the RF reference (ISO 11649), None where none is published,
    and `giving` the text of the QR code to give by it.
    """

    code: str
    title: str
    story: str
    state: AppealState
    asked: Money
    collected: Money | None
    paid: Money | None
    remaining: Money | None
    as_of: date | None
    foundation: str
    returned: Money | None = None
    moved_in: Money | None = None
    moved_out: Money | None = None
    opening: Money | None = None
    fees: Money | None = None
    advanced: Money | None = None
    due_back: Money | None = None
    owed_back: Money | None = None
    netted: bool = False
    vat: str = "unsaid"
    reference: str | None = None
    giving: str | None = None
    head: Head | None = None
