"""What a bank line may be: proposed with named evidence, decided by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.domain.reference import references_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_SAME = 100


class TargetKind(StrEnum):
    """Where money of a line may go, or come from."""

    CAMPAIGN = "campaign"
    FOUNDATION = "foundation"
    SUSPENSE = "suspense"
    INVOICE = "invoice"
    ACCOUNT = "account"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a line for one target: `key` is the row id (campaign, invoice) or account code; signed as the line.

    `detail` names the payment of a batch it belongs to, `donor` who gave it. `bearer` is the campaign whose fund has a share to an
    account, without one it is the foundation's; `fund` is whose money a transfer is. `payee` got an advance or owes something back.
    `counterpart` is the line it goes with: the payment that came back, the other half of a transfer.
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a match, a code and its values, never a name."""

    code: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Match:
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
    """What of a line or of one payment of its batch is looked at; `folded` name and `text` are ASCII-folded."""

    amount: Money
    text: str
    references: str
    iban: str | None
    folded: str
    detail: int | None = None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A booked line that waits for its disposition, with its payments when it is a batch.

    One that the bank calls a return or a reversal is `returned`: it may repeat our own reference, so it is never surely a gift.
    """

    id: int
    booked_on: date
    amount: Money
    whole: Payment
    details: tuple[Payment, ...] = ()
    returned: bool = False


@dataclass(frozen=True, slots=True)
class CampaignItem:
    """A campaign a gift may name; a gift booked after `until` goes to suspense, for its late-gift rule."""

    id: int
    code: str
    reference: str
    until: date | None = date.max

    def collects(self, on_day: date) -> bool:
        """Whether a gift of that bank day came in time."""
        return self.until is not None and on_day <= self.until


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """An approved invoice with what is still owed; `folded` is the payee's name."""

    id: int
    number: str
    payable: Money
    iban: str | None
    folded: str


@dataclass(frozen=True, slots=True)
class DonorItem:
    """A known donor with the campaigns given to before, the latest first."""

    id: int
    code: str
    folded: str
    campaigns: tuple[int, ...]


class OpenItems:
    """What lines are matched against, indexed once for many lines."""

    def __init__(
        self,
        campaigns: Sequence[CampaignItem],
        invoices: Sequence[InvoiceItem],
        donors_by_iban: Mapping[str, DonorItem],
        own_ibans: frozenset[str],
        names_alike: Callable[[str], Iterable[tuple[DonorItem, int]]],
    ) -> None:
        """Index; `names_alike` answers a folded name with donors and how alike they are, 0 to 100."""
        self.campaigns = {item.id: item for item in campaigns}
        self.by_reference = {item.reference: item for item in campaigns}
        self.references = frozenset(self.by_reference)
        self.by_code = {item.code.casefold(): item for item in campaigns}
        self.invoices = tuple(invoices)
        self.donors_by_iban = donors_by_iban
        self.own_ibans = own_ibans
        self.names_alike = names_alike
        self.code_pattern = re.compile(
            "|".join(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])" for code in sorted(self.by_code, key=len, reverse=True))
            or r"(?!)",
            re.IGNORECASE,
        )


def propose(line: OpenLine, items: OpenItems) -> list[Match]:
    """Ranked matches of one line, the best first, each with its evidence; never guesses a campaign without any."""
    found = _incoming(line, items) if line.amount.minor > 0 else _outgoing(line, items)
    ranked = sorted(found, key=lambda match: (-match.sure, -match.score))
    return [Match(m.line, n, m.rule, m.shares, m.evidence, m.score, m.sure) for n, m in enumerate(ranked, 1)]


def _match(line: OpenLine, rule: str, score: int, shares: Sequence[Share], evidence: Iterable[Evidence], *, sure: bool = False) -> Match:
    return Match(line.id, 0, rule, tuple(shares), tuple(evidence), score, sure and not line.returned)


def _incoming(line: OpenLine, items: OpenItems) -> list[Match]:
    own = _own_transfer(line, items)
    if own:
        return own
    if len(line.details) > 1:
        batch = _batch(line, items)
        return [batch] if batch else []
    return [_gift(line, items, *hint) for hint in _hints(line.whole, items, line.booked_on)]


_Hint = tuple[str, int, CampaignItem, tuple[Evidence, ...], bool]


def _hints(payment: Payment, items: OpenItems, on_day: date) -> list[_Hint]:
    """Which campaigns a payment points at: (rule, score, campaign, evidence, sure), each campaign once."""
    donor, who = _donor(payment, items)
    hints: dict[int, _Hint] = {}
    named = dict.fromkeys(references_in(f"{payment.references} {payment.text}", items.references))
    for reference in named:
        item = items.by_reference[reference]
        hints[item.id] = ("reference", 100, item, (Evidence("reference_equal", {"reference": reference}), *who), len(named) == 1)
    for code in dict.fromkeys(match[0].casefold() for match in items.code_pattern.finditer(payment.text)):
        item = items.by_code[code]
        hints.setdefault(item.id, ("code", 80, item, (Evidence("code_in_text", {"code": item.code}), *who), False))
    for item in (items.campaigns[one] for one in (donor.campaigns if donor else ()) if one in items.campaigns):
        if item.collects(on_day):
            hints.setdefault(item.id, ("donor", 50, item, (*who, Evidence("gave_before", {"campaign": item.code})), False))
    return list(hints.values())


