"""One run of a command: what was asked, who is spoken to, and what time it is."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from fundledger.cli.output import Output
    from fundledger.domain.money import Money
    from fundledger.services.changes import Changes
    from fundledger.store.book import Book

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def now() -> datetime:
    """The time, with the zone of this machine: the one clock of the shell."""
    return datetime.now(UTC).astimezone()


def a_day(text: str) -> date:
    """An ISO date of the command line; raises KnownError date.unreadable."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise KnownError("date.unreadable", text) from None


@dataclass(frozen=True, slots=True)
class Call:
    """The options as parsed, where to print, and the time of the call."""

    options: Namespace
    out: Output
    at: datetime

    def given(self, name: str) -> Any:  # noqa: ANN401  argparse knows no types
        """An option by its name."""
        return getattr(self.options, name)

    @property
    def on(self) -> date:
        """The day something is dated: as asked, else the day of the call."""
        asked: date | None = self.given("on")
        return asked or self.at.date()

    @contextmanager
    def book(self) -> Iterator[Book]:
        """The book of the command line, opened with the passphrase and closed again; why it could only be looked at is said."""
        from fundledger.cli.passphrase import ask  # noqa: PLC0415  as below
        from fundledger.store.book import open_book, with_ending  # noqa: PLC0415  half a second that a help text need not wait

        path = with_ending(Path(self.given("book")))
        if not path.exists():
            raise KnownError("book.not_found", str(path))
        with open_book(path, ask(self.given("passphrase_file"), self.out.speaker)) as book:
            yield book
            for problem in book.only_looking:  # a step that was refused has said so already
                self.out.note(problem)

    def money(self, name: str, currency: str) -> Money:
        """An amount of the command line in a currency; raises KnownError amount.unreadable."""
        from fundledger.domain.money import parse  # noqa: PLC0415  where amounts are read

        return parse(str(self.given(name)), currency)

    def currency(self, book: Book) -> str:
        """The currency of the command line's amounts: the book's, unless `--currency` says another."""
        return str(self.given("currency") or book.currency).strip().upper()

    def revealing(self, book: Book, subject: str) -> bool:
        """Whether names are shown; if so that is written down first."""
        if self.given("reveal"):
            from fundledger.services.revealing import reveal  # noqa: PLC0415  where names are shown

            reveal(book, subject, self.at)
        return bool(self.given("reveal"))

    def changed(self, changes: Changes, said: str, record: dict[str, object] | None = None, **values: object) -> int:
        """Print what a verb did (`cli.done.SAID`) and what it warns of; exit code 0."""
        ids = changes.ids
        warnings = [self.out.problem_record(one) for one in changes.warnings]
        facts = {"id": ids[0] if len(ids) == 1 else list(ids), **(record or {}), "operation": changes.operation, "warnings": warnings}
        self.out.done(f"cli.done.{said}", facts, **values)
        for problem in () if self.out.as_json else changes.warnings:
            self.out.note(problem)
        return 0
