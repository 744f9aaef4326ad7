"""The book as a whole: new, check, undo, log, balances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.progress import progress
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
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
    verbs.verb("new", new).book().takes("--name", required=True).takes("--currency", default="EUR").json()
    verbs.verb("balances", balances).book().json()
    verbs.verb("check", check).book().json()
    verbs.verb("undo", undo).book().json()
    verbs.verb("log", log).book().takes("--limit", type=int, default=_MOST).json()


def new(call: Call) -> int:
    """Make a book."""
    from fundledger.cli.passphrase import ask  # noqa: PLC0415  as below
    from fundledger.services.books import new_book  # noqa: PLC0415  opening the store takes half a second
    from fundledger.store.book import with_ending  # noqa: PLC0415  as above

    path = with_ending(Path(call.given("book")))
    if path.exists():  # before a passphrase is asked for
        raise KnownError("book.exists", str(path))
    passphrase = ask(call.given("passphrase_file"), call.out.speaker, new=True)
    with new_book(path, call.given("name"), call.given("currency"), passphrase, call.at) as book:
        call.out.done("cli.done.new", {"id": book.uid, "book": str(path), "currency": book.currency}, book=str(path))
    return 0


def balances(call: Call) -> int:
    """The figures of every fund."""
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as in new
    from fundledger.store.funds import fund_figures, fund_kinds  # noqa: PLC0415  as in new

    with call.book() as book, book.reading() as db:
        figures, kinds, currency = fund_figures(db, book.currency), fund_kinds(db), book.currency
        of_fund = {one.fund: one for one in campaigns(db, currency)}
    records = []
    for fund in [*of_fund, *(one for one in kinds if one not in of_fund)]:
        campaign = of_fund.get(fund)
        head = {"fund": kinds[fund], "campaign": campaign and campaign.code, "asked": campaign and campaign.asked}
        records.append({**head, **figures_of(figures[fund])})
    call.out.rows(records, ("fund", "campaign", "asked", "collected", "returned", "invoiced", "paid", "available", "remaining"))
    return 0


def figures_of(figures: FundFigures) -> dict[str, Money]:
    """The figures of a fund under their names, magnitudes but for available and remaining."""
    return {name: getattr(figures, name) for name in FIGURES}


def check(call: Call) -> int:
    """Recompute everything; 1 when a fault was found."""
    from fundledger.services.checking import check_book  # noqa: PLC0415  as in new
    from fundledger.store.extracts import counts  # noqa: PLC0415  as in new

    with call.book() as book, progress(call.out.speaker.say("cli.progress.check")):
        faults = check_book(book)
        with book.reading() as db:
            entries, lines = counts(db)
    call.out.record({"sound": not faults, "entries": entries, "lines": lines, "faults": [call.out.problem_record(one) for one in faults]})
    if call.out.as_json:
        return 1 if faults else 0
    for fault in faults:
        call.out.show(fault)
    call.out.say("cli.faults" if faults else "cli.sound", n=len(faults) or entries, lines=lines)
    return 1 if faults else 0


def undo(call: Call) -> int:
    """Take the last operation back."""
    from fundledger.services.undoing import next_undo, undo  # noqa: PLC0415  as in new

    with call.book() as book:
        last = next_undo(book)
        if last is None:
            raise KnownError("undo.nothing")
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
