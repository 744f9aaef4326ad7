"""What leaves the book: reports, and an appeal's own page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.packs import pack
from fundledger.i18n import Speaker, public_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.book import Book

AUDIENCES = ("public", "auditor", "internal")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    one = verbs.verb("report", report).book().takes("report", metavar="NAME").takes("--campaign")
    one.takes("--from", type=a_day, metavar="D", dest="from_").takes("--to", type=a_day, metavar="D", dest="until")
    one.choice("--audience", AUDIENCES, required=True).takes("--format", default="pdf,xlsx", metavar="pdf,xlsx,html,json,csv")
    one.takes("--seed", default="", metavar="S")
    one.takes("--out", required=True, metavar="DIR").flag("--readable").takes("--pack-passphrase-file", metavar="F").json()
    verbs.verb("page", page, public=True).book().takes("--campaign", required=True).takes("--out", required=True, metavar="DIR").json()


def report(call: Call) -> int:
    """Build a report and write it in every format asked for; the pack has a form of its own."""
    if call.given("report") == "pack":
        return pack(call)
    from fundledger.export.writing import check_target, write_report  # noqa: PLC0415  the writers are loaded where something is written
    from fundledger.reports.catalogue import build_report, forbidden_names  # noqa: PLC0415  as above
    from fundledger.reports.value import Audience  # noqa: PLC0415  as above

    folder, speaker = Path(call.given("out")), call.out.speaker
    with call.book() as book:
        check_target(folder)
        if call.given("audience") == Audience.PUBLIC:
            expire_consents(call, book)
        built = build_report(
            book,
            call.given("report"),
            Audience(call.given("audience")),
            campaign=call.given("campaign"),
            start=call.given("from_"),
            end=call.given("until"),
            language=speaker.language,
            seed=call.given("seed"),
        )
        formats = [word.strip() for word in call.given("format").split(",") if word.strip()]
        _say_written(call, write_report(built, folder, formats, speaker, forbidden_names(book)))
    return 0


def page(call: Call) -> int:
    """Write an appeal's own page, in one language or in all of them."""
    from fundledger.export.writing import check_target, write_page  # noqa: PLC0415  as above
    from fundledger.reports.appeal import build  # noqa: PLC0415  as above
    from fundledger.reports.catalogue import forbidden_names  # noqa: PLC0415  as above

    folder, asked = Path(call.given("out")), getattr(call.options, "language", None) or call.out.speaker.language
    with call.book() as book:
        check_target(folder)
        expire_consents(call, book)
        for language in public_languages() if asked == "all" else (asked,):
            speaker = Speaker(language, public=True)
            _say_written(call, write_page(build(book, call.given("campaign"), speaker.language), folder, speaker, forbidden_names(book)))
    return 0


def expire_consents(call: Call, book: Book) -> None:
    """Hide what is no longer agreed to before the public reads anything, and say so."""
    from fundledger.services.campaigns import expire_consents as expire  # noqa: PLC0415  as above

    for problem in expire(book, call.at):
        call.out.note(problem)


def _say_written(call: Call, files: Sequence[Path]) -> None:
    for file in files:
        call.out.done("cli.done.written", {"file": str(file), "format": file.suffix[1:]}, file=str(file))
