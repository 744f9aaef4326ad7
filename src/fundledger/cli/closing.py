"""Periods and editions: the checklist, close, reopen, publish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.passphrase import ask_second
from fundledger.cli.reports import expire_consents
from fundledger.domain.masking import mask_text

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.closing import Item
    from fundledger.store.periods import Period, Reopening

_PERIODS = ("id", "period", "start_on", "end_on", "state", "closed_at", "closed_by")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    verbs.verb("close", close).book().takes("--period", metavar="P", required=True).json()
    reopening = verbs.verb("reopen", reopen).book().takes("--period", metavar="P", required=True)
    reopening.takes("--reason", metavar="R", required=True, said="reopen_reason").takes("--second-passphrase-file", metavar="F").json()
    one = verbs.verb("publish", publish).book().takes("report", metavar="REPORT", nargs="+", said="report_file")
    one.takes("--preview", action="store_true", said="publish_preview").json()
    period = verbs.noun("period")
    period.verb("list", periods).book().reveal().json()
    period.verb("show", show).book().takes("period", metavar="P").reveal().json()
    explaining = period.verb("explain", explain).book().takes("period", metavar="P")
    explaining.takes("--item", metavar="I", required=True, said="checklist_item").takes("--subject", metavar="S", required=True)
    explaining.takes("--said", metavar="T", required=True).json()


def close(call: Call) -> int:
    """Close a period for good, or say everything that is in the way."""
    from fundledger.domain.closing import days_of, named  # noqa: PLC0415  only where periods are
    from fundledger.services.closing import close_period  # noqa: PLC0415  the store is loaded where a book is opened

    days = days_of(call.given("period"))
    with call.book() as book:
        changes = close_period(book, days, call.at)
    return call.changed(changes, "close", {"period": named(*days)}, period=named(*days))


def reopen(call: Call) -> int:
    """Open a closed period again, by two people."""
    from fundledger.domain.closing import days_of, named  # noqa: PLC0415  as above
    from fundledger.services.closing import reopen as reopen_period  # noqa: PLC0415  as above

    days = days_of(call.given("period"))
    with call.book() as book:
        witness = book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker))
        changes = reopen_period(book, days, call.given("reason"), witness, call.at)
    record: dict[str, object] = {"period": named(*days), "agreed_by": witness.person_id}
    return call.changed(changes, "reopen", record, period=named(*days))


def publish(call: Call) -> int:
    """Make written reports editions."""
    from fundledger.export.recognising import recognise  # noqa: PLC0415  reading a report loads what reads PDF
    from fundledger.services.publishing import hostile_preview  # noqa: PLC0415  as above
    from fundledger.services.publishing import publish as make_editions  # noqa: PLC0415  as above

    paths = [Path(given) for given in call.given("report")]
    with call.book() as book:
        expire_consents(call, book)
        if call.given("preview"):
            found = hostile_preview(book, recognise(book, paths))
            for problem in found.problems:
                call.out.note(problem)
            singled = sum(int(str(one.values["n"])) for one in found.problems)
            call.out.done("cli.done.previewed", {"singled_out": singled, "figures": found.figures}, n=singled, figures=found.figures)
            return 1 if found.problems else 0
        changes = make_editions(book, recognise(book, paths), call.at)
    return call.changed(changes, "publish", {"files": [str(path) for path in paths]}, n=len(changes.ids))


def periods(call: Call) -> int:
    """Every period that was ever closed."""
    from fundledger.services.closing import list_periods  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "periods")
        found = list_periods(book)
    call.out.rows([_period(one, reveal=reveal) for one in found], _PERIODS)
    return 0


def show(call: Call) -> int:
    """One period: whether it is closed, its checklist, who opened it again and why."""
    from fundledger.domain.closing import days_of, named  # noqa: PLC0415  as above
    from fundledger.services.closing import checklist, list_periods  # noqa: PLC0415  as above

    days = days_of(call.given("period"))
    with call.book() as book:
        reveal = call.revealing(book, named(*days))
        known = next((one for one in list_periods(book) if (one.start_on, one.end_on) == days), None)
        items = checklist(book, *days)
    never = {"id": None, "period": named(*days), "start_on": days[0], "end_on": days[1], "state": "open", "closed_at": None}
    record = _period(known, reveal=reveal) if known else {**never, "closed_by": None, "reopenings": []}
    call.out.facts({**record, "items": [_item(call, one, reveal=reveal) for one in items]}, _PERIODS[1:])
    if not call.out.as_json:
        _show_items(call, items, reveal=reveal)
    return 0


def explain(call: Call) -> int:
    """Say why a problem of the checklist may stand."""
    from fundledger.domain.closing import days_of  # noqa: PLC0415  as above
    from fundledger.services.closing import explain as explain_item  # noqa: PLC0415  as above

    days, item, subject = days_of(call.given("period")), call.given("item"), call.given("subject")
    with call.book() as book:
        changes = explain_item(book, days, item, subject, call.given("said"), call.at)
    return call.changed(changes, "explain", {"item": item, "subject": subject}, item=call.out.word("item", item), subject=subject)


def _said(text: str, *, reveal: bool) -> str:
    """What a person wrote, masked unless it is asked for."""
    return text if reveal else mask_text(text)


def _show_items(call: Call, items: list[Item], *, reveal: bool) -> None:
    for one in items:
        call.out.say("cli.item.ok" if one.ok else "cli.item.wrong", item=call.out.word("item", one.key))
        for problem in one.problems:
            call.out.say_within("cli.item.problem", text=call.out.problem(problem))
        for each in one.explained:
            call.out.say_within("cli.item.explained", text=call.out.problem(each.problem), said=_said(each.said, reveal=reveal))


def _item(call: Call, one: Item, *, reveal: bool) -> dict[str, object]:
    explained = [
        {**call.out.problem_record(each.problem), "said": _said(each.said, reveal=reveal), "by": each.person} for each in one.explained
    ]
    return {"item": one.key, "ok": one.ok, "problems": [call.out.problem_record(each) for each in one.problems], "explained": explained}


def _period(one: Period, *, reveal: bool) -> dict[str, object]:
    from fundledger.domain.closing import named  # noqa: PLC0415  as above

    return {
        "id": one.id, "period": named(one.start_on, one.end_on), "start_on": one.start_on, "end_on": one.end_on,
        "state": "closed" if one.locked else "reopened", "closed_at": one.closed_at, "closed_by": one.closed_by,
        "reopenings": [_reopening(each, reveal=reveal) for each in one.reopenings],
    }  # fmt: skip


def _reopening(one: Reopening, *, reveal: bool) -> dict[str, object]:
    return {"at": one.at, "asked_by": one.asked_by, "agreed_by": one.agreed_by, "reason": _said(one.reason, reveal=reveal)}
