"""The hostile reader: what somebody who kept every earlier public edition could find out from new ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem
from fundledger.store import campaigns
from fundledger.store.movements import publicity, to_print

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.shown import Printed
    from fundledger.domain.singling import Figure
    from fundledger.store.book import Book
    from fundledger.store.movements import About


@dataclass(frozen=True, slots=True)
class Words:
    """What a figure is called: a key of the catalogue."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def hostile(book: Book, wanted: Sequence[About]) -> tuple[int, tuple[Problem, ...]]:
    """How many figures new public editions show, and one problem disclosure.singled_out for each that gives somebody away.

    Each is held against every figure of every earlier edition, superseded ones too, and of those before it here: whatever can be reckoned
    from them all is of five people or more.
    """
    with book.reading() as db:
        funds = {one.code: one.fund for one in campaigns.campaigns(db, book.currency)}
        public = publicity(db, (book.unrestricted_fund, book.suspense_fund), book.currency)
        figures, problems = 0, []
        beside: list[Printed] = []
        for about in wanted:
            one = to_print(db, about, book.currency)
            figures += len(public.figures(one))
            found = public.points_out(one, beside)
            problems += [
                Problem(
                    "disclosure.singled_out", _named(funds, each.figure, one.report), {"n": each.gifts, "figure": Words(each.figure.name)}
                )
                for each in found
            ]
            beside.append(one)
    return figures, tuple(problems)


def _named(funds: dict[str, int], figure: Figure, report: str) -> str:
    """Whose figure it is: a campaign's, by its code, or the report's own."""
    return next((code for code, fund in funds.items() if fund == figure.fund), report)
