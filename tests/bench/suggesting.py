"""`python -m tests.bench.suggesting [DONORS INVOICES]`: how long suggestions for one line of a large encrypted book take."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.approval import Signed, canonical, message
from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.services.campaigns import add_campaign
from fundledger.services.folding import fold
from fundledger.services.importing import import_statement
from fundledger.services.proposing import proposals
from fundledger.services.reconciling import accept
from fundledger.services.undoing import undo
from fundledger.store import approvals, campaigns, invoices, journal, lines, parties
from fundledger.store.book import open_book
from tests.bench.books import AT, make_receiving
from tests.bench.files import PASSPHRASE, make_first_days, make_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.store.book import Book

_LINES = 2_000
_CAMPAIGNS = 40
_PAYEES = 500
_SYLLABLES = ("ba", "ze", "ku", "mi", "lo", "ta", "ri", "sha", "ne", "vo", "pe", "du", "gra", "sti", "xe", "fo")


def invented(n: int) -> str:
    """The name of donor or payee number n, another one for each."""
    given, rest = divmod(n, 4096)
    return f"{_SYLLABLES[given % 16].title()}{_SYLLABLES[given // 16]} {''.join(_SYLLABLES[rest >> at & 15] for at in (0, 4, 8)).title()}"


def fill(book: Book, n_donors: int, n_invoices: int) -> None:
    """Open campaigns, donors with their accounts, and approved invoices that nobody has paid."""
    for n in range(_CAMPAIGNS):
        mandate = Mandate({"en": PublicText(f"Campaign {n}", "An invented story.")})
        add_campaign(book, f"C-{n + 100}", Money(10**9, "EUR"), mandate, AT, opened_on=date(2025, 1, 1))
    with book.operation("donor add", AT) as op:
        for n in range(n_donors):
            name = invented(n)
            parties.add_donor(op, name, fold(name), [f"XX{n:018d}"])
    with book.reading() as db:
        open_ones = campaigns.campaigns(db, "EUR")
    with book.operation("invoice add", AT) as op:
        payees = [parties.add_payee(op, name, fold(name), f"YY{n:018d}").id for n, name in enumerate(map(invented, range(_PAYEES)))]
        made = []
        for n in range(n_invoices):
            campaign, amount = open_ones[n % len(open_ones)], Money(10_000 + n * 7919 % 900_000, "EUR")
            facts = {"campaign_id": campaign.id, "payee_id": payees[n % _PAYEES], "number": f"INV-{n}", "amount": amount}
            row_id = invoices.add_invoice(op, **facts, issued_on=date(2025, 1, 2), document_id=None)  # type: ignore[arg-type]  # each of its kind
            made.append((row_id, campaign.fund, amount))
        for start in range(0, len(made), 1_000):
            some = made[start : start + 1_000]
            entries = [
                Entry(f"open-{row}", EntryKind.INVOICE, date(2025, 1, 2), booking.approved(fund, amount), f"invoice:{row}")
                for row, fund, amount in some
            ]
            for (row, _, amount), entry in zip(some, journal.post(op, entries), strict=True):
                said = canonical(approvals.facts(op.db, row))
                invoices.set_approved(op, row, entry, amount, Signed(op.person_id, said, book.sign(message(said))))


def timed(work: Callable[[], object]) -> float:
    """Milliseconds on the clock."""
    started = perf_counter()
    work()
    return 1000 * (perf_counter() - started)


def waits(path: Path, folder: Path) -> dict[str, float]:
    """Milliseconds until the suggestions of one line are there, by what happened before."""
    with open_book(path, PASSPHRASE) as book:
        with book.reading() as db:
            waiting = lines.line_rows(db, lines.line_ids(db, "open"))
        gifts = [one for one in waiting if one.amount.minor > 0]
        paid = next(one for one in waiting if one.amount.minor < 0)
        asked = iter(gifts[5:])

        def suggested() -> float:
            line = next(asked).id
            return timed(lambda: proposals(book, [line]))

        with book.reading() as db:
            campaign, invoice = campaigns.campaigns(db, "EUR")[0].id, invoices.invoices(db, "EUR")[0].id
        found = {"first after opening": suggested(), "another line": suggested()}
        accept(book, gifts[0].id, [Share(TargetKind.CAMPAIGN, campaign, gifts[0].amount)], AT)
        found["first after a gift"] = suggested()
        accept(book, gifts[1].id, [Share(TargetKind.CAMPAIGN, campaign, gifts[1].amount)], AT)
        found["after another gift"] = suggested()
        accept(book, paid.id, [Share(TargetKind.INVOICE, invoice, paid.amount)], AT)
        found["first after a payment"] = suggested()
        undo(book, AT)
        found["first after an undo"] = suggested()
        import_statement(book, folder / "year.xml", AT)
        found["first after an import"] = suggested()
        return found


def main(n_donors: int, n_invoices: int) -> None:
    """Make the book, and print what waiting there is in it."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        book, first, year = folder / "large.fundledger", folder / "first.xml", folder / "year.xml"
        make_first_days(str(first), str(_LINES))
        make_year(str(year), str(_LINES))
        make_receiving(str(book), str(first))
        with open_book(book, PASSPHRASE) as opened:
            fill(opened, n_donors, n_invoices)
        for what, spent in waits(book, folder).items():
            print(f"{what:22} {spent:8.1f} ms")


if __name__ == "__main__":
    words = [int(one) for one in sys.argv[1:]]
    main(*(words or (100_000, 10_000)))
