"""What a verb tells the shells when it has committed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem


class Area(StrEnum):
    """A part of the book whose views may want to ask again."""

    LINES = "lines"
    CAMPAIGNS = "campaigns"
    DONORS = "donors"
    INVOICES = "invoices"
    ACCOUNTS = "accounts"
    PERIODS = "periods"
    RULES = "rules"
    BOOK = "book"


EVERYTHING = frozenset(Area)


@dataclass(frozen=True, slots=True)
class Changes:
    """One operation: its id, the row ids it made or changed, what it touched, and what a person should look at."""

    operation: int | None
    ids: tuple[int, ...] = ()
    touched: frozenset[Area] = frozenset()
    warnings: tuple[Problem, ...] = ()
