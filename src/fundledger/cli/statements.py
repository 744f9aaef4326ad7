"""Bank files and their lines: inspect, import, lines, and a person's word on a line nobody is sure of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.progress import progress
from fundledger.cli.reconciling import history
from fundledger.domain.masking import mask_text
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verb, Verbs
    from fundledger.cli.output import Output
    from fundledger.services.arriving import Imported, Shown
    from fundledger.services.changes import Changes
    from fundledger.services.coverage import AccountCoverage
    from fundledger.statements import Given
    from fundledger.statements.layout import Layout
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

STATES = ("open", "matched", "unsure", "ignored", "all")
DATE_ORDERS = ("dmy", "mdy", "ymd")
_AT_ONCE = 1000
_MIB = 1024 * 1024


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    looking = _answers(verbs.verb("inspect", inspect).takes("file", nargs="+", metavar="FILE"))
    looking.takes("--limit", type=int, metavar="MIB", said="size_limit").reveal().json()
    importing = _answers(verbs.verb("import", import_files).book().takes("file", nargs="+", metavar="FILE"))
    importing.flag("--preview").flag("--leave-unreadable").takes("--unbalanced", metavar="REASON").flag("--late")
    importing.takes("--limit", type=int, metavar="MIB", said="size_limit").json()
    verbs.verb("lines", lines).book().choice("--state", STATES, default="all").takes("--account", said="account_code").reveal().json()
    line = verbs.noun("line")
    for name, verb in (("keep", keep), ("drop", drop), ("replace", replace), ("withdraw", withdraw)):
        line.verb(name, verb).book().takes("line", type=int, nargs="+", metavar="LINE").json()
    ignoring = line.verb("ignore", ignore).book().takes("line", type=int, nargs="+", metavar="LINE")
    ignoring.takes("--reason", required=True, said="why_ignored").json()
    line.verb("history", history).book().takes("line", type=int, metavar="LINE").reveal().json()
    verbs.verb("coverage", coverage).book().json()


def _answers(verb: Verb) -> Verb:
    """What a person may say of files that do not say it themselves."""
    verb.takes("--account", metavar="IBAN", said="own_account").takes("--currency", said="file_currency")
    verb.takes("--encoding", metavar="NAME").choice("--date-order", DATE_ORDERS).choice("--decimal", (".", ","))
    return verb.takes("--year", type=int, metavar="YYYY").takes("--profile", metavar="FILE")


def _given(call: Call) -> Given:
    from fundledger.statements import Given  # noqa: PLC0415  as in inspect

    currency, profile = call.given("currency"), call.given("profile")
    return Given(
        call.at.date(),
        encoding=call.given("encoding"),
        date_order=call.given("date_order"),
        decimal=call.given("decimal"),
        year=call.given("year"),
        account=call.given("account"),
        currency=currency and currency.upper(),
        layout=_layout(Path(profile)) if profile else None,
        leave_unreadable="leave_unreadable" in call.options and call.given("leave_unreadable"),
    )


def _layout(path: Path) -> Layout:
    from fundledger.statements.source import open_source  # noqa: PLC0415  as in inspect
    from fundledger.statements.tables.profile import from_json  # noqa: PLC0415  as in inspect

    with open_source(path, _MIB) as source:
        return from_json("".join(source.texts()))


def inspect(call: Call) -> int:
    """Read bank files without a book; 2 when one of them is refused."""
    from fundledger.cli.inspecting import inspect_file  # noqa: PLC0415  the XML reader is loaded where files are read

    given = _given(call)
    readable = [inspect_file(call, name, _limit(call), given) for name in call.given("file")]
    return 0 if all(readable) else 2


def _limit(call: Call) -> int:
    from fundledger.statements.safety import FILE_LIMIT  # noqa: PLC0415  as in inspect

    return call.given("limit") * _MIB if call.given("limit") else FILE_LIMIT


def import_files(call: Call) -> int:
    """Import bank files, each whole or not at all; 1 when something is left to look at, 2 when all were refused."""
    given = _given(call)
    with call.book() as book:
        done = []
        for name in call.given("file"):
            for one in _import(call, book, name, given):
                _report(call.out, one, looking=call.given("preview"))
                done.append(one)
    if all(one.refused for one in done):
        return 2
    return 1 if any(one.refused or one.unsure or one.corrected or one.unreadable for one in done) else 0


def _import(call: Call, book: Book, name: str, given: Given) -> Iterator[Imported]:
    """What became of a file, or of each file in an archive."""
    from fundledger.services.arriving import Answers, Imported  # noqa: PLC0415  as in inspect
    from fundledger.services.importing import import_file, preview  # noqa: PLC0415  as in inspect

    answers = Answers(call.given("account"), call.given("unbalanced"), call.given("late"))
    try:
        with progress(call.out.speaker.say("cli.progress.import")) as tell:
            take = preview if call.given("preview") else import_file
            yield from take(book, Path(name), call.at, given=given, answers=answers, limit=_limit(call), progress=tell)
    except KnownError as error:
        yield Imported(Path(name).name, "", refused=error.problems)


def _report(out: Output, done: Imported, *, looking: bool) -> None:
    counts = {key: getattr(done, key) for key in ("new", "already_here", "unsure", "pending")}
    more = {"corrected": done.corrected, "unreadable": done.unreadable}
    problems = [out.problem_record(one) for one in done.problems]
    text = " ".join(out.problem(one) for one in done.refused)
    refused = {"code": done.refused[0].code, "text": text} if done.refused else None
    lines = {"lines": [_shown(one) for one in done.lines]} if looking else {}
    out.record({"id": done.operation, "file": done.file, **counts, **more, "refused": refused, "problems": problems, **lines})
    if out.as_json:
        return
    if done.refused:
        out.say("cli.refused", file=done.file)
    elif done.imported_before:
        out.say("cli.imported_before", file=done.file, on=done.imported_before[:10], **counts)
    else:
        out.say("cli.previewed" if looking else "cli.imported", file=done.file, **counts)
        if looking:
            out.rows([_shown(one) for one in done.lines], ("group", "booked_on", "amount", "currency", "text", "twin"))
    for problem in done.refused or done.problems:
        out.note(problem)


def _shown(one: Shown) -> dict[str, object]:
    """A line of a preview: its group, and the line of the book it may be or corrects."""
    line = one.line
    facts = {"booked_on": line.booked_on, "amount": line.amount, "currency": line.amount.currency, "text": mask_text(line.remittance)}
    return {"group": one.group, **facts, "twin": one.twin}


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
        "corrects": row.corrects,
    }  # fmt: skip
    return facts | ({"name": row.name, "iban": row.iban} if reveal else {})


def _columns(*, reveal: bool) -> tuple[str, ...]:
    return ("id", "account", "booked_on", "amount", "currency", "state", "disposition", *(("name", "text") if reveal else ("text",)))


def keep(call: Call) -> int:
    """Unsure lines are payments of their own."""
    from fundledger.services.deciding import keep_lines  # noqa: PLC0415  as in lines

    return _decide(call, keep_lines, "line_kept")


def drop(call: Call) -> int:
    """Unsure lines are ones the book has."""
    from fundledger.services.deciding import drop_lines  # noqa: PLC0415  as in lines

    return _decide(call, drop_lines, "line_dropped")


def replace(call: Call) -> int:
    """Lines are the bank's corrections of others, which are reversed."""
    from fundledger.services.deciding import replace_lines  # noqa: PLC0415  as in lines

    return _decide(call, replace_lines, "line_replaced")


