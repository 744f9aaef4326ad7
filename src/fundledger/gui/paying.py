"""Paying: the invoices that can be paid now, what the bank will read of them, and the file for the bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from fundledger.domain.masking import mask_name
from fundledger.domain.money import Money
from fundledger.domain.paying import RefundState
from fundledger.domain.people import InvoiceState
from fundledger.export import pain
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import DayField, secret_field
from fundledger.gui.forms import choice, refill
from fundledger.gui.parts import button, clear, columns, figure, holding, label, rows, rule
from fundledger.gui.table import Column, Kind, Pill
from fundledger.reports.catalogue import forbidden_names
from fundledger.services import paying as verbs
from fundledger.store import invoices
from fundledger.store import paying as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.paying import Refund
    from fundledger.domain.people import Invoice
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.paying import Prepared
    from fundledger.store.paying import FileRow


@dataclass(frozen=True, slots=True)
class Payable:
    """What can be paid, from which accounts, and the files there are."""

    invoices: tuple[Invoice, ...]
    refunds: tuple[Refund, ...]
    accounts: tuple[tuple[str, str], ...]
    files: tuple[FileRow, ...]


def read(desk: Desk) -> Payable:
    """Runs beside the window."""
    book = desk.book
    with book.reading() as db:
        sent = {one.invoice for one in store.on_their_way(db, book.currency)}
        found = [
            one for one in invoices.invoices(db, book.currency)
            if one.state is InvoiceState.APPROVED and one.original is None and one.id not in sent
        ]  # fmt: skip
        own = [(one.code, one.name) for one in verbs.own_accounts(db)]
        files = tuple(store.payment_files(db, book.currency))
    back = tuple(one for one in verbs.refunds_owed(book) if not one.in_file)
    return Payable(tuple(found), back, tuple(own), files)


def _together(problems: Sequence[Problem]) -> list[Problem]:
    """Problems that differ in their subject alone as one, which names all of them."""
    found: dict[str, tuple[Problem, list[str]]] = {}
    for one in problems:
        subjects = found.setdefault(f"{one.code} {sorted(one.values.items(), key=lambda value: value[0])}", (one, []))[1]
        if one.subject not in subjects:
            subjects.append(one.subject)
    return [replace(one, subject=", ".join(subjects)) for one, subjects in found.values()]


class PayPane(QFrame):
    """Picks, what the bank reads, totals by campaign, the file; below it the files that were made."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `begin`."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, say = desk, desk.say
        self.picks: dict[int | str, QCheckBox] = {}
        self.found: Payable | None = None
        self.ready: Prepared | None = None
        self.account = choice(say("field.pay_from"), [])
        self.day = DayField(say("field.pay_on"), desk.speaker, lambda: desk.now().date())
        shape = (
            Column("number", lambda one: one.number, Kind.CODE, 13),
            Column("name", lambda one: self._name(one.payee.name), private=True),
            Column("bank_reads", lambda one: self._name(one.shown), private=True),
            Column("amount", lambda one: one.amount, Kind.MONEY, 10),
        )
        self.payments = FewRows(desk, shape, say("pay.payments"))
        self.totals, self.refused, self.warned = (label("", role, wrap=True) for role in ("muted", "negative", "warning"))
        self.total = figure("")
        self.second = secret_field(say("field.second"))
        asked = label(say("pay.second"), "warning", size=0.92, wrap=True)
        self._agreeing = holding(rows(label(say("field.second"), "label", size=0.92), self.second, asked, spacing=3))
        self._agreeing.hide()
        self.write = button(say("pay.write"), self._write, "primary")
        states = (
            Column("message", lambda one: one.message, Kind.CODE, 19),
            Column("pay_on", lambda one: one.execute_on, Kind.DATE, 12),
            Column("payments", lambda one: one.n_payments, Kind.COUNT, 6),
            Column("amount", lambda one: one.total, Kind.MONEY, 10),
            Column("state", lambda one: Pill("gui.pay.withdrawn", "warn") if one.withdrawn else None, Kind.PILL),
        )
        self.files = FewRows(desk, states, say("pay.files"))
        self.files.selectionModel().currentRowChanged.connect(lambda _: self._chosen())
        self.withdraw = button(say("pay.withdraw"), self._withdraw)
        self._boxes = rows(spacing=4)
        self._lay_out()
        self.account.currentIndexChanged.connect(lambda _: self.prepare())
        self.day.edited.connect(self.prepare)
        desk.changed.connect(lambda _: self.begin())
        desk.names_shown.connect(self._show_names)

    def _lay_out(self) -> None:
        say = self._desk.say
        head = columns(label(say("pay.title"), size=1.2, bold=True), None, button(say("close"), self.closed.emit, "quiet"))
        source = rows(label(say("field.pay_from"), "label", size=0.92), self.account, None, spacing=3)
        when = rows(label(say("field.pay_on"), "label", size=0.92), self.day, None, spacing=3)
        self._head_of_files = label(say("pay.files"), bold=True)
        self.note = label(say("pay.letters"), "muted", size=0.85, wrap=True)
        self.setLayout(
            rows(
                head, self._boxes, columns(source, when, spacing=14), self.payments, self.note, columns(self.totals, None, self.total),
                self.refused, self.warned, self._agreeing, columns(self.write, None), rule(), self._head_of_files, self.files,
                columns(self.withdraw, None), None, spacing=10, margins=(18, 16, 18, 14),
            )
        )  # fmt: skip

    def begin(self) -> None:
        """Ask what can be paid."""
        self._desk.ask(lambda: read(self._desk), self._show, lane=self)

    def _show(self, found: Payable) -> None:
        left_out = {key for key, box in self.picks.items() if not box.isChecked()}
        self.found, speaker = found, self._desk.speaker
        clear(self._boxes)
        self.picks = {}
        for one in found.invoices:
            text = f"{one.number}   {one.campaign_code}   {one.payee_code}   {speaker.money(one.payable)}"
            self._offer(one.id, text, checked=one.id not in left_out)
        if found.refunds:
            self._boxes.addWidget(label(self._desk.say("pay.refunds"), "label", size=0.92))
        for back in found.refunds:
            text = f"{back.number}   {speaker.money(back.amount)}"
            if back.state is not RefundState.READY:
                text += f"   ({speaker.say(f'cli.refund.{back.state}')})"
            self._offer(back.key, text, checked=back.payable and back.key not in left_out, can=back.payable)
        if not self.picks:
            self._boxes.addWidget(label(self._desk.say("pay.nothing"), "muted", wrap=True))
        refill(self.account, [(f"{code}  {name}", code) for code, name in found.accounts])
        self.files.show_rows(found.files)
        self.files.hold_height()
        for each in (self._head_of_files, self.files, self.withdraw):
            each.setVisible(bool(found.files))
        self._chosen()
        self.prepare()

    def _offer(self, key: int | str, text: str, *, checked: bool, can: bool = True) -> None:
        box = QCheckBox(text)
        box.setAccessibleName(text)
        box.setChecked(checked)
        box.setEnabled(can)
        box.toggled.connect(lambda _: self.prepare())
        self.picks[key] = box
        self._boxes.addWidget(box)

    @property
    def picked(self) -> list[Invoice]:
        """The invoices that are to be paid."""
        return [one for one in self.found.invoices if self.picks[one.id].isChecked()] if self.found else []

    @property
    def picked_back(self) -> list[Refund]:
        """The refunds that are to be paid."""
        return [one for one in self.found.refunds if self.picks[one.key].isChecked()] if self.found else []

    def _wish(self) -> verbs.Wish:
        keys, said = [one.key for one in self.picked_back], self._desk.speaker.say("payment.refund_text")
        return verbs.Wish([one.id for one in self.picked], keys, said=said)

    def prepare(self) -> None:
        """What a file of the picked invoices would hold."""
        account, day, wish = self.account.currentData(), self.day.value(), self._wish()
        if not (wish.invoices or wish.refunds) or account is None or day is None:
            self._show_ready(None)
            return
        book, at = self._desk.book, self._desk.now()
        two = any(one.guarded for one in self.picked_back)
        self._agreeing.setVisible(two)
        self._desk.ask(lambda: verbs.prepare(book, wish, account, day, at, attended=two), self._show_ready, lane="payment file")

    def _show_ready(self, ready: Prepared | None) -> None:
        self.ready, speaker = ready, self._desk.speaker
        self.payments.show_rows(ready.file.payments if ready else ())
        self.payments.hold_height()
        for shown in (self.payments, self.note):
            shown.setVisible(ready is not None)
        self.total.setText(speaker.money(ready.file.total) if ready else "")
        self.totals.setText(self._by_campaign() if ready else "")
        for told, problems in ((self.refused, ready.refused if ready else ()), (self.warned, ready.warnings if ready else ())):
            told.setText("\n".join(speaker.problem(one) for one in _together(problems)))
            told.setVisible(bool(problems))
        self.write.setEnabled(ready is not None and not ready.refused)

    def _by_campaign(self) -> str:
        """What each campaign pays."""
        totals: dict[str, Money] = {}
        for one in self.picked:
            totals[one.campaign_code] = totals.get(one.campaign_code, Money(0, one.payable.currency)) + one.payable
        for back in self.picked_back:
            totals[back.campaign] = totals.get(back.campaign, Money(0, back.amount.currency)) + back.amount
        return "   ".join(f"{code}: {self._desk.speaker.money(total)}" for code, total in sorted(totals.items()))

    def _name(self, name: str) -> str:
        return name if self._desk.revealed else mask_name(name)

    def _show_names(self) -> None:
        if self.ready is not None:
            self._show_ready(self.ready)

    # --- acts ---------------------------------------------------------------------------------------------------------
    def _write(self) -> None:
        """Ask where the file goes, and make it: no file, no request."""
        ready, desk = self.ready, self._desk
        if ready is None or ready.refused:
            return
        path = desk.dialogs.new_file(self, desk.say("pay.write"), Path(f"{ready.file.message}.xml"))
        if path is None:
            return
        book, at, account, day = desk.book, desk.now(), str(self.account.currentData()), ready.file.execute_on
        wish, phrase = self._wish(), self.second.text()
        self.write.setEnabled(False)

        def work() -> Changes:
            deliver = partial(pain.write, path=path, forbidden=forbidden_names(book))
            return verbs.request_payments(book, wish, account, day, at, deliver, book.witness(phrase) if phrase else None)[0]

        desk.act("payment_file", lambda _, __: work(), lambda _: self.second.clear(), self._refuse)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._desk.problems(problems)
        self.prepare()

    def _chosen(self) -> None:
        one = self._file()
        self.withdraw.setEnabled(one is not None and not one.withdrawn)

    def _file(self) -> FileRow | None:
        place, files = self.files.currentIndex().row(), self.found.files if self.found else ()
        return files[place] if 0 <= place < len(files) else None

    def _withdraw(self) -> None:
        one, book, at = self._file(), self._desk.book, self._desk.now()
        if one is not None and not one.withdrawn:
            self._desk.act("payment_withdrawn", lambda _, __: verbs.withdraw_file(book, one.message, at))
