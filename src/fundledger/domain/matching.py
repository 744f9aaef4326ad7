"""What a bank line may be: proposed with named evidence, decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


class TargetKind(StrEnum):
    """Where money of a line may go, or come from."""

    CAMPAIGN = "campaign"
    FOUNDATION = "foundation"
    SUSPENSE = "suspense"
    INVOICE = "invoice"
    ACCOUNT = "account"
    TRANSFER = "transfer"


class Share(NamedTuple):
    """Part of a line for one target: `key` is the row id (campaign, invoice) or account code; signed as the line.

    `detail` names the payment of a batch it belongs to, `donor` who gave it. `bearer` is the campaign whose fund has a share to an
    account, without one it is the foundation's; `fund` is whose money a transfer is. `payee` got an advance or owes something back.
    `counterpart` is the line it goes with: the payment that came back, the other half of a transfer. Of an invoice in another
    currency `original` is what of its own amount is paid, and `booked` what is booked where that is not at the rate of the line's day.
    """

    target: TargetKind
    key: int | str | None
    amount: Money
    donor: int | None = None
    detail: int | None = None
    bearer: int | None = None
    fund: int | None = None
    payee: int | None = None
    counterpart: int | None = None
    original: Money | None = None
    booked: Money | None = None


class Evidence(NamedTuple):
    """One reason for a match, a code and its values, never a name."""

    code: str
    values: Mapping[str, object] = MappingProxyType({})


class Match(NamedTuple):
    """One proposal for a line; `sure` ones are listed and accepted together when a person says so."""

    line: int
    number: int
    rule: str
    shares: tuple[Share, ...]
    evidence: tuple[Evidence, ...]
    score: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """What of a line or of one payment of its batch is looked at.

    `folded` is the name with its words in order of the alphabet, `words` the text as it runs, both in plain small letters.
    """

    amount: Money
    text: str
    references: str
    iban: str | None
    folded: str
    detail: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A booked line that waits for its disposition, with its payments when it is a batch.

    One that the bank calls a return or a reversal is `returned`: it may repeat our own reference, so it is never surely a gift.
    `account` is the code of ours it stands on.
    """

    id: int
    booked_on: date
    amount: Money
    whole: Payment
    details: tuple[Payment, ...] = ()
    returned: bool = False
    account: str = ""


def check_shares(line: int, amount: Money, shares: Sequence[Share]) -> list[Problem]:
    """A split is complete when its rest is zero; a share may run against the line, as a fee does that was kept of a gift."""
    problems = []
    if not shares:
        return [Problem("split.empty", str(line))]
    rest = amount.minor - sum(share.amount.minor for share in shares)
    if rest:
        problems.append(Problem("split.rest", str(line), {"rest": Money(rest, amount.currency)}))
    if any(not share.amount for share in shares):
        problems.append(Problem("split.nothing", str(line)))
    if any(share.amount.currency != amount.currency for share in shares):
        problems.append(Problem("split.currency", str(line)))
    return problems
