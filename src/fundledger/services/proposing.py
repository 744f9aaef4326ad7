"""What open lines may be: the open items are read once an operation, and the domain ranks the matches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from fundledger.domain.blocking import CampaignItem, Changed, DonorItem, InvoiceItem, Items, Names, PledgeItem, RefundItem
from fundledger.domain.campaign import State
from fundledger.domain.chart import REFUNDS
from fundledger.domain.matching import Evidence, Match, OpenLine, Payment, Share, TargetKind, check_shares
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.proposing import owed_back, propose, ranked
from fundledger.services.folding import fold, fold_text
from fundledger.services.payouts import processor_shares
from fundledger.services.returning import return_shares, returned
from fundledger.store import accounts, campaigns, invoices, lines, parties, paying, refunds, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book
    from fundledger.store.lines import PartRow
    from fundledger.store.paying import Sent
    from fundledger.store.rows import Database
    from fundledger.store.rules import Touched

_ALIKE_FROM = 90
_KEPT = "matching"
_AT_ONCE = 500
_READING = Lock()
_OF_PROCESSORS = frozenset({"payout", "fee", "chargeback", "chargeback_reversal"})


@dataclass(frozen=True, slots=True)
class Read:
    """What was read as the book stood after an operation: the items, campaigns by fund, payees, and our own payments' ids by line.

    `requested` is what our payment files asked for and no accepted line shows, by our end-to-end id.
    """

    operation: int
    items: Items
    of_fund: Mapping[int, int | None]
    payees: Mapping[int, tuple[str | None, str]]
    sent: Mapping[int, str]
    sent_ids: frozenset[str]
    requested: Mapping[str, Sent]


def proposals(book: Book, line_ids: Sequence[int] | None = None) -> dict[int, list[Match]]:
    """Ranked matches of open lines (all of them without ids); a line without any is there with an empty list."""
    with book.reading() as db:
        read = read_now(book, db)
        wanted = lines.line_ids(db, "open") if line_ids is None else _still_open(db, line_ids)
        found: dict[int, list[Match]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            on = rules.accounts_of(db, some)
            for line_id, (whole, details) in lines.parts(db, some).items():
                found[line_id] = _of(db, whole, open_line(whole, details, on[line_id]), read)
        return {one: found[one] for one in wanted}


def read_ahead(book: Book) -> None:
    """Read what lines are matched against, where any waits, so that the first look at one needs no reading."""
    with book.reading() as db:
        if lines.count_open(db):
            _ = read_now(book, db).items.names.by_gram  # made where it is first asked for


def _still_open(db: Database, line_ids: Sequence[int]) -> list[int]:
    return [
        row.id
        for start in range(0, len(line_ids), _AT_ONCE)
        for row in lines.line_rows(db, line_ids[start : start + _AT_ONCE])
        if row.state == "open"
    ]


def _of(db: Database, whole: PartRow, line: OpenLine, read: Read) -> list[Match]:
    requested = [] if line.returned or not read.requested else _requested(db, whole, line, read)
    if requested:
        return requested
    returns = _returns(db, whole, line, read)
    if returns and (line.returned or returns[0].sure):
        return ranked(returns)
    processor = _processors(db, whole, read) if whole.kind in _OF_PROCESSORS else []
    others = ranked([*processor, *returns]) or propose(line, read.items)
    owed = owed_back(line, read.items)
    return ranked([*owed, *others]) if owed else others


# --- what is read once, and what changed since -------------------------------------------------------------------------
def read_now(book: Book, db: Database) -> Read:
    """The items of this state of the book, kept with it until it locks.

    After an operation only what it touched is read again, whoever did it; after one that did more than import and decide,
    everything. Threads wait for one another: two at once would read the same.
    """
    with _READING:
        return _read_now(book, db)


def _read_now(book: Book, db: Database) -> Read:
    kept = book.kept.get(_KEPT)
    last = rules.last_operation(db)
    if isinstance(kept, Read) and kept.operation == last:
        return kept
    known = kept if isinstance(kept, Read) and kept.operation < last else None
    changed = rules.changed_since(db, known.operation) if known else None
    read = _again(book, db, known, last, changed) if known and changed is not None else read_all(book, db, last)
    book.kept[_KEPT] = read
    return read


def read_all(book: Book, db: Database, last: int) -> Read:
    """What lines are matched against as the book stands after its `last` operation."""
    begun = [one for one in campaigns.campaigns(db, book.currency) if one.state is not State.DRAFT]
    of_fund = {**{one.fund: one.id for one in begun}, book.unrestricted_fund: None}
    payees = {one.id: (one.iban, fold(one.name)) for one in parties.payees(db)}
    donors = _donors(db, book.currency, of_fund)
    items = Items(
        campaigns=[CampaignItem(one.id, one.code, one.reference, one.collects_until) for one in begun],
        names=Names(donors.values(), alike_names),
        invoices=_invoices(invoices.invoices(db, book.currency), payees),
        pledges=[PledgeItem(*one) for one in parties.open_pledges(db, book.currency)],
        donors=donors.values(),
        donors_by_iban={iban: donors[row] for iban, row in parties.known_accounts(db).items()},
        own_ibans=frozenset(one.iban for one in accounts.bank_accounts(db) if one.iban),
        halves=rules.halves(db),
        refunds=_refunds(db, book.currency, of_fund),
        payouts=rules.payout_lines(db),
        rules=[one for one in rules.rules(db) if not one.off],
    )
    sent = rules.sent_ids(db)
    return Read(last, items, of_fund, payees, sent, frozenset(sent.values()), _asked_for(book, db))


def _again(book: Book, db: Database, kept: Read, last: int, touched: Touched) -> Read:
    donor_ids, invoice_ids, line_ids, arrived = touched
    changed = Changed(
        donors=list(_donors(db, book.currency, kept.of_fund, donor_ids).values()) if donor_ids else (),
        accounts=parties.known_accounts(db, donor_ids) if donor_ids else {},
        pledges=[PledgeItem(*one) for one in parties.open_pledges(db, book.currency, donor_ids)] if donor_ids else (),
        invoices=_invoices(invoices.invoices_of(db, invoice_ids, book.currency), kept.payees) if invoice_ids else (),
        refunds=_refunds(db, book.currency, kept.of_fund),
        lines={} if arrived else rules.halves_of(db, line_ids),
        halves=rules.halves(db) if arrived else None,
        payouts=rules.payout_lines(db) if arrived else None,
    )
    rest = {line: said for line, said in kept.sent.items() if line not in line_ids}
    sent = {**rest, **rules.sent_ids(db, line_ids)}
    return replace(
        kept, operation=last, items=kept.items.after(changed), sent=sent, sent_ids=frozenset(sent.values()), requested=_asked_for(book, db)
    )


def _asked_for(book: Book, db: Database) -> dict[str, Sent]:
    return {one.end_to_end: one for one in paying.on_their_way(db, book.currency)}


def _refunds(db: Database, currency: str, of_fund: Mapping[int, int | None]) -> dict[str, list[RefundItem]]:
    found: dict[str, list[RefundItem]] = {}
    for one in refunds.refunds_owed(db, currency):
        if one.fund in of_fund or one.line is not None:
            for iban in one.ibans:
                found.setdefault(iban, []).append(RefundItem(of_fund.get(one.fund), one.amount, one.line))
    return found


def _donors(db: Database, currency: str, of_fund: Mapping[int, int | None], among: Sequence[int] | None = None) -> dict[int, DonorItem]:
    last = parties.last_gifts(db, currency, among)
    found = {}
    for row_id, code, folded in parties.donors_for_matching(db, among):
        gave = [(of_fund[fund], amount) for fund, amount in last.get(row_id, ()) if fund in of_fund]
        found[row_id] = DonorItem(row_id, code, folded, tuple(one for one, _ in gave), tuple(amount for _, amount in gave))
    return found


def _invoices(known: Iterable[Invoice], payees: Mapping[int, tuple[str | None, str]]) -> list[InvoiceItem]:
    return [
        InvoiceItem(one.id, one.number, one.payable, *payees[one.payee], one.campaign, one.payee, one.approved, one.original is not None)
        for one in known
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
def _processors(db: Database, whole: PartRow, read: Read) -> list[Match]:
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


def _requested(db: Database, whole: PartRow, line: OpenLine, read: Read) -> list[Match]:
    """What a line pays of our own payment files, by our end-to-end ids; sure where all amounts are exact."""
    if line.amount.minor >= 0:
        return []
    parts = lines.parts(db, [whole.line])[whole.line][1] or [whole]
    sent = read.requested
    found = [(part, sent[part.end_to_end]) for part in parts if part.end_to_end and part.end_to_end in sent]
    exact = [(part, one) for part, one in found if (part.amount or line.amount) == -one.amount]
    if not exact or len(exact) != len(parts) or -sum(one.amount.minor for _, one in exact) != line.amount.minor:
        return []
    bills = [one.invoice for _, one in exact if one.invoice is not None]
    payable = {one.id: one.payable for one in invoices.invoices_of(db, bills, line.amount.currency)}
    back = refunds.refunds_owed(db, line.amount.currency) if len(bills) < len(exact) else []
    owed = {(one.voucher, one.line): one.amount for one in back}
    left = [owed.get((one.voucher, one.line)) if one.invoice is None else payable[one.invoice] for _, one in exact]
    if any(each is None or each < one.amount for each, (_, one) in zip(left, exact, strict=True)):
        return []
    shares = tuple(_share(part, one, read) for part, one in exact)
    evidence = (Evidence("end_to_end_equal", {"reference": exact[0][1].end_to_end}), Evidence("amount_equal"))
    return [Match(whole.line, 1, "payment_file", shares, evidence, 100, sure=True)]


def _share(part: PartRow, one: Sent, read: Read) -> Share:
    """What a payment of ours is for: an invoice, a late gift sent back, a refund (2030) of a fund."""
    if one.invoice is not None:
        return Share(TargetKind.INVOICE, one.invoice, -one.amount, detail=part.detail)
    if one.line is not None:
        return Share(TargetKind.SUSPENSE, None, -one.amount, detail=part.detail, counterpart=one.line)
    return Share(TargetKind.ACCOUNT, REFUNDS, -one.amount, detail=part.detail, bearer=read.of_fund.get(one.fund))


def _returns(db: Database, whole: PartRow, line: OpenLine, read: Read) -> list[Match]:
    """Money that came back from a payment of ours; sure by our own end-to-end id and the exact amount.

    Money to an account that a gift came from may give that gift back.
    """
    by_id = bool(whole.end_to_end) and whole.end_to_end in read.sent_ids and line.amount.minor > 0
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
