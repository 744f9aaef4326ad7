"""One campaign: needed, collected, paid, remaining, and the proof that they belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, BENEFICIARIES, DUE_BACK, PAYABLE, REFUNDS, TAXES, UNIDENTIFIED, group
from fundledger.domain.disclosure import by_quarters
from fundledger.domain.money import Money
from fundledger.domain.people import documented
from fundledger.domain.voucher import VoucherKind
from fundledger.reports.facts import Asked, Facts, check_asked, donor_code, enough_donors, identity, netted, read
from fundledger.reports.value import (
    Bar,
    Cell,
    Column,
    Comparison,
    Figures,
    Kind,
    Message,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
    money_columns,
)
from fundledger.store import campaigns, extracts, invoices, parties, vouchers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.people import Disbursement, Invoice
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


def build(book: Book, code: str, asked: Asked) -> Report:
    """The report of one campaign; the public edition is built by its own path, which has no field for a person."""
    check_asked(asked)
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        facts = read(book, db, asked, found.fund)
        bills = invoices.invoices(db, book.currency, campaign_id=found.id)
        paid = [one for one in invoices.disbursements(db, book.currency, [bill.id for bill in bills]) if _within(one, asked)]
        gifts = extracts.gifts(db, found.fund, asked.start, asked.end)
        before = _before(vouchers.find_takeover(db, found.id, book.currency), netted=asked.public)
        told = _public(facts, found, paid, asked) if asked.public else _full(db, facts, found, (bills, paid, gifts), asked)
        sections = told if asked.public and not enough_donors(facts, [found.fund]) else (*told, *before)
    title = found.title(asked.language)
    subject = found.code if title == found.code else f"{found.code} · {title}"
    report = Message("report.campaign.title")
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report("campaign", asked.audience, report, *about, sections, subject, asked.start, asked.end, facts.head)


def _before(taken: vouchers.Takeover | None, *, netted: bool) -> tuple[Section, ...]:
    """What a campaign that is older than its book had behind it, each figure "before" that day; `netted` as in the identity."""
    if taken is None:
        return ()
    terms = dict(taken.terms)
    if netted:
        terms["collected"] -= terms.pop("returned") + terms.pop("charged_back")
    items = ((Message(f"figure.{name}"), amount) for name, amount in terms.items() if amount)
    return (Figures("before", tuple(items), Message("note.before", {"on": taken.before_on})),)


def _within(one: Disbursement, asked: Asked) -> bool:
    return (asked.start is None or asked.start <= one.paid_on) and (asked.end is None or one.paid_on <= asked.end)


def _public(facts: Facts, found: Campaign, paid: Sequence[Disbursement], asked: Asked) -> tuple[Section, ...]:
    """From five donors on exact totals of the campaign's life; below, what is needed and how the campaign stands."""
    head = ((Message("figure.state"), Message(f"state.{found.state}")), (Message("figure.needed"), found.asked))
    story = found.story(asked.language)
    told: tuple[Section, ...] = (Paragraph(story),) if story else ()
    if not enough_donors(facts, [found.fund]):
        return (*told, Figures("campaign", head, Message("note.fewer_than_five")))
    own = facts.figures[found.fund]
    few = netted(facts, found.fund)
    collected = own.collected - own.returned - own.charged_back if few else own.collected
    items = (
        *head,
        (Message("figure.collected"), collected),
        *(((Message("figure.returned"), own.returned),) if own.returned and not few else ()),
        (Message("figure.fees"), own.fees),
        *_moves(own, found),
        (Message("figure.paid"), own.paid),
        *(((Message("figure.advanced"), own.advanced),) if own.advanced else ()),
        *(((Message("figure.due_back"), own.due_back),) if own.due_back else ()),
        (Message("figure.remaining"), own.remaining),
    )
    notes = Paragraph(_state_sentence(found, collected, own))
    sections: list[Section] = [*told, notes, Bar(found.asked, collected, own.paid), Figures("campaign", items, _documented(paid))]
    sections.append(identity(own, netted=few))
    if few:
        sections.append(Paragraph(Message("note.netted")))
    quarters = by_quarters(facts.seen.given([found.fund]), facts.currency)
    if quarters and not few:
        rows = tuple(Row((quarters_said(cell.first, cell.last), cell.amount)) for cell in quarters)
        columns = (Column("quarter"), *money_columns("collected"))
        sections.append(
            Table(
                "quarters",
                columns,
                rows,
                {"collected": sum((cell.amount for cell in quarters), Money(0, facts.currency))},
                Message("note.quarters"),
            )
        )
    return tuple(sections)


