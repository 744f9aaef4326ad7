"""The end of a campaign: closing and its preview, late gifts, cover, archive; what happened, and what to say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.output import with_currency
from fundledger.cli.passphrase import ask_second
from fundledger.domain.campaign import FOUNDATION, HOLD, REFUND

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.problem import Problem
    from fundledger.domain.refunding import RefundShare
    from fundledger.services.late_gifts import LateGift
    from fundledger.store.book import Book, Witness
    from fundledger.store.timeline import Happening


def declare(campaign: Verbs) -> None:
    """Declare these verbs of the noun campaign."""
    closing = campaign.verb("close", close).book().takes("code", metavar="CODE").takes("--on", type=a_day, metavar="D")
    closing.takes("--preview", action="store_true", said="close_preview").takes("--ended", action="store_true", said="close_ended")
    closing.takes("--second-passphrase-file", metavar="F").json()
    covering = campaign.verb("cover", cover).book().takes("code", metavar="CODE").takes("--amount", said="cover_amount")
    covering.takes("--on", type=a_day, metavar="D").takes("--second-passphrase-file", metavar="F").json()
    campaign.verb("late", late).book().takes("code", metavar="CODE", nargs="?").json()
    settling = campaign.verb("settle-late", settle_late).book().takes("code", metavar="CODE")
    settling.takes("--line", type=int, action="append", default=[], metavar="ID", said="late_line")
    settling.takes("--to", metavar=f"{FOUNDATION}|{REFUND}|{HOLD}|campaign:CODE", said="late_to")
    settling.takes("--preview", action="store_true", said="late_preview").takes("--second-passphrase-file", metavar="F").json()
    campaign.verb("archive", archive).book().takes("code", metavar="CODE").takes("--on", type=a_day, metavar="D").json()
    campaign.verb("timeline", timeline).book().takes("code", metavar="CODE").json()
    campaign.verb("text", text).book().takes("code", metavar="CODE").json()


# --- closing ----------------------------------------------------------------------------------------------------------
def close(call: Call) -> int:
    """Close as the mandate says, or say what closing would do."""
    if call.given("preview"):
        return _preview(call)
    from fundledger.services.ending import close_campaign, refunds_owed, settlement  # noqa: PLC0415  the store is loaded with a book

    code, ended = call.given("code"), call.given("ended")
    with call.book() as book:
        ready = settlement(book, code, ended=ended)
        second = _agreeing(call, book) if ready.taker and not ready.blocks else None
        changes = close_campaign(book, code, call.on, call.at, second, ended=ended)
        owed = refunds_owed(book, code)
    said = "campaign_closed_owing" if owed else "campaign_closed"
    return call.changed(changes, said, {"refunds_owed": owed, "currency": owed.currency}, code=code, owed=owed)


def _agreeing(call: Call, book: Book) -> Witness | None:
    """The second person, where there is one to ask."""
    from fundledger.services.approving import needs_second  # noqa: PLC0415  as in close

    return book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker)) if needs_second(book) else None


def _preview(call: Call) -> int:
    """What closing would do, share by share; exit code 1 while something blocks it."""
    from fundledger.services.ending import settlement  # noqa: PLC0415  as in close
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as in close

    with call.book() as book:
        found = settlement(book, call.given("code"), ended=call.given("ended"))
        with book.reading() as db:
            of = find_campaign(db, call.given("code"), book.currency)
    names = ("rule", "surplus", "shortfall", "refunded", "n_refunds", "moved", "taker", "held")
    record = {"id": of.id, "code": of.code, **{name: getattr(found, name) for name in names}, "ended": found.ended}
    record |= {"two_persons": found.two_persons, "shares": [_share(one) for one in found.shares]}
    record["blocking"] = [call.out.problem_record(one) for one in found.blocks]
    record["warnings"] = [call.out.problem_record(one) for one in found.warnings]
    call.out.facts(record, ("code", *names))
    if not call.out.as_json:
        _say_shares(call, found.shares)
        _say(call, "cli.blocking", found.blocks)
        _say(call, "cli.worth_a_look", found.warnings)
    return 1 if found.blocks else 0


def _share(one: RefundShare) -> dict[str, object]:
    gifts = [with_currency({"gift": of.gift, "given_on": of.given_on, "given": of.given, "share": of.share}) for of in one.gifts]
    return with_currency(
        {"donor": one.code, "line": one.line, "given": one.given, "share": one.share, "fate": one.fate.value, "gifts": gifts}
    )


def _say_shares(call: Call, shares: tuple[RefundShare, ...]) -> None:
    if shares:
        rows = [_share(one) | {"fate": call.out.speaker.say(f"campaign.fate.{one.fate}")} for one in shares]
        call.out.rows(rows, ("donor", "line", "given", "share", "fate"))


def _say(call: Call, head: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        call.out.say(head)
        for one in problems:
            call.out.show(one)


def cover(call: Call) -> int:
    """Cover a shortfall from the foundation's own money."""
    from fundledger.services.ending import cover as cover_it  # noqa: PLC0415  as in close
    from fundledger.services.ending import shortfall  # noqa: PLC0415  as in close

    code = call.given("code")
    with call.book() as book:
        amount = call.money("amount", book.currency) if call.given("amount") else shortfall(book, code)
        changes = cover_it(book, code, amount, call.on, call.at, _agreeing(call, book))
    return call.changed(changes, "campaign_covered", {"amount": amount, "currency": amount.currency}, code=code, amount=amount)


