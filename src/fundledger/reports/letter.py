"""A paper for one person: what it says to her, before it is set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.evidence import Head
    from fundledger.reports.value import Message, Table


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the foundation to one donor, whose name stands on it and nobody else's.

    `stem` names its file; `marks` are said loud under the title, such as the word duplicate.
    """

    stem: str
    title: Message
    foundation: str
    currency: str
    to: str
    code: str
    dated: date
    body: tuple[Message | Table, ...]
    marks: tuple[Message, ...] = ()
    signed: bool = False
    head: Head | None = None
