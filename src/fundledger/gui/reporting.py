"""What the Reports page asks of the book, beside the window: papers set as they will leave, searched, written, sealed, published."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.export.gate import check_public
from fundledger.export.packing import make_pack
from fundledger.export.plain_text import render as plain_text
from fundledger.export.recognising import recognise
from fundledger.export.text import file_name
from fundledger.export.writing import FORMATS, check_target, render, report_stem, save, write_report
from fundledger.gui.papers import PDFIUM
from fundledger.i18n import Speaker
from fundledger.reports import transparency, whole_journal, workbook
from fundledger.reports.catalogue import BOOKS, PUBLISHED, REPORTS, build_report, forbidden_names
from fundledger.reports.value import Audience
from fundledger.services import publishing
from fundledger.services.campaigns import expire_consents
from fundledger.services.leaving import log_leaving
from fundledger.store import choices
from fundledger.store.container import seal
from fundledger.store.editions import EditionFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from fundledger.domain.problem import Problem
    from fundledger.reports.value import Report
    from fundledger.services.changes import Changes
    from fundledger.store.book import Book

PACK, HLEDGER, BEANCOUNT = "pack", "hledger", "beancount"
_JOURNALS = {HLEDGER: "journal", BEANCOUNT: "beancount"}
_TO_LOOK_AT = 20_000  # letters of a plain form that are shown
_ROWS_SHOWN = 40
_EVERY = tuple(Audience)
_KEPT = (Audience.AUDITOR, Audience.INTERNAL)
# Whom each report may be made for, in the order of the list.
READERS: Mapping[str, tuple[Audience, ...]] = {
    **dict.fromkeys(REPORTS, _EVERY),
    **dict.fromkeys(PUBLISHED, _EVERY),
    transparency.NAME: (Audience.PUBLIC,),
    "trial-balance": _KEPT,
    **dict.fromkeys(BOOKS, _KEPT),
    PACK: (Audience.AUDITOR,),
    HLEDGER: (Audience.AUDITOR,),
    BEANCOUNT: (Audience.AUDITOR,),
}
_SETS = "report set "


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, for whom, in what language, of which days, in which form."""

    name: str
    campaign: str | None
    audience: Audience
    language: str
    start: date | None = None
    end: date | None = None
    form: str = "pdf"


def forms_of(name: str) -> tuple[str, ...]:
    """The forms a report has; the workbook is too large for a page, a pack and a journal have one of their own."""
    if name == workbook.NAME:
        return ("xlsx", "pdf")
    return () if name in {PACK, *_JOURNALS} else FORMATS


@dataclass(frozen=True, slots=True)
class Previewed:
    """The very bytes, what the gate found in them, and what a hostile reader would find out (None: not public)."""

    content: bytes
    text: str
    hits: tuple[Problem, ...]
    hostile: publishing.Preview | None
    draft: bool


def _build(book: Book, wanted: Wanted) -> Report:
    about = {"campaign": wanted.campaign, "language": wanted.language}
    return build_report(book, wanted.name, wanted.audience, start=wanted.start, end=wanted.end, **about)  # type: ignore[arg-type]


def _speaker(wanted: Wanted) -> Speaker:
    return Speaker(wanted.language, public=wanted.audience is Audience.PUBLIC)


def preview(book: Book, wanted: Wanted) -> Previewed:
    """Set the report as it will be exported, and search it as it will be searched."""
    report = _build(book, wanted)
    content = render(report, wanted.form, _speaker(wanted))
    text = "" if wanted.form == "pdf" else as_text(content, wanted.form)
    if wanted.audience is not Audience.PUBLIC:
        return Previewed(content, text, (), None, report.draft)
    with PDFIUM:
        hits = check_public(content, f"preview.{wanted.form}", forbidden_names(book), {report.foundation})
    return Previewed(content, text, tuple(hits), _hostile(book, wanted, report, content), report.draft)


def _hostile(book: Book, wanted: Wanted, report: Report, content: bytes) -> publishing.Preview | None:
    if report.head is None:
        return None
    days = (day.isoformat() if day else "" for day in (report.start_on, report.end_on))
    shown = publishing.Shown(report.name, report.audience.value, wanted.campaign or "", *days)
    file = EditionFile(hashlib.sha256(content).hexdigest(), wanted.form, wanted.language, len(content))
    return publishing.hostile_preview(book, [publishing.Written("", shown, report.head, file, report.end_on or report.as_of)])


