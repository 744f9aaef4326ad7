"""What open lines may be: reads the open items once and asks the domain for ranked matches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.chart import PROCESSOR_FEES
from fundledger.domain.matching import (
    CampaignItem,
    DonorItem,
    Evidence,
    InvoiceItem,
    Match,
    OpenItems,
    OpenLine,
    Payment,
    Share,
    TargetKind,
    propose,
)
from fundledger.domain.money import Money
from fundledger.services.folding import fold
from fundledger.store import accounts, campaigns, invoices, lines, parties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fundledger.store.book import Book
    from fundledger.store.lines import PartRow
    from fundledger.store.rows import Database

_ALIKE_FROM = 90


def proposals(book: Book, line_ids: Sequence[int] | None = None) -> dict[int, list[Match]]:
    """Ranked matches of open lines (all of them without ids); a line without any is there with an empty list."""
    with book.reading() as db:
        still_open = lines.line_ids(db, "open")
        wanted = still_open if line_ids is None else [one for one in line_ids if one in set(still_open)]
        items = open_items(db, book.currency)
        found: dict[int, list[Match]] = {}
        for start in range(0, len(wanted), 500):
            for line_id, (whole, details) in lines.parts(db, wanted[start : start + 500]).items():
                found[line_id] = _returns(db, whole) or _processors(db, whole) or propose(open_line(whole, details), items)
        return {one: found[one] for one in wanted}


def open_items(db: Database, currency: str) -> OpenItems:
    """What lines are matched against as the book stands."""
    begun = [one for one in campaigns.campaigns(db, currency) if one.state is not State.DRAFT]
    payees = {one.id: one for one in parties.payees(db)}
    owed = [one for one in invoices.invoices(db, currency) if one.approved and one.payable.minor > 0]
    people, by_iban, gave = parties.donors_for_matching(db)
    of_fund = {one.fund: one.id for one in begun}
    donors = {row[0]: DonorItem(*row, tuple(of_fund[fund] for fund in gave.get(row[0], ()) if fund in of_fund)) for row in people}
    return OpenItems(
        [CampaignItem(one.id, one.code, one.reference, one.collects_until) for one in begun],
        [InvoiceItem(one.id, one.number, one.payable, payees[one.payee].iban, fold(payees[one.payee].name)) for one in owed],
        {iban: donors[row] for iban, row in by_iban.items()},
        frozenset(one.iban for one in accounts.bank_accounts(db)),
        _names_alike(donors.values()),
    )


def _names_alike(donors: Iterable[DonorItem]) -> Callable[[str], list[tuple[DonorItem, int]]]:
    """Donors by folded name: equal ones at 100, else the alike ones."""
    by_name: dict[str, list[DonorItem]] = defaultdict(list)
    for one in donors:
        by_name[one.folded].append(one)
    names = list(by_name)

    def alike(folded: str) -> list[tuple[DonorItem, int]]:
        if folded in by_name:
            return [(one, 100) for one in by_name[folded]]
        from rapidfuzz import fuzz, process  # noqa: PLC0415  only names nobody knows need it

        near = process.extract(folded, names, scorer=fuzz.ratio, score_cutoff=_ALIKE_FROM, limit=3)
        return [(one, min(99, int(score))) for name, score, _ in near for one in by_name[name]]

    return alike


def open_line(whole: PartRow, details: Sequence[PartRow]) -> OpenLine:
    """A stored line as the matching rules see it."""
    if whole.amount is None:
        raise ValueError("a line has an amount")
    payments = tuple(_payment(one) for one in details if one.amount is not None)
    complete = len(payments) == len(details)
    came_back = whole.reversal or bool(whole.return_reason)
    return OpenLine(whole.line, whole.booked_on, whole.amount, _payment(whole), payments if complete else (), came_back)


def _payment(part: PartRow) -> Payment:
    return Payment(part.amount or Money(0, "EUR"), part.remittance, part.references, part.iban, fold(part.name), part.detail)


def _processors(db: Database, whole: PartRow) -> list[Match]:
    """A payout of a payment processor or the bank line it became, and a fee the processor charged for itself."""
    if whole.amount is None or whole.kind not in {None, "payout", "fee"}:
        return []
    if whole.kind == "fee":
        share = Share(TargetKind.ACCOUNT, PROCESSOR_FEES, whole.amount)
        return [Match(whole.line, 1, "processor_fee", (share,), (Evidence("processor_says", {"kind": whole.kind}),), 70)]
    evidence = [Evidence("processor_says", {"kind": whole.kind})] if whole.kind else []
    halves = lines.payout_halves(db, whole)
    if len(halves) == 1:
        evidence.append(Evidence("other_half", {"line": halves[0][0], "date": halves[0][1]}))
    if not evidence:
        return []
    return [Match(whole.line, 1, "payout", (Share(TargetKind.TRANSFER, None, whole.amount),), tuple(evidence), 70)]


def _returns(db: Database, whole: PartRow) -> list[Match]:
    """Money that came back from a payment of ours: the payments it may return, told by id, account and amount."""
    if whole.amount is None or whole.amount.minor <= 0 or not whole.return_reason:
        return []
    found = []
    for n, (paid, evidence) in enumerate(returned_payments(db, whole), 1):
        shares = tuple(Share(TargetKind.INVOICE, row, Money(-minor, whole.amount.currency)) for row, minor in paid)
        found.append(Match(whole.line, n, "returned_payment", shares, evidence, 60 + 10 * len(evidence)))
    return found


def returned_payments(db: Database, whole: PartRow) -> list[tuple[tuple[tuple[int, int], ...], tuple[Evidence, ...]]]:
    """Payments of the same amount the other way, the best first: (invoice, amount in minor units) pairs and why."""
    if whole.amount is None:
        return []
    ranked = []
    for sent, paid in lines.payments_of(db, -whole.amount.minor, whole.booked_on):
        evidence = [Evidence("amount_equal")]
        if whole.end_to_end and whole.end_to_end == sent.end_to_end:
            evidence.append(Evidence("end_to_end_equal"))
        if whole.iban and whole.iban == sent.iban:
            evidence.append(Evidence("payee_account"))
        if whole.return_reason:
            evidence.append(Evidence("return_reason", {"reason": whole.return_reason}))
        ranked.append((paid, tuple(evidence)))
    return sorted(ranked, key=lambda one: -len(one[1]))