def _donor(payment: Payment, items: OpenItems) -> tuple[DonorItem | None, tuple[Evidence, ...]]:
    if payment.iban and payment.iban in items.donors_by_iban:
        donor = items.donors_by_iban[payment.iban]
        return donor, (Evidence("account_known", {"donor": donor.code}),)
    alike = max(items.names_alike(payment.folded), key=lambda pair: pair[1], default=None) if payment.folded else None
    if alike is None:
        return None, ()
    return alike[0], (Evidence("name_alike", {"donor": alike[0].code, "alike": alike[1]}),)


def donor_of(payment: Payment, items: OpenItems) -> int | None:
    """The donor whose account a payment came from, else the one donor of exactly this name.

    Counted twice, one person would pass for two where too few must not be told apart.
    """
    known = items.donors_by_iban.get(payment.iban or "")
    if known:
        return known.id
    same = [donor for donor, alike in items.names_alike(payment.folded) if alike == _SAME] if payment.folded else []
    return same[0].id if len(same) == 1 else None


def _gift(line: OpenLine, items: OpenItems, rule: str, score: int, item: CampaignItem, evidence: tuple[Evidence, ...], sure: bool) -> Match:  # noqa: FBT001  the hint is passed on as it is
    share = _gift_share(line, line.whole, item, items)
    if not item.collects(line.booked_on):
        evidence, sure = (*evidence, Evidence("late_gift", {"campaign": item.code})), False
    return _match(line, rule, score, [share], evidence, sure=sure)


def _gift_share(line: OpenLine, payment: Payment, item: CampaignItem, items: OpenItems) -> Share:
    if not item.collects(line.booked_on):
        return Share(TargetKind.SUSPENSE, None, payment.amount, None, payment.detail)
    return Share(TargetKind.CAMPAIGN, item.id, payment.amount, donor_of(payment, items), payment.detail)


def _batch(line: OpenLine, items: OpenItems) -> Match | None:
    """One share a payment; only when every payment came in with its amount and they add up to the line."""
    amounts = [payment.amount.minor for payment in line.details]
    if sum(amounts) != line.amount.minor or min(amounts) <= 0:
        return None
    shares: list[Share] = []
    evidence: list[Evidence] = []
    sure = True
    for payment in line.details:
        best = max(_hints(payment, items, line.booked_on), key=lambda hint: hint[1], default=None)
        if best is None:
            sure = False
            shares.append(Share(TargetKind.SUSPENSE, None, payment.amount, None, payment.detail))
            continue
        sure = sure and best[4] and best[2].collects(line.booked_on)
        shares.append(_gift_share(line, payment, best[2], items))
        evidence.extend(best[3])
    return _match(line, "batch", 90, shares, (Evidence("batch_of", {"n": len(shares)}), *evidence), sure=sure)


def _own_transfer(line: OpenLine, items: OpenItems) -> list[Match]:
    if line.whole.iban not in items.own_ibans:
        return []
    return [_match(line, "own_transfer", 70, [Share(TargetKind.TRANSFER, None, line.amount)], [Evidence("own_account")])]


def _outgoing(line: OpenLine, items: OpenItems) -> list[Match]:
    own = _own_transfer(line, items)
    if own:
        return own
    found = []
    for item in items.invoices:
        evidence = _invoice_evidence(line, item)
        if evidence and -line.amount.minor <= item.payable.minor:
            score = sum(_INVOICE_WEIGHTS[reason.code] for reason in evidence)
            found.append(_match(line, "invoice", score, [Share(TargetKind.INVOICE, item.id, line.amount)], evidence))
    return found


_INVOICE_WEIGHTS = {"invoice_number": 40, "amount_equal": 30, "payee_account": 25, "payee_name": 15, "part_of_invoice": 5}


def _invoice_evidence(line: OpenLine, item: InvoiceItem) -> list[Evidence]:
    """Why a payment may be for an invoice, in whole or in part; the amount alone is the weakest hint that is offered."""
    evidence = []
    if re.search(rf"(?<![0-9A-Za-z]){re.escape(item.number)}(?![0-9A-Za-z])", line.whole.text, re.IGNORECASE):
        evidence.append(Evidence("invoice_number", {"number": item.number}))
    if item.iban and line.whole.iban == item.iban:
        evidence.append(Evidence("payee_account"))
    elif item.folded and line.whole.folded == item.folded:
        evidence.append(Evidence("payee_name"))
    equal = -line.amount.minor == item.payable.minor
    if equal:
        evidence.append(Evidence("amount_equal"))
    elif evidence:
        evidence.append(Evidence("part_of_invoice", {"payable": item.payable}))
    return evidence


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