def _state_sentence(found: Campaign, collected: Money, own: FundFigures) -> Message:
    values = {"collected": collected, "paid": own.paid, "remaining": own.remaining}
    return Message(f"sentence.{found.state}", values)


def quarters_said(first: tuple[int, int], last: tuple[int, int]) -> Message:
    """Quarters in words."""
    if first == last:
        return Message("quarter.one", {"year": str(first[0]), "quarter": str(first[1])})
    values = {"year": str(first[0]), "quarter": str(first[1]), "last_year": str(last[0]), "last_quarter": str(last[1])}
    return Message("quarter.through", values)


def _moves(own: FundFigures, found: Campaign) -> tuple[tuple[Message, Cell], ...]:
    """What came from or went to other funds, with the rule of the mandate that says so."""
    rows: list[tuple[Message, Cell]] = []
    if own.opening:
        rows.append((Message("figure.opening"), own.opening))
    if own.moved_in:
        rows.append((Message("figure.moved_in"), own.moved_in))
    if own.moved_out:
        rule = found.surplus_rule
        key = "figure.moved_out_to" if rule.startswith("campaign:") else "figure.moved_out"
        rows.append((Message(key, {"campaign": rule.removeprefix("campaign:")}), own.moved_out))
    return tuple(rows)


def _documented(paid: Sequence[Disbursement]) -> Message | None:
    """Counts payments that stand: one that came back from the bank is none."""
    n, done = documented(paid)
    return Message("note.documented", {"n": n, "documented": done}) if n else None


def _full(
    db: Database,
    facts: Facts,
    found: Campaign,
    evidence: tuple[Sequence[Invoice], Sequence[Disbursement], Sequence[extracts.Gift]],
    asked: Asked,
) -> tuple[Section, ...]:
    """For the auditor and the foundation itself: everything of the campaign, people by pseudonym."""
    bills, paid, gifts = evidence
    own = facts.figures[found.fund]
    items: tuple[tuple[Message, Cell], ...] = (
        (Message("figure.state"), Message(f"state.{found.state}")),
        (Message("figure.needed"), found.asked),
        (Message("figure.collected"), own.collected),
        (Message("figure.returned"), own.returned),
        (Message("figure.charged_back"), own.charged_back),
        (Message(f"figure.fees_by_{found.mandate.fee}"), own.fees),
        *_moves(own, found),
        (Message("figure.invoiced"), own.invoiced),
        (Message("figure.paid"), own.paid),
        (Message("figure.unpaid"), own.owed),
        (Message("figure.advanced"), own.advanced),
        (Message("figure.due_back"), own.due_back),
        (Message("figure.remaining"), own.remaining),
        (Message("figure.committed"), own.committed(found.promised)),
        (Message("figure.donors"), len(facts.donors.get(found.fund, ()))),
    )
    return (
        Paragraph(_state_sentence(found, own.collected, own)),
        Bar(found.asked, own.collected, own.paid),
        Figures("campaign", items, _documented(paid)),
        identity(own),
        _balance_side(facts, found.fund),
        _gift_table(facts, gifts, asked),
        _invoice_table(db, bills, facts),
        _payment_table(paid, _credited(db, found, facts, asked), bills, facts),
    )


def _balance_side(facts: Facts, fund: int) -> Comparison:
    """Remaining found a third way: what the fund is worth, plus what it owes, less what it is owed."""
    worth = owes = owed = 0
    for code, _, minor in facts.sums.get(fund, ()):
        if code[0] in "345":
            worth -= minor
        elif group(code) in {PAYABLE, BENEFICIARIES, REFUNDS, TAXES, UNIDENTIFIED, "2510", "2610"}:
            owes -= minor
        elif group(code) in {ADVANCES, DUE_BACK}:
            owed += minor
    by_balance = Money(worth + owes - owed, facts.currency)
    own = facts.figures[fund]
    sides = ((Message("side.remaining"), own.remaining), (Message("side.fund_money"), own.money), (Message("side.balance"), by_balance))
    return Comparison("remaining", sides)


