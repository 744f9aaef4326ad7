"""The disbursements: invoices from entered to approved to paid, each with its paper beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget

from fundledger.domain.invoice import NO_DETAILS, Details, Lane, missing
from fundledger.domain.paying import AccountState
from fundledger.domain.people import Invoice, InvoiceState
from fundledger.gui import approving
from fundledger.gui.desk import Area
from fundledger.gui.documents import dropped_files
from fundledger.gui.invoice_form import InvoiceForm
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.papers import PaperView
from fundledger.gui.parts import beside, button, clear, columns, figure, framed, go_last, label, pill, reached_in, rows, scrolling
from fundledger.gui.payee_forms import PayeePane
from fundledger.gui.paying import PayPane
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.gui.voucher_form import VoucherForm
from fundledger.gui.vouchers import of_invoice
from fundledger.gui.vouchers_shown import VoucherList
from fundledger.services import invoices as verbs
from fundledger.services.evidence import proved
from fundledger.store import approvals, invoices, parties, paying

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.forms import Form
    from fundledger.gui.vouchers import Told
    from fundledger.services.evidence import Proved
    from fundledger.services.people import PersonRow
    from fundledger.store.approvals import Refused

TONES = {InvoiceState.ENTERED: "warn", InvoiceState.APPROVED: "live", InvoiceState.PAID: "good"}
ACCOUNT_TONES = {AccountState.NONE: "warn", AccountState.UNVERIFIED: "warn", AccountState.CHANGED: "bad", AccountState.VERIFIED: "good"}
LANES = tuple(lane.value for lane in Lane)
# How wide the list and what stands beside it are, while an invoice is looked at and while a form is filled in.
_LOOKING, _WORKING = (690, 410), (500, 600)


@dataclass(frozen=True, slots=True)
class Shown:
    """An invoice with its payments and its paper."""

    invoice: Invoice
    payee: str
    payments: tuple[Proved, ...]
    paper: bytes | None
    vouchers: tuple[Told, ...] = ()
    account: AccountState = AccountState.NONE
    in_file: str = ""
    details: Details = NO_DETAILS
    known_account: str = ""
    asked: str | None = None
    refused: Refused | None = None


def _lanes(desk: Desk) -> dict[int, Lane]:
    """The lane of every invoice, the newest first."""
    with desk.book.reading() as db:
        return paying.lanes(db, desk.book.currency)


def _ids(desk: Desk, chip: str) -> list[int]:
    return [row_id for row_id, lane in _lanes(desk).items() if chip in {"all", lane.value}]


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice in the list; `asked`: somebody has its request, `refused`: somebody said no since."""

    invoice: Invoice
    asked: bool
    refused: bool

    @property
    def state(self) -> Pill:
        """How it stands, in one word."""
        if self.invoice.state is InvoiceState.ENTERED and (self.asked or self.refused):
            return Pill("gui.invoice.asked", "live") if self.asked else Pill("gui.invoice.refused", "bad")
        return Pill(f"gui.invoice.{self.invoice.state}", TONES[self.invoice.state])


def _rows(desk: Desk, ids: Sequence[int]) -> list[Row]:
    with desk.book.reading() as db:
        found = {one.id: one for one in invoices.invoices(db, desk.book.currency)}
        asked, refused = approvals.asked(db), {one.invoice for one in approvals.refusals(db)}
    return [Row(found[one], one in asked, one in refused) for one in ids if one in found]


def _read(desk: Desk, row_id: int) -> Shown:
    book, reveal = desk.book, desk.revealed
    with book.reading() as db:
        found = invoices.find_invoice(db, row_id, book.currency)
        payee = next(one for one in parties.payees(db) if one.id == found.payee)
        paid = tuple(proved(db, book.currency, [found.id]))
        paper = invoices.document_content(db, found.document) if found.document else None
        booked = of_invoice(desk, db, found)
        account = paying.payee_accounts(db)[found.payee]
        details = invoices.details_of(db, [found.id])[found.id]
        in_file = next((one.message for one in paying.on_their_way(db, book.currency) if one.invoice == row_id), "")
        asked = approvals.asked(db).get(row_id)
        refused = next((one for one in reversed(approvals.refusals(db)) if one.invoice == row_id), None)
    name = f"{payee.code}  {payee.name}" if reveal else payee.code
    return Shown(found, name, paid, paper, booked, account.state, in_file, details, account.iban or "", asked, refused)


