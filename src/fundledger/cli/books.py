"""The book as a whole: new, check, undo, log, balances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.people import check_paper, show_recovery
from fundledger.cli.progress import progress
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.evidence import Head
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.money import Money
    from fundledger.store.operations import LogEntry

FIGURES = (
    "collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "opening", "invoiced", "paid", "advanced", "due_back",
    "available", "remaining",
)  # fmt: skip
_MOST = 100


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    founding = verbs.verb("new", new).book().takes("--name", required=True).takes("--currency", default="EUR")
    founding.takes("--recovery-pdf", metavar="F").json()
    verbs.verb("balances", balances).book().json()
    verbs.verb("check", check).book().takes("--against", metavar="REPORT").json()
    verbs.verb("undo", undo).book().takes("--operation", type=int, metavar="N").json()
    verbs.verb("log", log).book().takes("--limit", type=int, default=_MOST).json()


def new(call: Call) -> int:
    """Make a book; its recovery key is shown once."""
    from fundledger.cli.passphrase import ask  # noqa: PLC0415  as below
    from fundledger.services.books import new_book, recovery_key  # noqa: PLC0415  opening the store takes half a second
    from fundledger.store.book import with_ending  # noqa: PLC0415  as above

    path = with_ending(Path(call.given("book")))
    if path.exists():  # before a passphrase is asked for
        raise KnownError("book.exists", str(path))
    check_paper(call)
    passphrase, key = ask(call.given("passphrase_file"), call.out.speaker, new=True), recovery_key()
    with new_book(path, call.given("name"), call.given("currency"), passphrase, call.at, recovery_key=key) as book:
        facts = {"id": book.uid, "book": str(path), "currency": book.currency, "recovery_key": key}
        call.out.done("cli.done.new", facts, book=str(path))
        show_recovery(call, book, key)
    return 0


def balances(call: Call) -> int:
    """The figures of every fund."""
    from fundledger.store.campaigns import asked_by_fund  # noqa: PLC0415  as in new
    from fundledger.store.funds import fund_figures, fund_kinds  # noqa: PLC0415  as in new

    with call.book() as book, book.reading() as db:
        figures, kinds, of_fund = fund_figures(db, book.currency), fund_kinds(db), asked_by_fund(db, book.currency)
    records = []
    for fund in [*of_fund, *(one for one in kinds if one not in of_fund)]:
        code, asked = of_fund.get(fund, (None, None))
        head = {"fund": kinds[fund], "campaign": code, "asked": asked}
        records.append({**head, **figures_of(figures[fund])})
    call.out.rows(records, ("fund", "campaign", "asked", "collected", "returned", "invoiced", "paid", "available", "remaining"))
    return 0


def figures_of(figures: FundFigures) -> dict[str, Money]:
    """The figures of a fund under their names, magnitudes but for available and remaining."""
    return {name: getattr(figures, name) for name in FIGURES}


def check(call: Call) -> int:
    """Recompute everything, and compare the log with an earlier report; 1 when a fault was found."""
    from fundledger.services.checking import check_book  # noqa: PLC0415  as in new
    from fundledger.store.extracts import counts  # noqa: PLC0415  as in new

    heads = _reported(call.given("against"))
    with call.book() as book, progress(call.out.speaker.say("cli.progress.check")) as tell:
        faults = check_book(book, heads, tell)
        with book.reading() as db:
            entries, lines = counts(db)
    against = [str(head) for head in heads]
    told = [call.out.problem_record(one) for one in faults]
    call.out.record({"sound": not faults, "entries": entries, "lines": lines, "against": against, "faults": told})
    if call.out.as_json:
        return 1 if faults else 0
    for fault in faults:
        call.out.show(fault)
    if heads and not faults:
        call.out.say("cli.done.against", head=", ".join(against))
    call.out.say("cli.faults" if faults else "cli.sound", n=len(faults) or entries, lines=lines)
    return 1 if faults else 0


def _reported(given: str | None) -> list[Head]:
    """What an earlier report says of the log, read before a passphrase is asked for."""
    if given is None:
        return []
    from fundledger.export.heads import reported  # noqa: PLC0415  reading a report loads what reads PDF

    return reported(given)


def undo(call: Call) -> int:
    """Take an operation back, the last one where none is named."""
    from fundledger.services.undoing import next_undo, undo  # noqa: PLC0415  as in new
    from fundledger.store.operations import find_operation  # noqa: PLC0415  as in new

    with call.book() as book:
        if call.given("operation") is None:
            last = next_undo(book)
            if last is None:
                raise KnownError("undo.nothing")
        else:
            with book.reading() as db:
                last = find_operation(db, call.given("operation"))
        changes = undo(book, call.at, last.id)
    return call.changed(changes, "undo", {"verb": last.verb}, done=" ".join(filter(None, (call.out.word("verb", last.verb), last.subject))))


def log(call: Call) -> int:
    """The operations, newest first."""
    from fundledger.store.operations import operations  # noqa: PLC0415  as in new

    with call.book() as book, book.reading() as db:
        found = operations(db, call.given("limit"))
    call.out.rows([_logged(one) for one in found], ("id", "at", "verb", "subject", "undone_by", "undoes"))
    return 0


def _logged(one: LogEntry) -> dict[str, object]:
    return {
        "id": one.id, "at": one.at, "verb": one.verb, "person": one.person_id, "subject": one.subject,
        "undone_by": one.undone_by, "undoes": one.undoes_id,
        "changes": [{"table": table, "act": act, "rows": rows} for table, act, rows in one.changes],
    }  # fmt: skip
