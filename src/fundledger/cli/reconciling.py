"""What lines become: reconcile, accept, unmatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.progress import progress
from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import KnownError

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
    one.takes("--donor").flag("--anonymous").json()
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
            self._keys: dict[TargetKind, dict[object, str]] = {
                TargetKind.CAMPAIGN: {one.id: one.code for one in campaigns(db, book.currency)},
                TargetKind.INVOICE: {one.id: one.number for one in invoices(db, book.currency)},
            }

    def target(self, share: Share) -> str:
        """A share's target as `--to` takes it."""
        if share.key is None:
            return share.target.value
        return f"{share.target.value}:{self._keys.get(share.target, {}).get(share.key, share.key)}"


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
    """Decide what one line is: by a proposal, by shares, or as one thing."""
    asked = [name for name in ("proposal", "to", "as_") if call.given(name) is not None]
    if len(asked) != 1:
        raise KnownError("accept.one_way")
    line = call.given("line")
    with call.book() as book:
        changes = {"proposal": _accept_proposal, "to": _accept_shares, "as_": _accept_as}[asked[0]](call, book, line)
    return call.changed(changes, "accept", line=line)


def _accept_proposal(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.reconciling import accept_match, proposals  # noqa: PLC0415  as above
    from fundledger.store.lines import find_line  # noqa: PLC0415  as above

    with book.reading() as db:
        find_line(db, line)
    match = next((one for one in proposals(book, [line]).get(line, []) if one.number == call.given("proposal")), None)
    if match is None:
        raise KnownError("accept.no_such_proposal", str(call.given("proposal")), line=line)
    return accept_match(book, match, call.at)


def _accept_shares(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.reconciling import accept, parse_target  # noqa: PLC0415  as above
    from fundledger.store.lines import find_line  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with book.reading() as db:
        sign = 1 if find_line(db, line).amount.minor > 0 else -1
        donor = find_donor(db, call.given("donor")).id if call.given("donor") else None
    shares = [parse_target(book, text, sign) for text in call.given("to")]
    return accept(book, line, shares, call.at, donor=donor, anonymous=call.given("anonymous"))


def _accept_as(call: Call, book: Book, line: int) -> Changes:
    from fundledger.services.reconciling import accept_as  # noqa: PLC0415  as above

    about = {name: call.given(name) for name in ("account", "campaign", "of")}
    return accept_as(book, line, call.given("as_"), call.at, **about)


def unmatch(call: Call) -> int:
    """Open a line again."""
    from fundledger.services.reconciling import unmatch  # noqa: PLC0415  as above

    line = call.given("line")
    with call.book() as book:
        return call.changed(unmatch(book, line, call.at), "unmatch", line=line)