def withdraw(call: Call) -> int:
    """The bank states these lines no more."""
    from fundledger.services.deciding import withdraw_lines  # noqa: PLC0415  as in lines

    return _decide(call, withdraw_lines, "line_withdrawn")


def ignore(call: Call) -> int:
    """Lines are left out of the books, for a reason."""
    from fundledger.services.deciding import ignore_lines  # noqa: PLC0415  as in lines

    def verb(book: Book, ids: Sequence[int], at: datetime) -> Changes:
        return ignore_lines(book, ids, call.given("reason"), at)

    return _decide(call, verb, "line_ignored")


def _decide(call: Call, verb: Callable[[Book, Sequence[int], datetime], Changes], done: str) -> int:
    with call.book() as book:
        return call.changed(verb(book, call.given("line"), call.at), done, line=", ".join(map(str, call.given("line"))))


def coverage(call: Call) -> int:
    """Which days of each account its statements cover, and what lies between them."""
    from fundledger.services.coverage import account_coverage  # noqa: PLC0415  as in lines

    with call.book() as book:
        found = account_coverage(book)
    for one in found:
        _cover(call.out, one)
    return 1 if any(one.coverage.gaps for one in found) else 0


def _cover(out: Output, one: AccountCoverage) -> None:
    found, currency = one.coverage, one.account.currency
    gaps = [
        {
            "start_on": gap.start_on, "end_on": gap.end_on, "missing": gap.missing,
            "difference": None if gap.difference is None else Money(gap.difference, currency), "currency": currency,
        }
        for gap in found.gaps
    ]  # fmt: skip
    stretches = {"covered": found.covered, "gaps": gaps, "overlaps": found.overlaps}
    out.record({"id": one.account.id, "account": one.account.code, "statements": one.n_statements, **stretches})
    if out.as_json:
        return
    out.say("cli.coverage", account=one.account.code, n=one.n_statements)
    rows = [{"days": "covered", "start_on": start, "end_on": end} for start, end in found.covered]
    rows += [{"days": "gap", **gap} for gap in gaps]
    rows += [{"days": "overlap", "start_on": start, "end_on": end} for start, end in found.overlaps]
    order = sorted(rows, key=lambda row: (str(row["start_on"]), str(row["days"])))
    shown = [{"difference": None, "missing": None, **row, "days": out.speaker.say(f"coverage.{row['days']}")} for row in order]
    out.rows(shown, ("days", "start_on", "end_on", "missing", "difference"))
