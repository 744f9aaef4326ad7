"""Money between our own accounts stays its fund's: payouts by what they are made of, the other half by its mirror."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import CLEARING, DISPUTED, PROCESSOR_FEES, TRANSIT, group
from fundledger.domain.exchange import converted
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.services.exchanging import borne_shares, exchange_shares
from fundledger.services.rates import rate_on
from fundledger.store import payouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.services.allocating import Ground
    from fundledger.store.lines import LineRow
    from fundledger.store.payouts import Half
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Transfer:
    """A line's shares with the funds of what it transfers, what its entry moves of the other half besides, and what to look at."""

    shares: tuple[Share, ...]
    moves: tuple[Posting, ...] = ()
    warnings: tuple[Problem, ...] = ()


def transfer(db: Database, line: LineRow, shares: Sequence[Share], on: Ground) -> Transfer:
    """Whose money the transfers among these shares are: as a person said, else as the other half or the processor's gifts say.

    Where the other half is accepted already and says otherwise, the entry moves the difference between the funds inside its
    account, so that nothing of any fund stays in transit.
    """
    sent = [share for share in shares if share.target is TargetKind.TRANSFER]
    if not sent:
        return Transfer(tuple(shares))
    amount = Money(sum(share.amount.minor for share in sent), line.amount.currency)
    half = payouts.other_half(db, line.id, amount)
    if half is None and line.amount.currency == on.currency and group(line.account) != CLEARING:
        half = payouts.foreign_half(db, line.id, amount)
    if line.amount.currency != on.currency and half is None:
        _check_first(db, line, amount, on)
    by_fund, warnings = _by_fund(db, line, sent, half, on)
    there = half.line if half else None
    made = [Share(TargetKind.TRANSFER, None, part, fund=fund, counterpart=there) for fund, part in by_fund.items() if part]
    others = [share for share in shares if share.target is not TargetKind.TRANSFER]
    if half and half.foreign:
        others += exchange_shares(amount, [(share.fund, share.amount) for share in made], on)
    return Transfer((*made, *others), () if line.amount.currency != on.currency else _moves(half, made), warnings)


def undecided(line: LineRow, shares: Sequence[Share]) -> tuple[Share, ...]:
    """The shares of an accepted transfer without whose money it is, so that it can be decided again; none for what is more than that."""
    sent = [share for share in shares if share.target is TargetKind.TRANSFER]
    if not sent or {share.target for share in shares} - {TargetKind.TRANSFER, TargetKind.ACCOUNT}:
        return ()
    others = [share for share in shares if share.target is not TargetKind.TRANSFER and not (line.fee and share.key == PROCESSOR_FEES)]
    return (Share(TargetKind.TRANSFER, None, sum((one.amount for one in sent[1:]), sent[0].amount)), *others)


def less_fee(db: Database, line: LineRow, share: Share, kept: Share, on: Ground) -> tuple[Share, ...]:
    """A transfer of which a fee was `kept` on its way: whole, and the fee borne by the mandates of those whose money it is."""
    whole = share._replace(amount=share.amount - kept.amount)
    funds = [(one.fund, one.amount) for one in transfer(db, line, [whole], on).shares if one.target is TargetKind.TRANSFER]
    return (whole, *borne_shares(str(kept.key), kept.amount, funds, on))


def _check_first(db: Database, line: LineRow, amount: Money, on: Ground) -> None:
    """What leaves a foreign account is booked before what came of it, which knows funds and difference by it; raises payout.bank_first."""
    worth = converted(amount, rate_on(db, amount.currency, line.booked_on, on.currency))
    came = payouts.foreign_half(db, line.id, worth)
    if came:
        raise KnownError("payout.bank_first", str(line.id), line=came.line)


