"""What leaves the book in secret, and what an auditor does with it: export, unseal and verify; the last two need no book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.export.verifying import Verified
    from fundledger.store.book import Book

_PROGRAMS = ("hledger", "beancount")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    one = (
        verbs.verb("export", export)
        .book()
        .choice("--to", _PROGRAMS, required=True, said="to_program")
        .takes("file", metavar="FILE", said="out_file")
    )
    one.flag("--readable").takes("--pack-passphrase-file", metavar="F").json()
    one = verbs.verb("verify", verify).takes("pack", metavar="PACK", nargs="+").takes("--fingerprint", metavar="KEY")
    one.takes("--pack-passphrase-file", metavar="F").json()
    one = verbs.verb("unseal", unseal).takes("file", metavar="FILE", said="sealed_file").takes("out_file", metavar="OUT")
    one.takes("--pack-passphrase-file", metavar="F").json()


def export(call: Call) -> int:
    """Write the whole journal for another program, sealed unless a readable copy is asked for."""
    from fundledger.export.plain_text import render  # noqa: PLC0415  the writers are loaded where something is written
    from fundledger.export.writing import check_target  # noqa: PLC0415  as above
    from fundledger.reports.whole_journal import build  # noqa: PLC0415  as above

    target = Path(call.given("file"))
    check_target(target.parent)
    with call.book() as book:
        let_go(call, book, "export", target, lambda: render(build(book), call.given("to")))
    return 0


def pack(call: Call) -> int:
    """Write the audit pack of a period."""
    from fundledger.export.packing import make_pack  # noqa: PLC0415  as above
    from fundledger.export.text import file_name  # noqa: PLC0415  as above
    from fundledger.export.writing import check_target  # noqa: PLC0415  as above

    if call.given("audience") != "auditor":
        raise KnownError("pack.audience")
    folder, speaker, start, end = Path(call.given("out")), call.out.speaker, call.given("from_"), call.given("until")
    check_target(folder)
    days = [day.isoformat() for day in (start, end) if day is not None]
    ending = "zip" if call.given("readable") else "fundpack"
    with call.book() as book:
        target = folder / f"{file_name('pack', *days, 'auditor', speaker.language)}.{ending}"
        let_go(call, book, "pack", target, lambda: make_pack(book, speaker, start, end, call.given("seed")))
    return 0


def let_go(call: Call, book: Book, what: str, target: Path, made: Callable[[], bytes]) -> None:
    """Log it, make it, and write it sealed or readable; its passphrase is asked for before anything is done."""
    from fundledger.cli.passphrase import ask_pack  # noqa: PLC0415  as above
    from fundledger.export.writing import save  # noqa: PLC0415  as above
    from fundledger.services.leaving import log_leaving  # noqa: PLC0415  as above
    from fundledger.store.container import seal  # noqa: PLC0415  as above

    readable = call.given("readable")
    passphrase = "" if readable else ask_pack(call.given("pack_passphrase_file"), call.out.speaker, new=True)
    log_leaving(book, what, call.at, readable=readable)
    content = made()
    save(target.parent, {target.name: content if readable else seal(content, passphrase)})
    call.out.done(f"cli.done.{what}", {"file": str(target), "sealed": not readable}, file=str(target))
    if readable:
        call.out.note(Problem("pack.readable", str(target)))


def verify(call: Call) -> int:
    """Verify packs and reports without the book: 0 all are valid, 1 something is wrong or was not compared, 2 nothing could be read."""
    from fundledger.cli.passphrase import ask_pack  # noqa: PLC0415  as above
    from fundledger.export.verifying import Verified, given_fingerprint, judged, verify_file  # noqa: PLC0415  as above

    key = given_fingerprint(call.given("fingerprint")) if call.given("fingerprint") else None
    found, refused = [], 0
    for name in call.given("pack"):
        try:
            found.append(verify_file(Path(name), lambda: ask_pack(call.given("pack_passphrase_file"), call.out.speaker), key))
        except KnownError as error:
            found.append(Verified(error.problems))
            refused += 1
    for name, one in zip(call.given("pack"), judged(found), strict=True):
        _tell(call, name, one)
    return 2 if refused == len(found) else int(any(one.problems for one in judged(found)))


def _tell(call: Call, name: str, one: Verified) -> None:
    out = call.out
    facts = {"file": name, "valid": not one.problems, "head": one.head, "fingerprint": one.fingerprint, "entries": one.entries}
    out.record(facts | {"totals": one.totals, "faults": [out.problem_record(problem) for problem in one.problems]})
    if out.as_json:
        return
    if one.problems:
        out.say("cli.verified_not", file=name)
    elif one.fingerprint:
        out.say("cli.verified", file=name, head=one.head, entries=one.entries, totals=one.totals)
    else:
        out.say("cli.verified_report", file=name)
    for problem in one.problems:
        out.show(problem)


def unseal(call: Call) -> int:
    """Write what a sealed file holds where anybody can read it."""
    from fundledger.cli.passphrase import ask_pack  # noqa: PLC0415  as above
    from fundledger.export.verifying import read_given  # noqa: PLC0415  as above
    from fundledger.export.writing import check_target, save  # noqa: PLC0415  as above
    from fundledger.store import container  # noqa: PLC0415  as above

    target = Path(call.given("out_file"))
    check_target(target.parent)
    data = read_given(Path(call.given("file")))
    content = container.unseal(data, ask_pack(call.given("pack_passphrase_file"), call.out.speaker))
    save(target.parent, {target.name: content})
    call.out.done("cli.done.unseal", {"file": str(target)}, file=str(target))
    call.out.note(Problem("pack.readable", str(target)))
    return 0
