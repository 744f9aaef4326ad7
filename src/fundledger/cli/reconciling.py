"""What lines become: reconcile, accept, unmatch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fundledger.cli.progress import progress
from fundledger.domain.masking import mask_name
from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import KnownError, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.cli.output import Output
    from fundledger.domain.matching import Match, Share
    from fundledger.services.changes import Changes
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

# What a whole line may be accepted as (services.reconciling.DISPOSITIONS; a test keeps the two alike).
AS = ("charge", "transfer", "payout", "return", "refund", "recall", "suspense", "other")
_AT_ONCE = 1000


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    verbs.verb("reconcile", reconcile).book().flag("--accept-sure").json()
    one = verbs.verb("accept", accept).book().takes("line", type=int, metavar="LINE")
    one.takes("--proposal", type=int, metavar="ID").takes("--to", action="append", metavar="TARGET=AMOUNT")
    one.choice("--as", AS, dest="as_").takes("--account", said="booked_to").takes("--campaign", said="taken_from").takes(
        "--of", type=int, metavar="LINE"
    )
    one.takes("--fee", said="fee_kept").takes("--donor").takes("--payee", said="owed_payee").flag("--anonymous")
    one.takes("--preview", action="store_true", said="preview_entry").json()
    verbs.verb("unmatch", unmatch).book().takes("line", type=int, metavar="LINE").json()


def reconcile(call: Call) -> int:
    """Propose what the open lines may be; with the treasurer's permission accept what is sure."""
    from fundledger.services.reconciling import proposals  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        found = proposals(book)
        if call.given("accept_sure"):
            found = {line: matches for line, matches in found.items() if matches and matches[0].sure}
        _list(call, book, found)
        if call.given("accept_sure"):
            _accept_sure(call, book)
        else:
            call.out.say("cli.left_open", n=len(found))
    return 0


def _accept_sure(call: Call, book: Book) -> None:
    from fundledger.services.reconciling import accept_sure  # noqa: PLC0415  as above

    with progress(call.out.speaker.say("cli.progress.accept")) as tell:
        changes = accept_sure(book, call.at, tell)
    n = len(changes.ids)
    call.out.done("cli.done.accept_sure", {"id": list(changes.ids), "accepted": n, "operation": changes.operation}, n=n)


def _list(call: Call, book: Book, found: Mapping[int, Sequence[Match]]) -> None:
    from fundledger.store.lines import line_rows  # noqa: PLC0415  as above

    names, ids = _Names(book), list(found)
    for start in range(0, len(ids), _AT_ONCE):
        with book.reading() as db:
            rows = line_rows(db, ids[start : start + _AT_ONCE])
        for row in rows:
            _show(call.out, row, found[row.id], names)


class _Names:
    """The keys people use for what a share points at."""

    def __init__(self, book: Book) -> None:
        from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as above
        from fundledger.store.invoices import invoices  # noqa: PLC0415  as above

        with book.reading() as db:
            known = campaigns(db, book.currency)
            self._codes = {one.id: one.code for one in known}
            self._funds = {one.fund: one.code for one in known} | {book.suspense_fund: "suspense"}
            self._keys: dict[TargetKind, dict[object, str]] = {
                TargetKind.CAMPAIGN: {one.id: one.code for one in known},
                TargetKind.INVOICE: {one.id: one.number for one in invoices(db, book.currency)},
            }

    def target(self, share: Share) -> str:
        """A share's target as `--to` takes it."""
        whose = self._codes.get(share.bearer or 0) if share.target is TargetKind.ACCOUNT else None
        whose = self._funds.get(share.fund or 0) if share.target is TargetKind.TRANSFER else whose
        at = f"@{whose}" if whose else ""
        if share.key is None:
            return f"{share.target.value}{at}"
        return f"{share.target.value}:{self._keys.get(share.target, {}).get(share.key, share.key)}{at}"

    def fund(self, fund_id: int) -> str:
        """A campaign by its code, else the word for the fund."""
        return self._funds.get(fund_id, "unrestricted")


def _show(out: Output, row: LineRow, matches: Sequence[Match], names: _Names) -> None:
    """One line with its proposals."""
    if out.as_json:
        line = {"id": row.id, "account": row.account, "booked_on": row.booked_on, "amount": row.amount, "currency": row.amount.currency}
        out.record({**line, "text": row.text, "proposals": [_proposal(out, one, names) for one in matches]})
        return
    out.say("cli.line", id=str(row.id), booked_on=row.booked_on, amount=row.amount, account=row.account)
    for one in matches:
        shares = ", ".join(f"{names.target(share)}={abs(share.amount)}" for share in one.shares)
        key, reasons = "cli.proposal_sure" if one.sure else "cli.proposal", "; ".join(_evidence(out, one))
        out.say_within(key, id=str(one.number), shares=shares, evidence=reasons)
    if not matches:
        out.say_within("cli.no_proposal")


def _proposal(out: Output, match: Match, names: _Names) -> dict[str, object]:
    shares = [{"to": names.target(one), "amount": one.amount, "currency": one.amount.currency, "donor": one.donor} for one in match.shares]
    evidence = [{"code": one.code, **one.values, "text": text} for one, text in zip(match.evidence, _evidence(out, match), strict=True)]
    return {"id": match.number, "rule": match.rule, "sure": match.sure, "score": match.score, "shares": shares, "evidence": evidence}


def _evidence(out: Output, match: Match) -> list[str]:
    return [out.speaker.say(f"evidence.{one.code}", **one.values) for one in match.evidence]


