"""The disbursements: invoices from entered to approved to paid, each with its paper beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget

from fundledger.domain.paying import AccountState
from fundledger.domain.people import Invoice, InvoiceState
from fundledger.gui.desk import Area
from fundledger.gui.invoice_form import InvoiceForm
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.papers import PaperView
from fundledger.gui.parts import beside, button, clear, columns, figure, framed, label, pill, rows
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.gui.voucher_form import VoucherForm
from fundledger.gui.vouchers import of_invoice
from fundledger.gui.vouchers_shown import VoucherList
from fundledger.services import invoices as verbs
from fundledger.store import invoices, parties, paying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.people import Disbursement
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.vouchers import Told

TONES = {InvoiceState.ENTERED: "warn", InvoiceState.APPROVED: "live", InvoiceState.PAID: "good"}
ACCOUNT_TONES = {AccountState.NONE: "warn", AccountState.UNVERIFIED: "warn", AccountState.CHANGED: "bad", AccountState.VERIFIED: "good"}
_LANES = {"entered": InvoiceState.ENTERED, "approved": InvoiceState.APPROVED, "paid": InvoiceState.PAID}


@dataclass(frozen=True, slots=True)
class Shown:
    """An invoice with its payments and its paper."""

    invoice: Invoice
    payee: str
    payments: tuple[Disbursement, ...]
    paper: bytes | None
    vouchers: tuple[Told, ...] = ()
    account: AccountState = AccountState.NONE
    in_file: str = ""


def _ids(desk: Desk, chip: str) -> list[int]:
    with desk.book.reading() as db:
        found = invoices.invoices(db, desk.book.currency)
    return [one.id for one in reversed(found) if chip == "all" or one.state is _LANES[chip]]


def _rows(desk: Desk, ids: Sequence[int]) -> list[Invoice]:
    with desk.book.reading() as db:
        found = {one.id: one for one in invoices.invoices(db, desk.book.currency)}
    return [found[one] for one in ids if one in found]


def _read(desk: Desk, row_id: int) -> Shown:
    book, reveal = desk.book, desk.revealed
    with book.reading() as db:
        found = invoices.find_invoice(db, row_id, book.currency)
        payee = next(one for one in parties.payees(db) if one.id == found.payee)
        paid = tuple(invoices.disbursements(db, book.currency, [found.id]))
        paper = invoices.document_content(db, found.document) if found.document else None
        booked = of_invoice(desk, db, found)
        account = paying.payee_accounts(db)[found.payee].state
        in_file = next((one.message for one in paying.on_their_way(db, book.currency) if one.invoice == row_id), "")
    return Shown(found, f"{payee.code}  {payee.name}" if reveal else payee.code, paid, paper, booked, account, in_file)


def _counts(desk: Desk) -> dict[str, int]:
    with desk.book.reading() as db:
        found = [one.state for one in invoices.invoices(db, desk.book.currency)]
    return {chip: found.count(state) for chip, state in _LANES.items()}


def _lists(desk: Desk) -> Lists:
    return Lists(
        "disbursements",
        (
            Column("number", lambda row: row.number, Kind.CODE, 13),
            Column("campaign", lambda row: row.campaign_code, Kind.CODE, 8),
            Column("payee", lambda row: row.payee_code, Kind.CODE, 6),
            Column("issued", lambda row: row.issued_on, Kind.DATE, 12),
            Column("original", lambda row: desk.speaker.money(row.original) if row.original else None, Kind.TEXT, 8),
            Column("amount", lambda row: row.amount, Kind.MONEY, 8),
            Column("payable", lambda row: row.payable, Kind.MONEY, 8),
            Column("state", lambda row: Pill(f"gui.invoice.{row.state}", TONES[row.state]), Kind.PILL),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: _rows(desk, ids),
        ("entered", "approved", "paid", "all"),
        "disbursements",
    )


class DisbursementsPage(ListPage):
    """The lanes, the invoice and its paper; the form of a new one takes their place."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "disbursements", frozenset({Area.INVOICES, Area.LINES}), _lists(desk))
        self.shown: Shown | None = None
        self.paper = PaperView(desk)
        self._facts = rows(spacing=8, margins=(18, 16, 18, 14))
        inside = rows(self._facts, self.paper, spacing=0)
        inside.setStretch(1, 1)
        card = framed(inside)
        self.side = QStackedWidget()
        self.side.addWidget(card)
        self._form: InvoiceForm | VoucherForm | None = None
        splitter = beside(self.listing, self.side, sizes=[650, 450])
        self.head.addWidget(button(desk.say("action.invoice.new").rstrip("…"), self.new, "primary"))
        self.lay_out(splitter)
        self.listing.choose("all")
        self.listing.picked.connect(self._picked)
        self.listing.entered.connect(lambda _: self.approve())
        desk.names_shown.connect(lambda: self._picked(self.listing.current()))

    def refresh(self) -> None:
        """The list, its counts and the invoice beside it."""
        self.listing.reload()
        self._picked(self.listing.current())
        self.desk.ask(lambda: _counts(self.desk), self._count, lane=self)

    def _count(self, counts: dict[str, int]) -> None:
        for chip, count in counts.items():
            self.listing.set_count(chip, count)

    def pick(self, row_id: int) -> None:
        """Show one invoice."""
        self._close_form()
        super().pick(row_id)

    def _picked(self, row_id: int) -> None:
        if row_id < 0:
            self.shown = None
            clear(self._facts)
            self.paper.say(self.desk.say("disbursements.none"))
        else:
            self.desk.ask(lambda: _read(self.desk, row_id), self._show, lane="invoice")

    def _show(self, found: Shown) -> None:
        self.shown = found
        clear(self._facts)
        say, speaker, invoice = self.desk.say, self.desk.speaker, found.invoice
        head = columns(label(invoice.number, size=1.3, bold=True), pill(say(f"invoice.{invoice.state}"), TONES[invoice.state]), None)
        if invoice.state is InvoiceState.ENTERED:
            head.addWidget(button(say("action.invoice.approve"), self.approve, "primary"))
        else:
            head.addWidget(button(say("voucher.open"), self.book_voucher))
        self._facts.addLayout(head)
        facts = QGridLayout()
        facts.setHorizontalSpacing(26)
        facts.setVerticalSpacing(8)
        amounts = {"amount": invoice.amount, "paid": invoice.paid, "payable": invoice.payable}
        texts = {"campaign": invoice.campaign_code, "payee": found.payee, "issued": speaker.day(invoice.issued_on, "medium")}
        if invoice.original:
            left = invoice.original - invoice.own_paid
            texts |= {"original": speaker.money(invoice.original), "original_payable": speaker.money(left)}
        values = {key: figure(shown(amount, speaker), size=1.15) for key, amount in amounts.items()}
        for place, (key, value) in enumerate((values | {key: label(text) for key, text in texts.items()}).items()):
            name = label(say(f"column.{key}"), "muted", size=0.88)
            value.setAccessibleName(f"{name.text()}: {value.text()}")
            facts.addLayout(rows(name, value, spacing=0), place // 3, place % 3)
        facts.setColumnStretch(3, 1)
        self._facts.addLayout(facts)
        if invoice.state is not InvoiceState.PAID:
            self._facts.addLayout(columns(pill(say(f"disbursements.account.{found.account}"), ACCOUNT_TONES[found.account]), None))
        if found.in_file:
            self._facts.addWidget(label(say("disbursements.in_file", file=found.in_file), "muted", wrap=True))
        for paid in found.payments:
            key = "paid_on" if paid.amount.minor > 0 else "returned_on"
            self._facts.addWidget(label(say(f"disbursements.{key}", day=paid.paid_on, amount=abs(paid.amount)), "muted", wrap=True))
        if found.vouchers:
            self._facts.addWidget(VoucherList(self.desk, found.vouchers, invoice.campaign_code))
        if found.paper is None:
            self.paper.say(say("disbursements.no_paper"))
        else:
            self.paper.show_paper(found.paper, found.invoice.document)

    def approve(self) -> None:
        """Approve the invoice that is shown; what to look at is told with it."""
        if self.shown is None or self.shown.invoice.approved:
            return
        at, book, row_id = self.desk.now(), self.desk.book, self.shown.invoice.id
        self.desk.act("invoice_approve", lambda _, __: verbs.approve_invoice(book, row_id, at))

    def new(self) -> None:
        """A form for a new invoice, its paper beside it."""
        form = InvoiceForm(self.desk)
        form.kept.connect(lambda another: self._keep(form, another=another))
        self._show_form(form)

    def book_voucher(self) -> None:
        """A form for what a document says of the invoice that is shown."""
        if self.shown is None:
            return
        form = VoucherForm(self.desk, "disbursements.book_voucher", invoice=self.shown.invoice)
        form.booked.connect(lambda _, another: self.book_voucher() if another else self._close_form())
        self._show_form(form)

    def _show_form(self, form: InvoiceForm | VoucherForm) -> None:
        self._close_form()
        self._form = form
        form.discarded.connect(self._close_form)
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        form.begin()

    def _close_form(self) -> None:
        if self._form is not None:
            self.side.removeWidget(self._form)
            self._form.deleteLater()
            self._form = None
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self, form: InvoiceForm, *, another: bool) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return

        def kept(changes: Changes) -> None:
            self._close_form()
            self.listing.pick(changes.ids[0])
            if another:
                self.new()

        at, book = self.desk.now(), self.desk.book
        self.desk.act(
            "invoice_add",
            lambda _, __: verbs.add_invoice(
                book, campaign=read.campaign, payee=read.payee, number=read.number, amount=read.amount, issued_on=read.issued_on, at=at,
                iban=read.iban or None, document=read.document, keep_photo_data=read.keep_photo_data,
            ),
            kept,
            form.refuse,
        )  # fmt: skip