def _by_fund(
    db: Database, line: LineRow, sent: Sequence[Share], half: Half | None, on: Ground
) -> tuple[dict[int, Money], tuple[Problem, ...]]:
    if half and half.foreign:
        return {fund: Money(minor, on.currency) for fund, minor in half.transit.items()}, ()
    if len(sent) > 1 or sent[0].fund is not None:
        said: dict[int, Money] = {}
        for share in sent:
            fund = share.fund or on.unrestricted
            said[fund] = said[fund] + share.amount if fund in said else share.amount
        return said, ()
    amount, currency = sent[0].amount, sent[0].amount.currency
    if group(line.account) == CLEARING:
        found, warnings = _paid_out(db, line, amount, on)
        if found or half is None:
            rest = amount.minor - sum(found.values())
            found[on.unrestricted] = found.get(on.unrestricted, 0) + rest
            return {fund: Money(minor, currency) for fund, minor in found.items()}, warnings
    if half is not None:
        return {fund: Money(minor, currency) for fund, minor in half.transit.items()}, ()
    return {on.unrestricted: amount}, ()


def _paid_out(db: Database, line: LineRow, amount: Money, on: Ground) -> tuple[dict[int, int], tuple[Problem, ...]]:
    """What of a payout is whose: its batch, where the file names one, else what the funds have in that account."""
    booked, n_lines, n_open = payouts.booked_in_batch(db, line.id)
    warnings = (Problem("payout.lines_open", str(line.id), {"n": n_open}),) if n_open else ()
    if n_lines:
        return {fund: -minor for fund, minor in booked.items()}, warnings
    return share_out(payouts.balances_of(db, line.account, line.booked_on), amount.minor, on.unrestricted), warnings


def share_out(balances: Mapping[int, int], minor: int, rest: int) -> dict[int, int]:
    """A payout shared out by what the funds have: whole when it is all there is, else in proportion by largest remainder, signs kept.

    Minor units; what is paid out beyond all there is goes to the fund called `rest`, and nothing is known where there is nothing.
    """
    total = sum(balances.values())
    if total * minor >= 0:
        return {}
    if abs(minor) > abs(total):
        found = {fund: -held for fund, held in balances.items()}
        return {**found, rest: found.get(rest, 0) + minor + total}
    sign = 1 if total > 0 else -1
    parts = {fund: divmod(sign * held * minor, sign * total) for fund, held in balances.items()}
    left = minor - sum(whole for whole, _ in parts.values())
    lucky = set(sorted(parts, key=lambda fund: -parts[fund][1])[:left])
    return {fund: whole + (fund in lucky) for fund, (whole, _) in parts.items()}


def _moves(half: Half | None, made: Sequence[Share]) -> tuple[Posting, ...]:
    """What of the first half is another fund's than was booked: moved inside its account, against what is left in transit."""
    if half is None:
        return ()
    left: dict[int, int] = defaultdict(int, half.transit)
    for share in made:
        left[share.fund or 0] -= share.amount.minor
    currency = made[0].amount.currency
    return tuple(
        posting for fund, minor in left.items() if minor for posting in booking.move(half.account, TRANSIT, fund, Money(minor, currency))
    )


def processor_shares(db: Database, line: LineRow, of_fund: Mapping[int, int | None]) -> tuple[Share, ...]:
    """What a processor's own word for a line makes of it; none where a person must say.

    A chargeback, and one that was won, stands in dispute in the fund of the campaign whose gift it names. `of_fund` are the
    campaigns by their funds. Its fee is added when it is accepted, and the foundation's (`fee_shares`).
    """
    match line.kind:
        case "payout":
            return (Share(TargetKind.TRANSFER, None, line.gross),)
        case "fee":
            return (Share(TargetKind.ACCOUNT, PROCESSOR_FEES, line.gross),)
        case "chargeback" | "chargeback_reversal":
            disputed = payouts.disputed_gift(db, line.id)
            if disputed and len(disputed[1]) == 1:
                bearer = of_fund.get(disputed[1][0])
                return (Share(TargetKind.ACCOUNT, DISPUTED, line.gross, bearer=bearer, counterpart=disputed[0]),)
    return ()
