"""Recognises a written report: what it shows, and that it says byte for byte what the book says at the head printed on it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, refusal
from fundledger.export import page
from fundledger.export.heads import reported
from fundledger.export.text import file_name
from fundledger.export.writing import FORMATS, render
from fundledger.i18n import Speaker, public_languages
from fundledger.reports import appeal
from fundledger.reports.catalogue import PUBLISHED, REPORTS, build_report
from fundledger.reports.value import Audience
from fundledger.services.publishing import Shown, Written
from fundledger.store import campaigns, log
from fundledger.store.editions import EditionFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fundledger.domain.evidence import Head
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book

_NAMED = re.compile(
    rf"({'|'.join((*REPORTS, *PUBLISHED))})-(?:(.*?)-)??((?:\d{{4}}-\d\d-\d\d-){{0,2}})"
    rf"({'|'.join(Audience)})-({'|'.join(public_languages())})",
    re.ASCII,
)
# An appeal's own page is no `Report` and has forms of its own.
_PAGE, PAGE_FORMATS = "page", ("html", "txt", "json")
Guess = tuple[Shown, str]


def recognise(book: Book, paths: Sequence[Path]) -> list[Written]:
    """Every file as what it shows; raises a refusal that names each file that cannot be published, and why.

    Codes: evidence.no_head, publish.other_log (no head of this book), publish.unrecognised (renamed, and no JSON beside it),
    publish.differs (the book says something else, or somebody changed the file).
    """
    found: list[Written] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_recognised(book, path))
        except KnownError as error:
            problems += error.problems
    if problems:
        raise refusal(tuple(problems))
    return found


def _recognised(book: Book, path: Path) -> Written:
    head, form = reported(str(path))[-1], path.suffix[1:].lower()
    with book.reading() as db:
        if not log.knows(db, head):
            raise KnownError("publish.other_log", path.name, head=str(head))
    data = path.read_bytes()
    guesses = [one for one in _guesses(book, path, data) if form in (PAGE_FORMATS if one[0].report == _PAGE else FORMATS)]
    if not guesses:
        raise KnownError("publish.unrecognised", path.name)
    for shown, language in guesses:
        written = _as_written(book, shown, language, form, head, data)
        if written:
            return replace(written, name=path.name)
    raise KnownError("publish.differs", path.name)


def _as_written(book: Book, shown: Shown, language: str, form: str, head: Head, data: bytes) -> Written | None:
    """The file, if these are the bytes the book gives for what it is thought to show, with this head printed on it."""
    try:
        again, until = (_page if shown.report == _PAGE else _report)(book, shown, language, form, head)
    except KnownError:
        return None
    if again != data:
        return None
    file = EditionFile(hashlib.sha256(data).hexdigest(), form, language, len(data))
    return Written("", shown, head, file, until)


def _report(book: Book, shown: Shown, language: str, form: str, head: Head) -> tuple[bytes, date | None]:
    """A report with this head, and the last day of its data."""
    start, end = (date.fromisoformat(text) if text else None for text in (shown.start_on, shown.end_on))
    about = {"campaign": shown.campaign or None, "start": start, "end": end, "language": language}
    built = replace(build_report(book, shown.report, Audience(shown.audience), **about), head=head)  # type: ignore[arg-type]
    return render(built, form, Speaker(language, public=shown.audience == Audience.PUBLIC)), built.end_on or built.as_of


def _page(book: Book, shown: Shown, language: str, form: str, head: Head) -> tuple[bytes, date | None]:
    """An appeal's own page with this head, likewise."""
    built = replace(appeal.build(book, shown.campaign, language), head=head)
    return page.render(built, Speaker(language, public=True))[form], built.as_of


# --- what it may show -------------------------------------------------------------------------------------------------
def _guesses(book: Book, path: Path, data: bytes) -> Iterator[Guess]:
    """What the file says of itself where it is JSON, what its name says, what the JSON beside it says."""
    with book.reading() as db:
        codes = [one.code for one in campaigns.campaigns(db, book.currency)]
    if path.suffix == ".json":
        yield from _told(data, codes)
        return
    yield from _by_name(path.stem, codes)
    yield from (_a_page(code, each) for code in codes for each in public_languages() if path.stem == file_name(code, _PAGE, each))
    beside = path.with_suffix(".json")
    if beside.is_file():
        yield from _told(beside.read_bytes(), codes)


def _told(data: bytes, codes: Sequence[str]) -> Iterator[Guess]:
    try:
        said = json.loads(data)
        if "state_sentence" in said:
            yield _a_page(str(said["code"]), str(said["language"]))
            return
        name, audience, language, subject = (str(said[key]) for key in ("report", "audience", "language", "subject"))
        days = tuple(str(said[key] or "") for key in ("start_on", "end_on"))
    except (ValueError, KeyError, TypeError):
        return
    if audience in set(Audience):
        for code in _about(name, codes, lambda code: subject == code or subject.startswith(f"{code} ")):
            yield Shown(name, audience, code, *days), language


def _a_page(code: str, language: str) -> Guess:
    return Shown(_PAGE, Audience.PUBLIC.value, code, "", ""), language


def _by_name(stem: str, codes: Sequence[str]) -> Iterator[Guess]:
    named = _NAMED.fullmatch(stem)
    if not named:
        return
    name, subject, days, audience, language = named.groups(default="")
    dated = re.findall(r"\d{4}-\d\d-\d\d", days)
    spans = [("", "")] if not dated else [(dated[0], dated[1])] if len(dated) > 1 else [("", dated[0]), (dated[0], "")]
    for code in _about(name, codes, lambda code: f"{subject}-".startswith(f"{file_name(code)}-")):
        for start, end in spans:
            yield Shown(name, audience, code, start, end), language


def _about(name: str, codes: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    """The campaigns a report may be of; one that is of none has the empty code."""
    return [code for code in codes if fits(code)] if name == "campaign" else [""]