def as_text(content: bytes, form: str) -> str:
    """The beginning of a form that has no pages, as it can be read: of a workbook the first rows of each sheet."""
    if form != "xlsx":
        return content.decode("utf-8-sig")[:_TO_LOOK_AT]
    from openpyxl import load_workbook  # noqa: PLC0415  only where a workbook is looked at

    book = load_workbook(io.BytesIO(content), read_only=True)
    lines = []
    for sheet in book.worksheets:
        lines.append(f"▤ {sheet.title}")
        shown = sheet.iter_rows(max_row=_ROWS_SHOWN, values_only=True)
        lines += ["   ".join("" if one is None else str(one) for one in row).rstrip() for row in shown]
        lines.append("")
    book.close()
    return "\n".join(lines)[:_TO_LOOK_AT]


def export(book: Book, wanted: Wanted, folder: Path, at: datetime, passphrase: str | None = None) -> list[Path]:
    """Write the report; the public's plain and searched, any other sealed with a passphrase, or plain without one, which is logged.

    Raises KnownError where a name would leave or the folder cannot take it.
    """
    if wanted.audience is Audience.PUBLIC:
        expire_consents(book, at)
        with PDFIUM:
            return write_report(_build(book, wanted), folder, (wanted.form,), _speaker(wanted), forbidden_names(book))
    check_target(folder)
    what = PACK if wanted.name == PACK else "export" if wanted.name in _JOURNALS else "report"
    log_leaving(book, what, at, readable=passphrase is None)
    stem, ending, content = _made(book, wanted)
    if passphrase is None:
        return save(folder, {f"{stem}.{'zip' if what == PACK else ending}": content})
    sealed = f"{stem}.fundpack" if what == PACK else f"{stem}.{ending}.sealed"
    return save(folder, {sealed: seal(content, passphrase)})


def _made(book: Book, wanted: Wanted) -> tuple[str, str, bytes]:
    """Name, ending and bytes of what is not for the public."""
    days = [day.isoformat() for day in (wanted.start, wanted.end) if day is not None]
    if wanted.name == PACK:
        with PDFIUM:
            return file_name("pack", *days, "auditor", wanted.language), "zip", make_pack(book, _speaker(wanted), wanted.start, wanted.end)
    if wanted.name in _JOURNALS:
        made = plain_text(whole_journal.build(book), wanted.name)
        return file_name("journal", wanted.name), _JOURNALS[wanted.name], made
    report, speaker = _build(book, wanted), _speaker(wanted)
    with PDFIUM:
        return report_stem(report, speaker), wanted.form, render(report, wanted.form, speaker)


def publish(book: Book, wanted: Wanted, folder: Path, at: datetime) -> Changes:
    """Write the public edition in every form and make it an edition; raises what `export` and `publishing.publish` raise."""
    expire_consents(book, at)
    with PDFIUM:
        paths = write_report(_build(book, wanted), folder, FORMATS, _speaker(wanted), forbidden_names(book))
        written = recognise(book, paths)
    return publishing.publish(book, written, at)


# --- sets -------------------------------------------------------------------------------------------------------------
def sets(book: Book) -> dict[str, tuple[Wanted, ...]]:
    """The saved sets by name; one that nobody can read any more is left out."""
    with book.reading() as db:
        found = {name.removeprefix(_SETS): value for name, value in choices.chosen(db).items() if name.startswith(_SETS)}
    read = {name: _read(value) for name, value in sorted(found.items())}
    return {name: some for name, some in read.items() if some}


def keep_set(book: Book, name: str, wanted: tuple[Wanted, ...], at: datetime) -> None:
    """Keep a set under a name; an empty one is forgotten."""
    with book.operation("preference", at) as op:
        choices.choose(op, _SETS + name, json.dumps([asdict(one) for one in wanted], default=str))


def _read(value: str) -> tuple[Wanted, ...]:
    try:
        return tuple(_one(said) for said in json.loads(value))
    except (ValueError, TypeError, KeyError):
        return ()


def _one(said: dict[str, str | None]) -> Wanted:
    days = (date.fromisoformat(day) if (day := said[key]) else None for key in ("start", "end"))
    name, language, form = (str(said[key]) for key in ("name", "language", "form"))
    start, end = days
    return Wanted(name, said["campaign"], Audience(str(said["audience"])), language, start, end, form)