def archive(call: Call) -> int:
    """Put a closed campaign away."""
    from fundledger.services.ending import archive_campaign  # noqa: PLC0415  as in close

    with call.book() as book:
        return call.changed(archive_campaign(book, call.given("code"), call.on, call.at), "campaign_archived", code=call.given("code"))


# --- late gifts -------------------------------------------------------------------------------------------------------
def late(call: Call) -> int:
    """Every late gift that waits, with what the mandate's rule makes of it."""
    from fundledger.services.late_gifts import late_gifts  # noqa: PLC0415  as in close

    with call.book() as book:
        found = late_gifts(book, call.given("code"))
    call.out.rows([_late(call, one) for one in found], ("campaign", "line", "booked_on", "amount", "state", "rule", "proposes"))
    return 0


def _late(call: Call, one: LateGift) -> dict[str, object]:
    return {
        "id": one.line, "campaign": one.campaign, "line": one.line, "detail": one.detail, "booked_on": one.booked_on, "amount": one.amount,
        "state": one.state, "rule": one.rule, "proposes": one.proposes,
        "waits": call.out.problem_record(one.waits) if one.waits else None,
    }  # fmt: skip


def settle_late(call: Call) -> int:
    """Book what the rule, or the board, says of late gifts; or show what that would book."""
    from fundledger.services.late_gifts import preview_late  # noqa: PLC0415  as in close
    from fundledger.services.late_gifts import settle_late as settle  # noqa: PLC0415  as in close

    code, to, wanted = call.given("code"), call.given("to") or "", call.given("line")
    with call.book() as book:
        made = preview_late(book, code, wanted=wanted, to=to)
        if call.given("preview"):
            funds = _funds(book)
            rows = [{"id": n, "account": one.account, "fund": funds[one.fund], "amount": one.amount} for n, one in enumerate(made, 1)]
            call.out.rows(rows, ("account", "fund", "amount"))
            return 0
        changes = settle(book, code, call.at, wanted=wanted, to=to, second=_agreeing(call, book) if to else None)
    return call.changed(changes, "late_settled", {"lines": list(changes.ids)}, code=code, n=len(changes.ids))


def _funds(book: Book) -> dict[int, str]:
    """What each fund is called."""
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as in close

    with book.reading() as db:
        of = {one.fund: one.code for one in campaigns(db, book.currency)}
    return {**of, book.unrestricted_fund: "unrestricted", book.suspense_fund: "suspense"}


# --- what happened, and what to say -----------------------------------------------------------------------------------
def timeline(call: Call) -> int:
    """What happened to a campaign, day by day."""
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as in close
    from fundledger.store.timeline import timeline as happenings  # noqa: PLC0415  as in close

    with call.book() as book, book.reading() as db:
        found = happenings(db, find_campaign(db, call.given("code"), book.currency))
    rows = [
        {"id": n, "on": one.on, "kind": one.kind, "amount": None, "name": None, "n": None, **one.values, "text": _happened(call, one)}
        for n, one in enumerate(found, 1)
    ]
    call.out.rows(rows, ("on", "text"))
    return 0


def _happened(call: Call, one: Happening) -> str:
    """A happening in words; a voucher's kind is a word of ours, everything else stands as it is."""
    said, words = dict(one.values), {"document": "kind", "paper": "campaign_paper"}.get(one.kind)
    if words:
        said["name"] = call.out.word(words, str(said["name"]))
    return call.out.speaker.say(f"timeline.{one.kind}", **said)


def text(call: Call) -> int:
    """What to say of an appeal in every public language, from the same numbers."""
    from fundledger.export.page import closing_texts  # noqa: PLC0415  as in close
    from fundledger.reports.appeal import build  # noqa: PLC0415  as in close

    with call.book() as book:
        told = closing_texts(lambda language: build(book, call.given("code"), language))
    for language, lines in told.items():
        call.out.record({"id": call.given("code"), "language": language, "text": lines})
        if not call.out.as_json:
            print("\n".join([f"[{language}]", *lines, ""]))
    return 0
