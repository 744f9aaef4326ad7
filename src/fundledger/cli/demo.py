"""The main job on the sample foundation: a book, its year, its reports, and where everything is."""

from __future__ import annotations

import secrets
import shlex
import shutil
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.progress import progress
from fundledger.cli.window import open_window
from fundledger.domain.problem import KnownError
from fundledger.i18n import Speaker, languages, public_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.receipt import Receipt
    from fundledger.store.book import Book

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_FORMATS = ("pdf", "xlsx")
_YEAR = 2025  # of the sample foundation


def declare(verbs: Verbs) -> None:
    """Declare the verb of this family."""
    verbs.verb("demo", demo).takes("dir", nargs="?", metavar="DIR").flag("--gui")


def demo(call: Call) -> int:
    """Do the main job and say what is where; 1 when the book is not sound, which would be a bug."""
    from fundledger.export.writing import check_target  # noqa: PLC0415  loaded where something is written

    folder = _folder(call.given("dir"))
    path = folder / "Sample.fundledger"
    if path.exists():
        raise KnownError("demo.exists", str(path))
    check_target(folder)
    passphrase = new_passphrase()
    with _build(call, path, passphrase) as book:
        written = [*_write_reports(call, book, folder / "reports"), *_write_receipt(call, book, folder / "reports")]
        faults = _summary(call, book)
    _where(call, path, folder / "reports", written, passphrase)
    if call.given("gui"):
        return open_window(call, path, passphrase)
    return 1 if faults else 0


def _folder(name: str | None) -> Path:
    return Path(name).absolute() if name else Path(tempfile.mkdtemp(prefix="fundledger-"))


def new_passphrase() -> str:
    """Four words that can be said and typed: 24 random letters of consonant and vowel, some 73 bits."""
    return "-".join("".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3)) for _ in range(4))


def _build(call: Call, path: Path, passphrase: str) -> Book:
    """The sample book; whatever stops it leaves no half a book."""
    from fundledger.services.sample import build_sample  # noqa: PLC0415  as above

    call.out.say("cli.demo.building")
    with ExitStack() as on_failure, progress(call.out.speaker.say("cli.progress.sample")) as tell:
        on_failure.callback(shutil.rmtree, path, ignore_errors=True)
        book = build_sample(path, passphrase, tell)
        on_failure.pop_all()
    return book


def _write_reports(call: Call, book: Book, folder: Path) -> list[Path]:
    """Campaigns, overview and tie-out for the public and the auditor, and every appeal's page; the first one's in six languages."""
    from fundledger.export.writing import write_page, write_report  # noqa: PLC0415  as above
    from fundledger.reports import appeal  # noqa: PLC0415  as above
    from fundledger.reports.catalogue import build_report, forbidden_names  # noqa: PLC0415  as above
    from fundledger.reports.value import Audience  # noqa: PLC0415  as above
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as above

    speaker, forbidden = call.out.speaker, forbidden_names(book)
    with book.reading() as db:
        codes = [one.code for one in campaigns(db, book.currency)]
    named = [*(("campaign", code) for code in codes), ("overview", None), ("reconciliation", None)]

    def a_report(audience: Audience, name: str, code: str | None) -> list[Path]:
        built = build_report(book, name, audience, campaign=code, language=speaker.language)
        return write_report(built, folder, _FORMATS, speaker, forbidden)

    def a_page(code: str, language: str) -> list[Path]:
        return write_page(appeal.build(book, code, language), folder, Speaker(language, public=True), forbidden)

    jobs: list[Callable[[], list[Path]]] = [
        *(partial(a_report, audience, *one) for one in named for audience in (Audience.PUBLIC, Audience.AUDITOR)),
        *(partial(a_page, code, language) for code in codes for language in languages()),
        *(partial(a_page, codes[0], language) for language in public_languages() if language not in languages()),
    ]
    written: list[Path] = []
    with progress(speaker.say("cli.progress.reports")) as tell:
        for n, job in enumerate(jobs, 1):
            written += job()
            tell(n, len(jobs))
    return written


def _write_receipt(call: Call, book: Book, folder: Path) -> list[Path]:
    """A year's receipt of whoever gave most often, as a donor might ask for it."""
    from fundledger.export.letter import write_letter  # noqa: PLC0415  as above
    from fundledger.reports.receipt import letter  # noqa: PLC0415  as above
    from fundledger.services.receipts import issue_receipt  # noqa: PLC0415  as above
    from fundledger.store.donors import donor_ids, donor_rows  # noqa: PLC0415  as above

    written: list[Path] = []

    def deliver(made: Receipt) -> bytes:
        files = write_letter(letter(made), folder, call.out.speaker)
        written.extend(files)
        return next(iter(files.values()))

    with book.reading() as db:
        giver = max(donor_rows(db, donor_ids(db), book.currency), key=lambda one: (one.gifts, -one.id))
    issue_receipt(book, giver.code, call.at, deliver, year=_YEAR, language=call.out.speaker.language)
    return written


def _summary(call: Call, book: Book) -> int:
    """The campaigns as they stand, and whether the book is sound; how many faults there are."""
    from fundledger.services.checking import check_book  # noqa: PLC0415  as above
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as above
    from fundledger.store.extracts import counts  # noqa: PLC0415  as above
    from fundledger.store.funds import fund_figures  # noqa: PLC0415  as above

    with book.reading() as db:
        found, figures, (entries, lines) = campaigns(db, book.currency), fund_figures(db, book.currency), counts(db)
    records = []
    for one in found:
        its = figures[one.fund]
        head = {"code": one.code, "title": one.title(call.out.speaker.language), "state": one.state, "asked": one.asked}
        records.append(head | {"collected": its.collected, "paid": its.paid, "remaining": its.remaining})
    call.out.rows(records, ("code", "title", "asked", "collected", "paid", "remaining", "state"))
    faults = check_book(book)
    for fault in faults:
        call.out.show(fault)
    call.out.say("cli.faults" if faults else "cli.sound", n=len(faults) or entries, lines=lines)
    return len(faults)


def _where(call: Call, path: Path, reports: Path, written: list[Path], passphrase: str) -> None:
    """What is where, and three commands to go on with."""
    call.out.say("cli.demo.where", book=str(path), reports=str(reports), n=len(written))
    print(f"passphrase: {passphrase}")
    call.out.say("cli.demo.next")
    book = shlex.quote(str(path))
    for words in ("", f"balances {book}", f"report {book} overview --audience public --out {shlex.quote(str(reports))}"):
        print(f"  fundledger {words}".rstrip())
