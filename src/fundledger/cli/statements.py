"""Bank files and their lines: inspect, import, lines, and a person's word on a line nobody is sure of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.progress import progress
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.cli.output import Output
    from fundledger.services.importing import Imported
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

STATES = ("open", "matched", "unsure", "all")
_AT_ONCE = 1000
_MIB = 1024 * 1024


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    looking = verbs.verb("inspect", inspect).takes("file", nargs="+", metavar="FILE")
    looking.takes("--limit", type=int, metavar="MIB", said="size_limit").reveal().json()
    importing = verbs.verb("import", import_files).book().takes("file", nargs="+", metavar="FILE")
    importing.takes("--account", metavar="IBAN", said="own_account").takes("--limit", type=int, metavar="MIB", said="size_limit").json()
    verbs.verb("lines", lines).book().choice("--state", STATES, default="all").takes("--account", said="account_code").reveal().json()
    line = verbs.noun("line")
    line.verb("keep", keep).book().takes("line", type=int, metavar="LINE").json()
    line.verb("drop", drop).book().takes("line", type=int, metavar="LINE").json()


def inspect(call: Call) -> int:
    """Read bank files without a book; 2 when one of them is refused."""
    from fundledger.cli.inspecting import inspect_file  # noqa: PLC0415  the XML reader is loaded where files are read

    readable = [inspect_file(call, name, _limit(call)) for name in call.given("file")]
    return 0 if all(readable) else 2


def _limit(call: Call) -> int:
    from fundledger.statements.safety import FILE_LIMIT  # noqa: PLC0415  as in inspect

    return call.given("limit") * _MIB if call.given("limit") else FILE_LIMIT


def _refusal(out: Output, error: KnownError) -> dict[str, object]:
    return {"code": error.code, "text": " ".join(out.problem(one) for one in error.problems)}


def import_files(call: Call) -> int:
    """Import bank files, each whole or not at all; 1 when something is left to look at, 2 when all were refused."""
    refused = left = 0
    with call.book() as book:
        for name in call.given("file"):
            try:
                done = _import(call, book, name)
            except KnownError as error:
                refused += 1
                _report(call.out, Path(name).name, None, error)
            else:
                left += done.unsure
                _report(call.out, done.file, done, None)
    if refused == len(call.given("file")):
        return 2
    return 1 if refused or left else 0


def _import(call: Call, book: Book, name: str) -> Imported:
    from fundledger.services.importing import import_statement  # noqa: PLC0415  as in inspect

    with progress(call.out.speaker.say("cli.progress.import")) as tell:
        return import_statement(book, Path(name), call.at, account=call.given("account"), limit=_limit(call), progress=tell)


def _report(out: Output, name: str, done: Imported | None, error: KnownError | None) -> None:
    counts = {key: getattr(done, key) if done else 0 for key in ("new", "already_here", "unsure", "pending")}
    problems = [out.problem_record(one) for one in done.problems] if done else []
    refused = error and _refusal(out, error)
    out.record({"id": done and done.operation, "file": name, **counts, "refused": refused, "problems": problems})
    if out.as_json:
        return
    if done and done.imported_before:
        out.say("cli.imported_before", file=name, on=done.imported_before[:10], **counts)
    elif done:
        out.say("cli.imported", file=name, **counts)
    else:
        out.say("cli.refused", file=name)
    for problem in error.problems if error else done.problems if done else ():
        out.note(problem)


def lines(call: Call) -> int:
    """Statement lines, the earliest first."""
    from fundledger.store.accounts import account_codes  # noqa: PLC0415  the store is loaded where a book is opened
    from fundledger.store.lines import line_ids, line_rows  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "lines")
        with book.reading() as db:
            account = account_codes(db).get(call.given("account"), -1) if call.given("account") else None
            ids = line_ids(db, call.given("state"), account)
            rows = (row for n in range(0, len(ids), _AT_ONCE) for row in line_rows(db, ids[n : n + _AT_ONCE], reveal=reveal))
            call.out.rows((_line(row, reveal=reveal) for row in rows), _columns(reveal=reveal), "cli.no_lines")
    return 0


def _line(row: LineRow, *, reveal: bool) -> dict[str, object]:
    facts: dict[str, object] = {
        "id": row.id, "account": row.account, "booked_on": row.booked_on, "amount": row.amount, "currency": row.amount.currency,
        "status": row.status, "text": row.text, "state": row.state, "disposition": row.disposition,
    }  # fmt: skip
    return facts | ({"name": row.name, "iban": row.iban} if reveal else {})


def _columns(*, reveal: bool) -> tuple[str, ...]:
    return ("id", "account", "booked_on", "amount", "currency", "state", "disposition", *(("name", "text") if reveal else ("text",)))


def keep(call: Call) -> int:
    """An unsure line is a payment of its own."""
    from fundledger.services.importing import keep_line  # noqa: PLC0415  as in lines

    with call.book() as book:
        return call.changed(keep_line(book, call.given("line"), call.at), "line_kept", line=call.given("line"))


def drop(call: Call) -> int:
    """An unsure line is one the book has."""
    from fundledger.services.importing import drop_line  # noqa: PLC0415  as in lines

    with call.book() as book:
        return call.changed(drop_line(book, call.given("line"), call.at), "line_dropped", line=call.given("line"))
