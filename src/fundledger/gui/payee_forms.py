"""The payees: whose account somebody verified, whose changed; a form for a new one, another account, and for asking her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from fundledger.domain.masking import mask_account, mask_name
from fundledger.domain.paying import ASKED, AccountState, PayeeAccount
from fundledger.domain.reference import compact
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import text_field
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import button, columns, holding, label, rows, set_property
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services import payees as verbs
from fundledger.store import paying

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.gui.desk import Changes, Desk

TONES = {AccountState.NONE: "warn", AccountState.UNVERIFIED: "warn", AccountState.CHANGED: "bad", AccountState.VERIFIED: "good"}


class PayeeForm(Form):
    """Her name and account; another account than before stands in red, and is typed twice."""

    place = ""

    def __init__(self, desk: Desk, payee: PayeeAccount | None) -> None:
        """Of a new payee, or with what is known of one."""
        super().__init__(desk, desk.say("payees.edit" if payee else "payees.new", code=payee.code if payee else ""), desk.say("keep"))
        say = desk.say
        self.payee = payee
        self.name, self.iban, self.again = (text_field(say(f"field.{key}")) for key in ("name", "iban", "iban_again"))
        if payee and desk.revealed:
            self.name.setText(payee.name)
        self.told = label(say("payees.changing"), "negative", wrap=True)
        self.add("name", self.name, "internal", say("payees.unchanged") if payee else "")
        self.add("iban", self.iban, "internal", say("payees.unchanged") if payee else "")
        self._retype = holding(self.labelled("iban_again", self.again, "internal"))
        self._body.addWidget(self.told)
        self._body.addWidget(self._retype)
        self.iban.textChanged.connect(lambda _: self._tell())
        self._tell()

    @property
    def changing(self) -> bool:
        """Whether an account is typed that is another than the known one."""
        typed = compact(self.iban.text())
        return bool(typed and self.payee and self.payee.iban and typed != self.payee.iban)

    @property
    def typed_twice(self) -> bool:
        """Whether a changed account was typed a second time."""
        return not self.changing or compact(self.again.text()) == compact(self.iban.text())

    def _tell(self) -> None:
        set_property(self.iban, "wrong", self.changing)
        self.told.setVisible(self.changing)
        self._retype.setVisible(self.changing)


class VerifyForm(Form):
    """Her account, as she said it when she was asked, and how she was."""

    def __init__(self, desk: Desk, code: str) -> None:
        """Empty: what stands in the book is not shown, or it would only be read again."""
        super().__init__(desk, desk.say("payees.verify", code=code), desk.say("payees.verified"))
        self.iban = text_field(desk.say("field.iban"))
        self.how = choice(desk.say("field.asked_how"), [(desk.say(f"asked.{word}"), word) for word in ASKED])
        self.add("iban", self.iban, "internal", desk.say("payees.verify.note"))
        self.add("asked_how", self.how, "auditor")


class PayeePane(QFrame):
    """Every payee, and below the list the form that is open."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `begin`."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, say = desk, desk.say
        self.payees: list[PayeeAccount] = []
        self.form: PayeeForm | VerifyForm | None = None
        shape = (
            Column("code", lambda one: one.code, Kind.CODE, 6),
            Column("name", lambda one: one.name if desk.revealed else mask_name(one.name), private=True),
            Column("iban", lambda one: (one.iban if desk.revealed else mask_account(one.iban)) or "", Kind.TEXT, 20, private=True),
            Column("state", lambda one: Pill(f"gui.payees.pill.{one.state}", TONES[one.state]), Kind.PILL, 12),
        )
        self.list = FewRows(desk, shape, say("payees.title"))
        self.list.selectionModel().currentRowChanged.connect(lambda _: self._chosen())
        self.edit, self.verify = button(say("payees.edit_it"), self._edit), button(say("payees.verify_it"), self._verify, "primary")
        self.told = label("", "muted", wrap=True)
        self._place = QVBoxLayout()
        head = columns(label(say("payees.title"), size=1.2, bold=True), None, button(say("close"), self.closed.emit, "quiet"))
        acts = columns(self.verify, self.edit, button(say("payees.add"), self._add), None)
        self.setLayout(rows(head, self.list, self.told, acts, self._place, None, spacing=12, margins=(18, 16, 18, 14)))
        desk.changed.connect(lambda _: self.begin())

    def begin(self) -> None:
        """Ask who there is."""
        self._desk.ask(self._read, self._show, lane=self)

    def _read(self) -> list[PayeeAccount]:
        with self._desk.book.reading() as db:
            return list(paying.payee_accounts(db).values())

    def _show(self, found: list[PayeeAccount]) -> None:
        stood = self.current
        self.payees = found
        self.list.show_rows(found)
        self.list.hold_height()
        if found:
            places = [one.payee for one in found]
            self.list.stand(places.index(stood.payee) if stood and stood.payee in places else 0)
        self._chosen()

    @property
    def current(self) -> PayeeAccount | None:
        """The payee that is looked at."""
        place = self.list.currentIndex().row()
        return self.payees[place] if 0 <= place < len(self.payees) else None

    def _chosen(self) -> None:
        one, say = self.current, self._desk.say
        self.edit.setEnabled(one is not None)
        self.verify.setEnabled(one is not None and one.iban is not None)
        if one is None:
            self.told.setText(say("payees.none"))
        elif one.verified_on:
            how = say(f"asked.{one.verified_how}") if one.verified_how else say("asked.unknown")
            self.told.setText(say("payees.told", day=one.verified_on, how=how))
        else:
            self.told.setText(say(f"payees.state.{one.state}"))
        set_property(self.told, "role", "negative" if one and one.state is AccountState.CHANGED else "muted")

    # --- forms --------------------------------------------------------------------------------------------------------
    def _show_form(self, form: PayeeForm | VerifyForm) -> None:
        self._close_form()
        self.form = form
        form.discarded.connect(self._close_form)
        self._place.addWidget(form)
        form.begin()

    def _close_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
            self.list.setFocus()

    def _add(self) -> None:
        form = PayeeForm(self._desk, None)
        form.kept.connect(lambda _: self._keep_new(form))
        self._show_form(form)

    def _keep_new(self, form: PayeeForm) -> None:
        name, iban, at, book = form.name.text(), form.iban.text(), self._desk.now(), self._desk.book
        self._act("payee_add", lambda: verbs.add_payee(book, name, iban, at), form)

    def _edit(self) -> None:
        one = self.current
        if one is not None:
            form = PayeeForm(self._desk, one)
            form.kept.connect(lambda _: self._keep_edit(form, one))
            self._show_form(form)

    def _keep_edit(self, form: PayeeForm, one: PayeeAccount) -> None:
        if not form.typed_twice:
            form.say(self._desk.say("disbursements.retype"))
            return
        name, iban, at, book = form.name.text().strip() or None, form.iban.text().strip() or None, self._desk.now(), self._desk.book
        self._act("payee_edit", lambda: verbs.edit_payee(book, one.code, at, name, iban), form)

    def _verify(self) -> None:
        one = self.current
        if one is not None and one.iban:
            form = VerifyForm(self._desk, one.code)
            form.kept.connect(lambda _: self._keep_verified(form, one))
            self._show_form(form)

    def _keep_verified(self, form: VerifyForm, one: PayeeAccount) -> None:
        iban, how, at, book = form.iban.text(), str(form.how.currentData()), self._desk.now(), self._desk.book
        self._act("payee_verify", lambda: verbs.verify_payee(book, one.code, iban, at, how), form)

    def _act(self, verb: str, work: Callable[[], Changes], form: Form) -> None:
        self._desk.act(verb, lambda _, __: work(), lambda _: self._close_form(), form.refuse)
