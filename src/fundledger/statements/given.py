"""What a reader is told beside the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from fundledger.statements.layout import Layout


@dataclass(frozen=True, slots=True)
class Given:
    """The day, and what a person answered where a file does not say it; every answer may be missing.

    `today`: booking days after it warn. `encoding`: the codec of a text that declares none. `date_order`: dmy, mdy or ymd.
    `decimal`: "." or ",". `year` of days without one. `account` and `currency` of a file that names none.
    `layout`: how the columns of a table are to be read; `saved`: layouts
    a person mapped before, each taken for the header it belongs to. `leave_unreadable`: rows that cannot be taken are left out and
    warned of, instead of keeping the whole file out.
    """

    today: date | None = None
    encoding: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    year: int | None = None
    account: str | None = None
    currency: str | None = None
    layout: Layout | None = None
    saved: tuple[Layout, ...] = ()
    leave_unreadable: bool = False


NOTHING = Given()
