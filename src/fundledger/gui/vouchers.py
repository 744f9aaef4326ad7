"""What the window knows of vouchers: what a form offers, what a draft would change, and those of a campaign or an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.chart import DONATIONS, PAYABLE
from fundledger.domain.masking import mask_name
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.voucher import NAMES, SETTLING, SUSPENSE, UNRESTRICTED, Draft, VoucherKind
from fundledger.gui.effects import read_effects
from fundledger.services import vouchers as verbs
from fundledger.store import accounts, campaigns, donors, invoices, parties, people, periods, vouchers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from fundledger.domain.entry import Posting
    from fundledger.domain.people import Invoice
    from fundledger.gui.desk import Desk
    from fundledger.gui.effects import Effect
    from fundledger.store.rows import Database
    from fundledger.store.vouchers import Voucher


@dataclass(frozen=True, slots=True)
class Offered:
    """What the fields of a form offer; `closed_until` is the last day of the latest closed period."""

    funds: Sequence[tuple[str, str]]
    invoices: Sequence[Invoice]
    payees: Sequence[tuple[str, str]]
    donors: Sequence[str]
    accounts: Sequence[str]
    closed_until: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draft would book and change, what stands in its way, and what is known of the donor it names."""

    problems: tuple[Problem, ...]
    postings: tuple[Posting, ...] = ()
    effects: tuple[Effect, ...] = ()
    names: Mapping[int, str] | None = None
    given: Money | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A voucher as a list tells it, with the person who agreed."""

    voucher: Voucher
    agreed: str


def read_offered(desk: Desk) -> Offered:
    """Everything a form may offer; runs beside the window."""
    book, language, say = desk.book, desk.speaker.language, desk.speaker.say
    with book.reading() as db:
        codes = [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]
        kept = {DONATIONS, PAYABLE, *(one.code for one in accounts.bank_accounts(db))}
        return Offered(
            [*codes, (say("fund.unrestricted"), UNRESTRICTED), (say("fund.suspense"), SUSPENSE)],
            invoices.invoices(db, book.currency)[::-1],
            [(f"{one.code}  {one.name}" if desk.revealed else one.code, one.code) for one in parties.payees(db)],
            [code for _, code, _ in parties.donors_for_matching(db)],
            sorted(code for code in accounts.account_codes(db) if code not in kept),
            max((end for _, end in periods.closed(db)), default=None),
        )


def fits(kind: VoucherKind, invoice: Invoice) -> bool:
    """Whether a voucher of a kind can be about an invoice at all."""
    if kind in SETTLING:
        return invoice.approved and invoice.payable.minor > 0
    return invoice.approved and (kind is not VoucherKind.CREDIT_PAID or invoice.paid.minor > 0)


def read_checked(desk: Desk, draft: Draft, *, second: bool) -> Checked:
    """What a draft would do; runs beside the window. The day is checked here, as the journal does when it is booked."""
    book = desk.book
    found = (*verbs.problems(book, draft, second=second), *_day_problems(desk, draft))
    postings = verbs.preview(book, draft)
    with book.reading() as db:
        names = _fund_names(desk, db)
        return Checked(found, postings, read_effects(db, book.currency, postings, names), names, _given(desk, db, draft))


def _day_problems(desk: Desk, draft: Draft) -> list[Problem]:
    with desk.book.reading() as db:
        locked = periods.closed(db)
    if draft.kind is VoucherKind.ADJUSTMENT:
        wrong = all(draft.on != end for _, end in locked)
    else:
        wrong = any(start <= draft.on <= end for start, end in locked)
    return [Problem("entry.period_locked", "", {"dated": draft.on})] if wrong else []


def _fund_names(desk: Desk, db: Database) -> dict[int, str]:
    book, say = desk.book, desk.speaker.say
    found = {one.fund: one.code for one in campaigns.campaigns(db, book.currency)}
    return found | {book.unrestricted_fund: say("fund.unrestricted"), book.suspense_fund: say("fund.suspense")}


def _given(desk: Desk, db: Database, draft: Draft) -> Money | None:
    """What the donor gave: of a refund, what of it can still go back. None where she or the campaign is not known."""
    if not draft.donor:
        return None
    try:
        donor = parties.find_donor(db, draft.donor)
        if draft.kind is not VoucherKind.REFUND:
            return donors.donor_rows(db, [donor.id], desk.book.currency)[0].given
        fund = vouchers.named_fund(db, draft.campaign or "")
    except KnownError:
        return None
    return Money(vouchers.given_by(db, fund).get(donor.id, 0), desk.book.currency)


def of_campaign(desk: Desk, db: Database, fund: int) -> tuple[Told, ...]:
    """The vouchers that move a fund, the newest first."""
    return _told(desk, db, vouchers.vouchers(db, desk.book.currency, fund_id=fund))


def of_invoice(desk: Desk, db: Database, invoice: Invoice) -> tuple[Told, ...]:
    """The vouchers about an invoice, the newest first."""
    found = vouchers.vouchers(db, desk.book.currency, fund_id=invoice.fund)
    return _told(desk, db, [one for one in found if (one.invoice, one.payee) == (invoice.number, invoice.payee_code)])


def _told(desk: Desk, db: Database, found: Sequence[Voucher]) -> tuple[Told, ...]:
    names = {one.id: one.name if desk.revealed else f"{mask_name(one.name)} {one.id}" for one in people.people(db)}
    return tuple(Told(one, names.get(one.agreed_by, "") if one.agreed_by else "") for one in reversed(found))


def about_invoice(kind: VoucherKind) -> bool:
    """Whether a kind is about an invoice."""
    return "invoice" in NAMES[kind]
