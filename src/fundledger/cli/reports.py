"""What leaves the book: reports, and an appeal's own page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.packs import pack
from fundledger.domain.problem import KnownError
from fundledger.i18n import Speaker, languages, public_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.book import Book
    from fundledger.store.movements import About

AUDIENCES = ("public", "auditor", "internal")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    one = verbs.verb("report", report, public=True).book().takes("report", metavar="NAME").takes("--campaign")
    one.takes("--from", type=a_day, metavar="D", dest="from_").takes("--to", type=a_day, metavar="D", dest="until")
    one.choice("--audience", AUDIENCES, required=True).takes("--format", default="pdf,xlsx", metavar="pdf,xlsx,html,json,csv")
    one.takes("--seed", default="", metavar="S")
    one.takes("--out", required=True, metavar="DIR").flag("--readable").takes("--pack-passphrase-file", metavar="F").json()
    verbs.verb("page", page, public=True).book().takes("--campaign", required=True).takes("--out", required=True, metavar="DIR").json()


def report(call: Call) -> int:
    """Build a report and write it in every format asked for; the pack has a form of its own."""
    if call.given("report") == "pack":
        languages_asked(call, public=False)
        return pack(call)
    from fundledger.export.writing import check_target, write_report  # noqa: PLC0415  the writers are loaded where something is written
    from fundledger.reports.catalogue import build_report, forbidden_names  # noqa: PLC0415  as above
    from fundledger.reports.value import Audience  # noqa: PLC0415  as above

    folder, audience = Path(call.given("out")), Audience(call.given("audience"))
    asked = languages_asked(call, public=audience is Audience.PUBLIC)
    with call.book() as book:
        check_target(folder)
        if audience is Audience.PUBLIC:
            expire_consents(call, book)
        formats = [word.strip() for word in call.given("format").split(",") if word.strip()]
        for speaker in asked:
            built = build_report(
                book,
                call.given("report"),
                audience,
                campaign=call.given("campaign"),
                start=call.given("from_"),
                end=call.given("until"),
                language=speaker.language,
                seed=call.given("seed"),
            )
            forbidden = forbidden_names(book)
            files = write_report(built, folder, formats, speaker, forbidden)
            _say_written(call, files)
            if audience is Audience.PUBLIC:
                _warn_of_parts(call, files, forbidden, speaker.language, built.foundation)
            if audience is Audience.PUBLIC and built.head and speaker is asked[0]:
                code = built.subject.split(" · ")[0] or None
                _warn_of_readers(call, book, (built.name, code, built.start_on, built.end_on, built.head.size))
    return 0


def page(call: Call) -> int:
    """Write an appeal's own page, in one language or in all of them."""
    from fundledger.export.writing import check_target, write_page  # noqa: PLC0415  as above
    from fundledger.reports.appeal import build  # noqa: PLC0415  as above
    from fundledger.reports.catalogue import forbidden_names  # noqa: PLC0415  as above

    folder = Path(call.given("out"))
    with call.book() as book:
        check_target(folder)
        expire_consents(call, book)
        for number, speaker in enumerate(languages_asked(call, public=True)):
            forbidden = forbidden_names(book)
            told = build(book, call.given("campaign"), speaker.language)
            files = write_page(told, folder, speaker, forbidden)
            _say_written(call, files)
            _warn_of_parts(call, files, forbidden, speaker.language, book.name)
            if told.head and not number:
                _warn_of_readers(call, book, ("page", told.code, None, None, told.head.size))
    return 0


def languages_asked(call: Call, *, public: bool) -> list[Speaker]:
    """Who speaks in each language asked for; raises KnownError language.unknown for one that only public texts have."""
    asked, known = getattr(call.options, "language", None) or call.out.speaker.language, public_languages() if public else languages()
    if asked == "all":
        return [Speaker(language, public=public) for language in known]
    if asked.replace("-", "_").split("_")[0].lower() not in known:
        raise KnownError("language.unknown", asked, known=known)
    return [Speaker(asked, public=public)]


def expire_consents(call: Call, book: Book) -> None:
    """Hide what is no longer agreed to before the public reads anything, and say so."""
    from fundledger.services.campaigns import expire_consents as expire  # noqa: PLC0415  as above

    for problem in expire(book, call.at):
        call.out.note(problem)


def _warn_of_parts(call: Call, files: Sequence[Path], forbidden: Sequence[str], language: str, foundation: str) -> None:
    """Say where a single word of somebody's name stands in what was written; whether it is hers is for a person to see."""
    from fundledger.export.gate import parts_of_names  # noqa: PLC0415  as above
    from fundledger.i18n import own_words  # noqa: PLC0415  as above

    for file in files:
        for problem in parts_of_names(file.read_bytes(), file.name, forbidden, own_words(language), {foundation}):
            call.out.note(problem)


def _warn_of_readers(call: Call, book: Book, about: About) -> None:
    """Say which figure of what was written would single somebody out beside the public editions there are; publishing refuses it."""
    from fundledger.services.disclosing import hostile  # noqa: PLC0415  as above

    for problem in hostile(book, [about])[1]:
        call.out.note(problem)


def _say_written(call: Call, files: Sequence[Path]) -> None:
    for file in files:
        call.out.done("cli.done.written", {"file": str(file), "format": file.suffix[1:]}, file=str(file))