def accept(call: Call) -> int:
    """Decide what one line is: by a proposal, by shares, or as one thing; or show the entry that would make."""
    asked = [name for name in ("proposal", "to", "as_") if call.given(name) is not None]
    if len(asked) != 1:
        raise KnownError("accept.one_way")
    line = call.given("line")
    with call.book() as book:
        shares = {"proposal": _proposed, "to": _shares, "as_": _as_one}[asked[0]]
        if call.given("preview"):
            return _preview(call, book, line, shares(call, book, line))
        changes = {"proposal": _accept_proposal, "to": _accept_shares, "as_": _accept_as}[asked[0]](call, book, line)
    return call.changed(changes, "accept", line=line)


def _accept_proposal(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.reconciling import accept_match  # noqa: PLC0415  as above

    return accept_match(book, _match(call, book, line), call.at)


def _proposed(call: Call, book: Book, line: int) -> Sequence[Share]:
    return _match(call, book, line).shares


def _match(call: Call, book: Book, line: int) -> Match:
    from fundledger.services.reconciling import proposals  # noqa: PLC0415  as above
    from fundledger.store.lines import find_line  # noqa: PLC0415  as above

    with book.reading() as db:
        find_line(db, line)
    match = next((one for one in proposals(book, [line]).get(line, []) if one.number == call.given("proposal")), None)
    if match is None:
        raise KnownError("accept.no_such_proposal", str(call.given("proposal")), line=line)
    return match


def _shares(call: Call, book: Book, line: int) -> Sequence[Share]:
    from fundledger.services.reconciling import parse_target  # noqa: PLC0415  as above
    from fundledger.store.lines import find_line  # noqa: PLC0415  as above

    with book.reading() as db:
        amount = find_line(db, line).amount
    return [parse_target(book, text, 1 if amount.minor > 0 else -1, amount.currency) for text in call.given("to")]


def _accept_shares(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.folding import fold  # noqa: PLC0415  as above
    from fundledger.services.reconciling import accept  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor, find_payee  # noqa: PLC0415  as above

    shares = _shares(call, book, line)
    with book.reading() as db:
        donor = find_donor(db, call.given("donor")).id if call.given("donor") else None
        payee = find_payee(db, call.given("payee"), fold(call.given("payee"))) if call.given("payee") else None
    if call.given("payee") and payee is None:
        raise KnownError("payee.unknown", call.given("payee"))
    owed = payee.id if payee else None
    return accept(book, line, shares, call.at, donor=donor, payee=owed, anonymous=call.given("anonymous"))


def _about(call: Call, book: Book) -> dict[str, Any]:
    """What a word for a whole line takes besides."""
    fee = call.money("fee", book.currency) if call.given("fee") else None
    return {"fee": fee, **{name: call.given(name) for name in ("account", "campaign", "of")}}


def _as_one(call: Call, book: Book, line: int) -> Sequence[Share]:
    from fundledger.services.reconciling import as_one  # noqa: PLC0415  as above

    return as_one(book, line, call.given("as_"), **_about(call, book))[0]


def _accept_as(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.reconciling import accept_as  # noqa: PLC0415  as above

    return accept_as(book, line, call.given("as_"), call.at, **_about(call, book))


def _preview(call: Call, book: Book, line: int, shares: Sequence[Share]) -> int:
    """The entry that accepting would post, and what a person should look at; refused as accepting would be."""
    from fundledger.services.reconciling import preview, problems_of, warnings_of  # noqa: PLC0415  as above

    problems = problems_of(book, line, shares)
    if problems:
        raise refusal(tuple(problems))
    names = _Names(book)
    rows = [
        {
            "id": line, "account": one.account, "fund": names.fund(one.fund), "amount": one.amount,
            "currency": one.amount.currency, "flow": one.flow.value,
        }
        for one in preview(book, line, shares)
    ]  # fmt: skip
    call.out.rows(rows, ("account", "fund", "amount", "currency"))
    for problem in warnings_of(book, line, shares):
        call.out.note(problem)
    return 0


def history(call: Call) -> int:
    """Everything a line ever became."""
    from fundledger.services.reconciling import history  # noqa: PLC0415  as above
    from fundledger.store.people import people  # noqa: PLC0415  as above

    with call.book() as book:
        names, reveal = _Names(book), call.revealing(book, f"line {call.given('line')}")
        found = history(book, call.given("line"))
        with book.reading() as db:
            who = {one.id: one.name if reveal else f"{mask_name(one.name)} {one.id}" for one in people(db)}
    rows = [
        {
            "id": one.id, "line": one.line, "at": one.at.isoformat(timespec="seconds"), "person": who.get(one.by, str(one.by)),
            "disposition": one.disposition, "rule": one.rule, "entry": one.number, "undone": one.undone,
            "to": ", ".join(f"{names.target(share)}={share.amount}" for share in one.shares),
            "evidence": "; ".join(call.out.speaker.say(f"evidence.{why.code}", **why.values) for why in one.evidence),
        }
        for one in found
    ]  # fmt: skip
    call.out.rows(rows, ("id", "at", "person", "disposition", "rule", "entry", "to", "undone"), "cli.no_history")
    return 0


def unmatch(call: Call) -> int:
    """Open a line again."""
    from fundledger.services.reconciling import unmatch  # noqa: PLC0415  as above

    line = call.given("line")
    with call.book() as book:
        return call.changed(unmatch(book, line, call.at), "unmatch", line=line)