def _gift_table(facts: Facts, gifts: Sequence[extracts.Gift], asked: Asked) -> Table:
    columns = (
        Column("given_on", Kind.DATE),
        Column("donor"),
        Column("line"),
        Column("entry", Kind.COUNT),
        Column("amount", Kind.MONEY, totalled=True),
    )
    rows = tuple(
        Row(
            (
                gift.given_on,
                donor_code(facts, asked, gift.donor) or Message("donor.unknown"),
                Message("value.cash") if gift.line is None else str(gift.line),
                gift.entry_number,
                Money(gift.amount_minor, facts.currency),
            ),
            (gift.entry_number,),
        )
        for gift in gifts
    )
    total = Money(sum(gift.amount_minor for gift in gifts), facts.currency)
    return Table("gifts", columns, rows, {"amount": total}, empty=Message("note.no_gifts"))


def _invoice_table(db: Database, bills: Sequence[Invoice], facts: Facts) -> Table:
    columns = (
        Column("issued_on", Kind.DATE),
        Column("payee"),
        Column("invoice"),
        Column("state"),
        *_originals([bill.original for bill in bills]),
        *money_columns("amount", "settled", "open"),
    )
    names = {payee.id: payee.name for payee in parties.payees(db)}
    rows = tuple(
        Row(
            (
                bill.issued_on,
                names[bill.payee],
                bill.number,
                Message(f"invoice_state.{bill.state}"),
                *_original(bill.original, columns),
                bill.amount,
                bill.paid,
                bill.payable,
            ),
            tuple(extracts.entry_numbers(db, f"invoice:{bill.id}")),
        )
        for bill in bills
    )
    nothing = Money(0, facts.currency)
    totals = {
        "amount": sum((bill.amount for bill in bills), nothing),
        "settled": sum((bill.paid for bill in bills), nothing),
        "open": sum((bill.payable for bill in bills), nothing),
    }
    return Table("invoices", columns, rows, totals, empty=Message("note.no_invoices"))


def _originals(amounts: Sequence[Money | None]) -> tuple[Column, ...]:
    """A column of amounts in other currencies, where there are any; they are texts, for nobody can add them up."""
    return (Column("original"),) if any(amounts) else ()


def _original(amount: Money | None, columns: Sequence[Column]) -> tuple[str, ...]:
    """The cell of that column, if there is one."""
    if not any(column.key == "original" for column in columns):
        return ()
    return (f"{amount.currency} {amount}" if amount else "",)


def _credited(db: Database, found: Campaign, facts: Facts, asked: Asked) -> list[vouchers.Voucher]:
    """Credit notes on what was paid: by these less was paid, and as much is due back."""
    every = vouchers.vouchers(db, facts.currency, kind=VoucherKind.CREDIT_PAID, fund_id=found.fund)
    return [one for one in every if not one.undone and (asked.start or one.dated) <= one.dated <= (asked.end or one.dated)]


def _payment_table(paid: Sequence[Disbursement], credited: Sequence[vouchers.Voucher], bills: Sequence[Invoice], facts: Facts) -> Table:
    numbers = {bill.id: bill.number for bill in bills}
    columns = (
        Column("paid_on", Kind.DATE),
        Column("invoice"),
        Column("line"),
        Column("documented"),
        *_originals([one.original for one in paid]),
        Column("amount", Kind.MONEY, totalled=True),
    )
    rows = tuple(
        Row(
            (
                one.paid_on,
                numbers[one.invoice],
                Message("value.advance") if one.line is None else str(one.line),
                Message("value.true" if one.documented else "value.false"),
                *_original(one.original, columns),
                one.amount,
            )
        )
        for one in paid
    ) + tuple(
        Row(
            (
                one.dated,
                one.invoice,
                Message("value.credit_note"),
                Message("value.true" if one.document else "value.false"),
                *_original(None, columns),
                -one.amount,
            )
        )
        for one in credited
    )
    total = sum((one.amount for one in paid), Money(0, facts.currency)) - sum((one.amount for one in credited), Money(0, facts.currency))
    return Table("payments", columns, rows, {"amount": total}, empty=Message("note.no_payments"))
