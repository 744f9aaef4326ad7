"""What open lines may be: the open items are read once an operation, and the domain ranks the matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.blocking import CampaignItem, DonorItem, InvoiceItem, Items, Names, PledgeItem
from fundledger.domain.campaign import State
from fundledger.domain.matching import Evidence, Match, OpenLine, Payment, check_shares
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.proposing import propose
from fundledger.services.folding import fold, fold_text
from fundledger.services.payouts import processor_shares
from fundledger.services.returning import return_shares, returned
from fundledger.store import accounts, campaigns, invoices, lines, parties, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fundledger.store.book import Book
    from fundledger.store.lines import PartRow
    from fundledger.store.rows import Database

_ALIKE_FROM = 90
_KEPT = "matching"
_AT_ONCE = 500
_OF_PROCESSORS = frozenset({"payout", "fee", "chargeback", "chargeback_reversal"})


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read under an operation: the items, the campaigns by fund, the ids of our own payments."""

    operation: int
    items: Items
    of_fund: Mapping[int, int]
    sent: frozenset[str]


def proposals(book: Book, line_ids: Sequence[int] | None = None) -> dict[int, list[Match]]:
    """Ranked matches of open lines (all of them without ids); a line without any is there with an empty list."""
    with book.reading() as db:
        read = _read(book, db)
        wanted = lines.line_ids(db, "open") if line_ids is None else _still_open(db, line_ids)
        found: dict[int, list[Match]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            on = rules.accounts_of(db, some)
            for line_id, (whole, details) in lines.parts(db, some).items():
                found[line_id] = _of(db, whole, open_line(whole, details, on[line_id]), read)
        return {one: found[one] for one in wanted}


def _still_open(db: Database, line_ids: Sequence[int]) -> list[int]:
    return [
        row.id
        for start in range(0, len(line_ids), _AT_ONCE)
        for row in lines.line_rows(db, line_ids[start : start + _AT_ONCE])
        if row.state == "open"
    ]


def _of(db: Database, whole: PartRow, line: OpenLine, read: _Read) -> list[Match]:
    returns = _returns(db, whole, line, read)
    if returns and (line.returned or returns[0].sure):
        return _numbered(returns)
    processor = _processors(db, whole, read) if whole.kind in _OF_PROCESSORS else []
    return _numbered([*processor, *returns]) or propose(line, read.items)


def _numbered(found: Iterable[Match]) -> list[Match]:
    ranked = sorted(found, key=lambda one: (-one.sure, -one.score))
    return [Match(one.line, n, one.rule, one.shares, one.evidence, one.score, one.sure) for n, one in enumerate(ranked, 1)]


# --- what is read once ------------------------------------------------------------------------------------------------
def _read(book: Book, db: Database) -> _Read:
    """The items of this state of the book; kept with the book until its next operation, and gone when it locks."""
    last = rules.last_operation(db)
    kept = book.kept.get(_KEPT)
    if isinstance(kept, _Read) and kept.operation == last:
        return kept
    begun = [one for one in campaigns.campaigns(db, book.currency) if one.state is not State.DRAFT]
    of_fund = {one.fund: one.id for one in begun}
    read = _Read(last, open_items(db, book.currency, book.unrestricted_fund), of_fund, rules.sent_ids(db))
    book.kept[_KEPT] = read
    return read


def open_items(db: Database, currency: str, unrestricted: int) -> Items:
    """What lines are matched against as the book stands."""
    begun = [one for one in campaigns.campaigns(db, currency) if one.state is not State.DRAFT]
    donors, by_iban = _donors(db, currency, {**{one.fund: one.id for one in begun}, unrestricted: None})
    banks = accounts.bank_accounts(db)
    return Items(
        campaigns=[CampaignItem(one.id, one.code, one.reference, one.collects_until) for one in begun],
        names=Names(donors.values(), alike_names),
        invoices=_invoices(db, currency),
        pledges=[PledgeItem(*one) for one in parties.open_pledges(db, currency)],
        donors_by_iban={iban: donors[row] for iban, row in by_iban.items()},
        own_ibans=frozenset(one.iban for one in banks if one.iban),
        halves=rules.halves(db) if len(banks) > 1 else {},
        payouts=rules.payout_lines(db),
        rules=[one for one in rules.rules(db) if not one.off],
    )


def _donors(db: Database, currency: str, of_fund: Mapping[int, int | None]) -> tuple[dict[int, DonorItem], dict[str, int]]:
    people, by_iban, _ = parties.donors_for_matching(db)
    last = parties.last_gifts(db, currency)
    found = {}
    for row_id, code, folded in people:
        gave = [(of_fund[fund], amount) for fund, amount in last.get(row_id, ()) if fund in of_fund]
        found[row_id] = DonorItem(row_id, code, folded, tuple(one for one, _ in gave), tuple(amount for _, amount in gave))
    return found, by_iban


def _invoices(db: Database, currency: str) -> list[InvoiceItem]:
    payees = {one.id: (one.iban, fold(one.name)) for one in parties.payees(db)}
    return [
        InvoiceItem(one.id, one.number, one.payable, *payees[one.payee], one.campaign, one.payee, one.approved)
        for one in invoices.invoices(db, currency)
    ]


def alike_names(folded: str, candidates: Sequence[str]) -> list[tuple[int, int]]:
    """The three of these names that are most alike, as (place, 0 to 100); none below 90."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only names nobody knows need it

    near = process.extract(folded, candidates, scorer=fuzz.ratio, score_cutoff=_ALIKE_FROM, limit=3)
    return [(place, int(score)) for _, score, place in near]


# --- a line as matching sees it ---------------------------------------------------------------------------------------
def open_line(whole: PartRow, details: Sequence[PartRow], account: str = "") -> OpenLine:
    """A stored line as the matching rules see it."""
    if whole.amount is None:
        raise ValueError("a line has an amount")
    payments = tuple(_payment(one) for one in details if one.amount is not None)
    complete = len(payments) == len(details)
    came_back = whole.reversal or bool(whole.return_reason)
    return OpenLine(whole.line, whole.booked_on, whole.amount, _payment(whole), payments if complete else (), came_back, account)


def _payment(part: PartRow) -> Payment:
    said = part.remittance
    return Payment(part.amount or Money(0, "EUR"), said, part.references, part.iban, fold(part.name), part.detail, fold_text(said))


# --- what the bank and processors say themselves ----------------------------------------------------------------------
def _processors(db: Database, whole: PartRow, read: _Read) -> list[Match]:
    """What a processor's own word for a line makes of it; a payout with the bank line it became."""
    row = lines.find_line(db, whole.line)
    shares = processor_shares(db, row, read.of_fund)
    if not shares or whole.kind is None:
        return []
    evidence = [Evidence("processor_says", {"kind": whole.kind})]
    other = lines.payout_halves(db, whole) if whole.kind == "payout" else []
    if len(other) == 1:
        evidence.append(Evidence("other_half", {"line": other[0][0], "date": other[0][1]}))
    rule = "payout" if whole.kind == "payout" else f"processor_{whole.kind}"
    return [Match(whole.line, 1, rule, shares, tuple(evidence), 70)]


def _returns(db: Database, whole: PartRow, line: OpenLine, read: _Read) -> list[Match]:
    """Money that came back from a payment of ours; sure by our own end-to-end id and the exact amount.

    Money to an account that a gift came from may give that gift back.
    """
    by_id = bool(whole.end_to_end) and whole.end_to_end in read.sent and line.amount.minor > 0
    gave = line.amount.minor < 0 and (whole.iban or "") in read.items.donors_by_iban
    if not (line.returned or by_id or gave) or whole.kind in _OF_PROCESSORS:
        return []
    try:
        shares, evidence, _ = return_shares(db, lines.find_line(db, whole.line))
    except KnownError:
        return []
    said = {one.code for one in evidence}
    if check_shares(whole.line, line.amount, shares) or not (line.returned or by_id or said >= {"amount_equal", "payee_account"}):
        return []
    sure = by_id and sum({one.code for one in why} >= {"end_to_end_equal", "amount_equal"} for _, why in returned(db, whole)) == 1
    rule = "returned_payment" if line.amount.minor > 0 else "refund"
    return [Match(whole.line, 1, rule, shares, evidence, 60 + 10 * len(evidence), sure)]
