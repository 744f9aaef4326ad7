"""Whether a gift may be booked, or waits in suspense until two people decided on it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.matching import TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.review import Offered, ReviewState, reasons
from fundledger.services.folding import fold
from fundledger.store import lines, parties, reviews

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.matching import Share
    from fundledger.domain.review import Reason
    from fundledger.store.lines import LineRow, PartRow
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database

_GIFTS = frozenset({TargetKind.CAMPAIGN, TargetKind.FOUNDATION})


class Screen:
    """Looks at the gifts of one operation, one after the other; what one donor gives in several of them counts together."""

    def __init__(self, op: Operation) -> None:
        """Read the limits once."""
        self._op, self._limits = op, reviews.limits(op.db, op.currency)
        self._here: defaultdict[int | str, int] = defaultdict(int)

    def reasons(self, row: LineRow, shares: Sequence[Share], booked: Sequence[Money]) -> tuple[Reason, ...]:
        """Everything that asks for a review of a line's gifts; nothing where two people cleared it."""
        gifts = [one for one in zip(shares, booked, strict=True) if _is_gift(one[0])] if self._limits.ask else []
        if not gifts or reviews.states(self._op.db, [row.id]).get(row.id) is ReviewState.CLEAR:
            return ()
        whole, details = lines.parts(self._op.db, [row.id])[row.id]
        parts = {None: whole, **{one.detail: one for one in details}}
        by_payer: defaultdict[int | None, list[tuple[Share, Money]]] = defaultdict(list)
        for share, amount in gifts:
            by_payer[share.detail].append((share, amount))
        found = [reason for detail, some in by_payer.items() for reason in self._of_payment(parts[detail], some, row.booked_on)]
        return tuple(dict.fromkeys(found))

    def _of_payment(self, part: PartRow, gifts: Sequence[tuple[Share, Money]], on: date) -> tuple[Reason, ...]:
        """The shares of one payment are one gift."""
        amount = sum((money for _, money in gifts), Money(0, self._op.currency))
        named = next((share.donor for share, _ in gifts if share.donor), None)
        donor = named or self._known(part)
        name = parties.find_donor(self._op.db, named).name if named else ""
        helped = " ".join(reviews.helped(self._op.db, share.key) for share, _ in gifts if isinstance(share.key, int))
        offered = Offered(
            amount, self._before(donor, part, on, amount), fold(part.name), part.iban or "", fold(name),
            bool(donor) and parties.donor_of_account(self._op.db, part.iban) == donor, frozenset(fold(helped).split()),
        )  # fmt: skip
        return reasons(offered, self._limits)

    def _before(self, donor: int | None, part: PartRow, on: date, amount: Money) -> Money:
        """What the same person gave in the twelve months before, in the books and in this operation."""
        who = donor or fold(part.name)
        given = reviews.given_since(self._op.db, donor, _year_before(on), on, self._op.currency) if donor else Money(0, self._op.currency)
        before = given + Money(self._here[who], self._op.currency) if who else given
        self._here[who] += amount.minor
        return before

    def _known(self, part: PartRow) -> int | None:
        known = parties.donor_of_account(self._op.db, part.iban)
        same = [] if known else parties.donors_named(self._op.db, fold(part.name))
        return known or (same[0][0] if len(same) == 1 else None)


def _is_gift(share: Share) -> bool:
    return share.target in _GIFTS and share.amount.minor > 0 and share.counterpart is None


def _year_before(day: date) -> date:
    """The same day of the year before; of the 29th of February the 28th."""
    return date(day.year - 1, day.month, min(day.day, 28)) if day.month == 2 else day.replace(year=day.year - 1)


def wait(op: Operation, line_id: int, why: Sequence[Reason]) -> Problem:
    """A gift begins to wait for two people; says why."""
    reviews.add_review(op, line_id, why)
    return Problem("review.held", str(line_id), {"reasons": [Problem(f"review.reason.{one.value}") for one in why]})


def refuse_waiting(db: Database, line_id: int) -> None:
    """A gift that two people have not cleared stays where it is: raises review.waiting, review.goes_back."""
    state = reviews.states(db, [line_id]).get(line_id)
    if state in {ReviewState.HELD, ReviewState.RETURNED}:
        raise KnownError("review.waiting" if state is ReviewState.HELD else "review.goes_back", str(line_id))


def sent_back(db: Database, row: LineRow, shares: Sequence[Share]) -> list[Problem]:
    """What to look at where a line sends a gift under review back: nobody decided it, or it goes to another account."""
    given = {share.counterpart for share in shares if share.counterpart and share.amount.minor < 0}
    under = reviews.states(db, sorted(given)) if given else {}
    if not under:
        return []
    found = lines.parts(db, [row.id, *under])
    undecided = [
        Problem("review.not_decided", str(row.id), {"line": one}) for one, state in under.items() if state is not ReviewState.RETURNED
    ]
    elsewhere = [one for one in under if found[one][0].iban and found[one][0].iban != found[row.id][0].iban]
    return undecided + [Problem("review.other_account", str(row.id), {"line": one}) for one in elsewhere]
