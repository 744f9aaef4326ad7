"""Money that came back: the shares of the payment it was, taken back one by one, whole, in part or less a fee."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.services.payouts import share_out
from fundledger.store import lines, reconciliations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.store.lines import LineRow, PartRow
    from fundledger.store.reconciliations import Reconciliation
    from fundledger.store.rows import Database

_NO_ID = frozenset({"", "NOTPROVIDED"})


def return_shares(
    db: Database, line: LineRow, of: int | None = None, fee: Money | None = None
) -> tuple[tuple[Share, ...], tuple[Evidence, ...], tuple[Problem, ...]]:
    """The shares of a line that returns a payment (the line `of` it, else the one found), why, and what a person should look at.

    `fee` is what a bank kept of it, a magnitude: the foundation's charge. Where none is named and the bank itself calls the line
    a return, what is missing is its fee; a payee who sends less back sent a part. What came back beyond the payment stands in
    suspense. Raises line.not_matched, disposition.nothing_returned, disposition.direction.
    """
    evidence: tuple[Evidence, ...] = ()
    if of is not None:
        paid = reconciliations.active(db, of, line.amount.currency)
        if paid is None:
            raise KnownError("line.not_matched", str(of))
    else:
        found = returned(db, lines.parts(db, [line.id])[line.id][0])
        if not found:
            raise KnownError("disposition.nothing_returned", str(line.id))
        paid, evidence = found[0]
    shares, warnings = _taken_back(line, paid, fee)
    return shares, evidence, warnings


def _taken_back(line: LineRow, paid: Reconciliation, fee: Money | None) -> tuple[tuple[Share, ...], tuple[Problem, ...]]:
    """What a payment became, the other way; a processor's fee is its own, and not taken back with the gift."""
    gone = [share for share in paid.shares if not (line.kind and share.key == PROCESSOR_FEES)]
    back = [
        share._replace(amount=-share.amount, detail=None, counterpart=paid.line, original=-share.original if share.original else None)
        for share in gone
    ]
    whole, came = sum(share.amount.minor for share in back), line.gross.minor
    if whole * came <= 0:
        raise KnownError("disposition.direction", str(line.id))
    sign, currency = (1 if came > 0 else -1), line.amount.currency
    kept = fee.minor if fee else max(0, abs(whole) - abs(came)) if line.return_reason or line.reversal else 0
    wanted = came + sign * kept
    over = wanted - whole if abs(wanted) > abs(whole) else 0
    shares, warnings = list(_part(back, wanted - over)), []
    if kept:
        charge = Money(-sign * kept, currency)
        shares.append(Share(TargetKind.ACCOUNT, PROCESSOR_FEES if line.kind else BANK_CHARGES, charge))
        warnings.append(Problem("return.fee", str(line.id), {"fee": abs(charge)}))
    if over:
        shares.append(Share(TargetKind.SUSPENSE, None, Money(over, currency)))
        warnings.append(Problem("return.over", str(line.id), {"rest": abs(Money(over, currency))}))
    return tuple(shares), tuple(warnings)


def _part(back: Sequence[Share], wanted: int) -> Sequence[Share]:
    """These shares in proportion, so that they add up to what is wanted."""
    if sum(share.amount.minor for share in back) == wanted:
        return back
    parts = share_out({n: -share.amount.minor for n, share in enumerate(back)}, wanted, 0)
    return [_scaled(share, parts[n]) for n, share in enumerate(back) if parts[n]]


def _scaled(share: Share, minor: int) -> Share:
    """A share of another amount, with as much of what it is of an invoice in another currency."""
    own = share.original
    part = replace(own, minor=round(Fraction(own.minor * minor, share.amount.minor))) if own else None
    return share._replace(amount=replace(share.amount, minor=minor), original=part or None)


def returned(db: Database, whole: PartRow) -> list[tuple[Reconciliation, tuple[Evidence, ...]]]:
    """The accepted payments the other way that a line may return, the best first, each with why.

    Of money that came in, any payment of that amount; of money that went out, only a gift that is named by id or account.
    """
    if whole.amount is None:
        return []
    ranked = []
    end_to_end = None if (whole.end_to_end or "") in _NO_ID else whole.end_to_end
    for sent in lines.opposite_lines(db, whole, end_to_end):
        evidence = []
        if sent.amount == -whole.amount:
            evidence.append(Evidence("amount_equal"))
        if end_to_end and end_to_end == sent.end_to_end:
            evidence.append(Evidence("end_to_end_equal"))
        if whole.iban and whole.iban == sent.iban:
            evidence.append(Evidence("payee_account"))
        named = len(evidence) > 1 or evidence[0].code != "amount_equal"
        if whole.return_reason:
            evidence.append(Evidence("return_reason", {"reason": whole.return_reason}))
        paid = reconciliations.active(db, sent.line, whole.amount.currency)
        if paid and (named or whole.amount.minor > 0) and all(share.target is not TargetKind.TRANSFER for share in paid.shares):
            ranked.append((paid, tuple(evidence)))
    return sorted(ranked, key=lambda one: -len(one[1]))
