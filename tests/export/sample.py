"""Report values of an invented foundation, as the reports room would answer them."""

from __future__ import annotations

from datetime import date, timedelta

from fundledger.domain.money import Money
from fundledger.reports.value import (
    Appeal,
    AppealState,
    Audience,
    Bar,
    Column,
    Comparison,
    Figures,
    Identity,
    Kind,
    Message,
    Paragraph,
    Report,
    Row,
    Table,
    Term,
)

FOUNDATION = "Sample Foundation Šviesa"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def figures(collected: int, paid: int, remaining: int) -> Figures:
    return Figures(
        "campaign",
        (
            (Message("figure.needed"), eur(303000)),
            (Message("figure.collected"), eur(collected)),
            (Message("figure.returned"), eur(0)),
            (Message("figure.fees"), eur(0)),
            (Message("figure.paid"), eur(paid)),
            (Message("figure.remaining"), eur(remaining)),
            (Message("figure.donors"), 41),
        ),
        Message("note.documented", {"n": 2, "documented": 2}),
    )


def identity(collected: int, paid: int, remaining: int) -> Identity:
    terms = (
        Term(1, "collected", eur(collected)),
        Term(-1, "returned", eur(0)),
        Term(-1, "charged_back", eur(0)),
        Term(-1, "fees", eur(0)),
        Term(1, "moved_in", eur(0)),
        Term(-1, "moved_out", eur(0)),
        Term(1, "opening", eur(0)),
        Term(-1, "paid", eur(paid)),
    )
    return Identity("campaign", terms, "fund_money", eur(remaining))


def payments() -> Table:
    rows = (
        Row((date(2026, 2, 11), "Sample Law Office", "SLO-2026-014", eur(150000)), (12,)),
        Row((date(2026, 3, 4), "Sample Law Office", "SLO-2026-027", eur(130000)), (31,)),
    )
    columns = (
        Column("booked_on", Kind.DATE),
        Column("payee"),
        Column("invoice"),
        Column("amount", Kind.MONEY, totalled=True),
    )
    return Table("payments", columns, rows, {"amount": eur(280000)})


def gifts() -> Table:
    columns = (Column("quarter"), Column("band"), Column("gifts", Kind.COUNT, totalled=True), Column("amount", Kind.MONEY, totalled=True))
    rows = (
        Row(("2025 IV", "1–20", 11, eur(14500))),
        Row(("2025 IV", "21–100", 17, eur(98500))),
        Row(("2026 I", "21–100", 13, eur(190000))),
    )
    return Table("gifts", columns, rows, {"gifts": 41, "amount": eur(303000)})


def tie_out() -> Comparison:
    sides = (
        (Message("side.bank"), eur(1234567)),
        (Message("side.ledger"), eur(1234567)),
        (Message("side.funds"), eur(1234567)),
        (Message("side.published"), None),
    )
    return Comparison("tie_out", sides, Message("note.none_published"))


def campaign(audience: Audience = Audience.PUBLIC, subject: str = "SAMPLE-2026-01 · Defence before the court of appeal") -> Report:
    """The surplus campaign: 3,030.00 collected, 2,800.00 paid, 230.00 left."""
    return Report(
        name="campaign",
        audience=audience,
        title=Message("report.campaign.title"),
        foundation=FOUNDATION,
        currency="EUR",
        as_of=date(2026, 3, 31),
        subject=subject,
        start_on=date(2025, 11, 3),
        end_on=date(2026, 3, 31),
        sections=(
            Paragraph(
                "A lawyer defends a sample person before the court of appeal. The foundation pays the lawyer's invoices, never cash."
            ),
            Bar(eur(303000), eur(303000), eur(280000)),
            figures(303000, 280000, 23000),
            identity(303000, 280000, 23000),
            payments(),
            gifts(),
            tie_out(),
        ),
    )


def journal(rows: int, audience: Audience = Audience.AUDITOR) -> Report:
    """A long table: `rows` postings of two entries a day."""
    columns = (
        Column("number", Kind.COUNT),
        Column("booked_on", Kind.DATE),
        Column("text"),
        Column("fund"),
        Column("debit", Kind.MONEY, totalled=True),
        Column("credit", Kind.MONEY, totalled=True),
    )
    start = date(2026, 1, 1)
    lines = tuple(
        Row(
            (
                number + 1,
                start + timedelta(days=number // 200),
                f"Gift by transfer {number * 7919 % 100003}",
                f"SAMPLE-2026-{number % 40:02}",
                eur(number * 7919 % 50000) if number % 2 else None,
                None if number % 2 else eur(number * 7919 % 50000),
            ),
            (number // 2,),
        )
        for number in range(rows)
    )
    debit = sum(number * 7919 % 50000 for number in range(1, rows, 2))
    credit = sum(number * 7919 % 50000 for number in range(0, rows, 2))
    table = Table("gifts", columns, lines, {"debit": eur(debit), "credit": eur(credit)})
    return Report("journal", audience, Message("table.gifts"), FOUNDATION, "EUR", date(2026, 12, 31), (table,))


def appeal(state: AppealState = AppealState.OVER, collected: int | None = 303000) -> Appeal:
    """The appeal of the surplus campaign."""
    return Appeal(
        code="SAMPLE-2026-01",
        title="Defence before the court of appeal",
        story="A lawyer defends a sample person.\nEvery invoice is paid to the lawyer.",
        state=state,
        asked=eur(303000),
        collected=None if collected is None else eur(collected),
        paid=eur(280000),
        remaining=None if collected is None else eur(collected - 280000),
        as_of=date(2026, 3, 31),
        foundation=FOUNDATION,
        reference="RF18539007547034",
    )