def _counts(desk: Desk) -> tuple[dict[str, int], bool]:
    """How many invoices there are in each lane, and whether any is in another currency."""
    found = list(_lanes(desk).values())
    with desk.book.reading() as db:
        return {lane.value: found.count(lane) for lane in Lane}, invoices.any_foreign(db)


def _lists(desk: Desk) -> Lists:
    return Lists(
        "disbursements",
        (
            Column("number", lambda row: row.invoice.number, Kind.CODE, 12),
            Column("campaign", lambda row: row.invoice.campaign_code, Kind.CODE, 7),
            Column("payee", lambda row: row.invoice.payee_code, Kind.CODE, 6),
            Column("issued", lambda row: row.invoice.issued_on, Kind.DATE, 10),
            Column("amount", lambda row: row.invoice.amount, Kind.MONEY, 8),
            Column("payable", lambda row: row.invoice.payable, Kind.MONEY, 9),
            Column("state", lambda row: row.state, Kind.PILL),
            Column("original", lambda row: desk.speaker.money(row.invoice.original) if row.invoice.original else None, Kind.TEXT, 8),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: _rows(desk, ids),
        (*LANES, "all"),
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
        self._form: Form | None = None
        self._held: QWidget | None = None
        self.waiting: list[Path] = []
        self.setAcceptDrops(True)
        self.splitter = beside(self.listing, self.side, sizes=_LOOKING)
        self.head.addWidget(button(desk.say("action.invoice.payees"), self.look_at_payees))
        self.head.addWidget(button(desk.say("approving.take"), lambda: approving.choose_answer(desk, self)))
        self.head.addWidget(button(desk.say("action.invoice.pay").rstrip("…"), self.pay))
        self.head.addWidget(button(desk.say("action.invoice.new").rstrip("…"), self.new, "primary"))
        self.lay_out(self.splitter)
        self.listing.choose("all")
        self.listing.picked.connect(self._picked)
        self.listing.entered.connect(lambda _: self.approve())
        desk.names_shown.connect(lambda: self._picked(self.listing.current()))

    def refresh(self) -> None:
        """The list, its counts and the invoice beside it."""
        self.listing.reload()
        self._picked(self.listing.current())
        self.desk.ask(lambda: _counts(self.desk), self._count, lane=self)

    def _count(self, found: tuple[dict[str, int], bool]) -> None:
        counts, foreign = found
        for chip, count in counts.items():
            self.listing.set_count(chip, count)
        self.listing.show_column("original", shown=foreign)

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
        say, invoice = self.desk.say, found.invoice
        state = Row(invoice, asked=found.asked is not None, refused=found.refused is not None).state
        acts = [button(say("approving.paper"), self.add_paper)]
        if invoice.state is InvoiceState.ENTERED:
            approve = button(say("action.invoice.approve"), self.approve, "primary")
            acts = [approve, button(say("approving.ask"), self.ask_approval), *acts]
        else:
            acts = [button(say("voucher.open"), self.book_voucher), *acts]
        self._facts.addLayout(
            columns(label(invoice.number, size=1.3, bold=True), pill(say(state.key.removeprefix("gui.")), state.tone), None)
        )
        self._facts.addLayout(columns(*acts, None))
        self._show_figures(found)
        self._tell_origin(found)
        if invoice.state is InvoiceState.ENTERED and (lacks := missing(invoice, found.account)):
            said = [say(f"disbursements.missing.{one}") for one in lacks]
            self._facts.addWidget(label(say("disbursements.missing", what=said), "warning", wrap=True))
        if invoice.state is InvoiceState.ENTERED:
            for text, tone in approving.waiting_said(self.desk, found.asked, found.refused):
                self._facts.addWidget(label(text, tone, wrap=True))
        if found.in_file:
            self._facts.addWidget(label(say("disbursements.in_file", file=found.in_file), "muted", wrap=True))
        for one in found.payments:
            paid = one.payment
            key = "paid_on" if paid.amount.minor > 0 else "returned_on"
            self._facts.addWidget(label(say(f"disbursements.{key}", day=paid.paid_on, amount=abs(paid.amount)), "muted", wrap=True))
            proof = approving.proof_said(self.desk, [kind.value for kind in one.missing])
            self._facts.addWidget(label(proof, "warning" if one.missing else "positive", size=0.92, wrap=True))
        if found.vouchers:
            self._facts.addWidget(VoucherList(self.desk, found.vouchers, invoice.campaign_code))
        if found.paper is None:
            self.paper.say(say("disbursements.no_paper"))
        else:
            self.paper.show_paper(found.paper, found.invoice.document)
        go_last(self.side, *reached_in(self.paper))

    def _show_figures(self, found: Shown) -> None:
        """Its amounts, lines, days and its payee, whose account says how far it is known."""
        say, speaker, invoice = self.desk.say, self.desk.speaker, found.invoice
        facts = QGridLayout()
        facts.setHorizontalSpacing(26)
        facts.setVerticalSpacing(8)
        amounts = {"amount": invoice.amount, "paid": invoice.paid, "payable": invoice.payable}
        texts = {"campaign": invoice.campaign_code, "payee": found.payee, "issued": speaker.day(invoice.issued_on, "medium")}
        if invoice.original:
            left = invoice.original - invoice.own_paid
            texts |= {"original": speaker.money(invoice.original), "original_payable": speaker.money(left)}
        texts |= {name: speaker.money(line) for name, line in found.details.lines.items()}
        if invoice.due_on:
            texts["due_on"] = speaker.day(invoice.due_on, "medium")
        values = {key: figure(shown(amount, speaker), size=1.15) for key, amount in amounts.items()}
        for place, (key, value) in enumerate((values | {key: label(text) for key, text in texts.items()}).items()):
            name = label(say(f"column.{key}"), "muted", size=0.88)
            value.setAccessibleName(f"{name.text()}: {value.text()}")
            facts.addLayout(rows(name, value, spacing=0), place // 3, place % 3)
        facts.setColumnStretch(3, 1)
        self._facts.addLayout(facts)
        if invoice.state is not InvoiceState.PAID:
            self._facts.addLayout(columns(pill(say(f"disbursements.account.{found.account}"), ACCOUNT_TONES[found.account]), None))

    def _tell_origin(self, found: Shown) -> None:
        """Which fields an electronic invoice gave, which were changed, and whether another account stands on it than the payee's."""
        say, given = self.desk.say, found.details.origins or {}
        for origin in ("xml", "changed"):
            names = [say(f"field.{name}") for name, one in given.items() if one == origin]
            if names:
                self._facts.addWidget(label(say(f"disbursements.origin.{origin}", fields=names), "muted", size=0.92, wrap=True))
        if found.details.iban and found.known_account and found.details.iban != found.known_account:
            self._facts.addWidget(label(say("disbursements.other_account"), "negative", wrap=True))

    def approve(self) -> None:
        """Approve the invoice that is shown; what to look at is told with it."""
        if self.shown is None or self.shown.invoice.approved:
            return
        book, row_id = self.desk.book, self.shown.invoice.id
        self.desk.do("invoice_approve", lambda at: verbs.approve_invoice(book, row_id, at))

    def add_paper(self) -> None:
        """A form for a paper that proves the payments on the invoice that is shown."""
        if self.shown is not None:
            form = approving.PaperForm(self.desk, self.shown.invoice)
            form.kept.connect(lambda _: form.choose())
            self._show_form(form)

    def ask_approval(self) -> None:
        """A form that asks somebody without the book to approve the invoice that is shown."""
        if self.shown is None:
            return
        invoice, desk = self.shown.invoice, self.desk

        def ask(people: list[PersonRow]) -> None:
            form = approving.RequestForm(desk, invoice, people)
            form.kept.connect(lambda _: form.write())
            self._show_form(form)

        desk.ask(lambda: approving.approvers(desk), ask, lane="approvers")

    def new(self) -> None:
        """A form for a new invoice, its paper beside it."""
        self._new(None)

    def take_files(self, paths: Sequence[Path]) -> None:
        """A form for each of these papers, one after the other."""
        self.waiting += paths
        self._next_paper()

    def _next_paper(self) -> None:
        if self.waiting:
            self._new(self.waiting.pop(0))

    def _new(self, paper: Path | None) -> None:
        form = InvoiceForm(self.desk)
        form.kept.connect(lambda another: self._keep(form, another=another))
        if self.waiting:
            form.wait(len(self.waiting))
        self._show_form(form)
        if paper is not None:
            form.document.take(paper)

    def look_at_payees(self) -> None:
        """The payees, their accounts and who verified them."""
        pane = PayeePane(self.desk)
        pane.closed.connect(self._close_form)
        self._show_beside(pane)
        pane.begin()

    def pay(self) -> None:
        """What can be paid now, and the file for the bank."""
        pane = PayPane(self.desk)
        pane.closed.connect(self._close_form)
        self._show_beside(pane)
        pane.begin()

    def book_voucher(self) -> None:
        """A form for what a document says of the invoice that is shown."""
        if self.shown is None:
            return
        form = VoucherForm(self.desk, "disbursements.book_voucher", invoice=self.shown.invoice)
        form.booked.connect(lambda _, another: self.book_voucher() if another else self._close_form())
        self._show_form(form)

    def _show_form(self, form: Form) -> None:
        form.discarded.connect(self._discard)
        self._show_beside(form)
        self._form = form
        form.begin()

    def _show_beside(self, shown: QWidget) -> None:
        """In the place of the invoice."""
        self._close_form()
        self._held = scrolling(shown)
        self.side.addWidget(self._held)
        self.side.setCurrentWidget(self._held)
        self.splitter.setSizes(_WORKING)

    def _discard(self) -> None:
        """The next paper that waits takes the place of one that is put away."""
        self._close_form()
        self._next_paper()

    def _close_form(self) -> None:
        if self._held is not None:
            self.side.removeWidget(self._held)
            if self._form is not None:
                self._form.deleteLater()  # by itself: what is typed in it is kept then
            self._held.deleteLater()
            self._held, self._form = None, None
            self.splitter.setSizes(_LOOKING)
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self, form: InvoiceForm, *, another: bool) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return
        if form.said and form.said.credit_note:
            form.say(self.desk.say("disbursements.credit_note", invoice=form.said.credits or "?"))
            return

        def kept(changes: Changes) -> None:
            self._close_form()
            self.listing.pick(changes.ids[0])
            if self.waiting:
                self._next_paper()
            elif another:
                self.new()

        book = self.desk.book
        self.desk.do(
            "invoice_add",
            lambda at: verbs.add_invoice(
                book, campaign=read.campaign, payee=read.payee, number=read.number, amount=read.amount, issued_on=read.issued_on, at=at,
                iban=read.iban or None, document=read.document, keep_photo_data=read.keep_photo_data, details=read.details,
            ),
            kept,
            form.refuse,
        )  # fmt: skip

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Papers may be dropped anywhere on the page."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Each file is an invoice to be, or an answer to a request for an approval."""
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            for answer in (one for one in paths if one.suffix.lower() == ".json"):
                approving.take(self.desk, answer)
            self.take_files([one for one in paths if one.suffix.lower() != ".json"])
