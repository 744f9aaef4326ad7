"""The form of a voucher: its fields follow what happened, what is wrong stands under them, the entry below."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from fundledger.domain.money import Money
from fundledger.domain.voucher import BY_HAND, NAMES, OF_TWO, PROVED, SUSPENSE, Draft, VoucherKind
from fundledger.gui.documents import DocumentField
from fundledger.gui.entry_shown import EntryView
from fundledger.gui.fields import DayField, MoneyField, secret_field, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.naming import account_words
from fundledger.gui.parts import columns, holding, label, rows, scrolling
from fundledger.gui.vouchers import Checked, Offered, about_invoice, fits, read_checked, read_offered
from fundledger.services.vouchers import book_voucher, needs_two

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayout

    from fundledger.domain.people import Invoice
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk

_ALWAYS = ("amount", "day", "document", "reason")
# A donor or a payee may be named where none must be.
_MAY = {VoucherKind.CASH: ("donor",), VoucherKind.IN_KIND: ("payee",), VoucherKind.REFUND: ("second",)}
_OF_SUSPENSE = frozenset({VoucherKind.ADJUSTMENT})
# Under which field a problem is said; every other stands above the button.
_PLACES = {
    "voucher.needs_invoice": "invoice", "invoice.not_approved": "invoice", "invoice.unknown": "invoice", "invoice.ambiguous": "invoice",
    "voucher.needs_campaign": "campaign", "voucher.not_collecting": "campaign", "fund.no_bank_money": "campaign",
    "voucher.needs_taker": "taker", "voucher.same_fund": "taker", "voucher.needs_payee": "payee", "payee.unknown": "payee",
    "voucher.needs_donor": "donor", "donor.unknown": "donor", "voucher.needs_accounts": "credit", "voucher.account_unknown": "credit",
    "voucher.account_kept": "credit", "entry.period_locked": "day", "voucher.two_persons": "second", "donor.two_persons": "second",
    "witness.wrong": "second", "book.same_person": "second",
    "voucher.amount": "amount", "invoice.settle_amount": "amount", "voucher.nothing_paid": "amount",
    "voucher.no_advance": "amount", "voucher.no_money": "amount", "voucher.not_given": "amount", "voucher.not_disputed": "amount",
    "document.kind": "document", "document.too_big": "document", "document.unreadable": "document",
}  # fmt: skip


class _Slot(QWidget):
    """A field with what is known of it and what is wrong with it under it."""

    def __init__(self, field: QWidget, inside: QLayout) -> None:
        """`inside` holds the field and its label."""
        super().__init__()
        self.field = field
        self.note, self.wrong = label("", "muted", size=0.88, wrap=True), label("", "negative", size=0.92, wrap=True)
        self.setLayout(rows(inside, self.note, self.wrong, spacing=3))
        self.tell("", "")

    def tell(self, note: str, wrong: str) -> None:
        """Say both, or nothing."""
        for each, text in ((self.note, note), (self.wrong, wrong)):
            each.setText(text)
            each.setVisible(bool(text))
        self.field.setAccessibleDescription(wrong or note)

    @property
    def empty(self) -> bool:
        """Whether nothing is chosen or typed."""
        match self.field:
            case QComboBox():
                return self.field.currentData() is None
            case QLineEdit():
                return not self.field.text().strip()
            case MoneyField() | DayField():
                return not self.field.line.text().strip()
        return True


class VoucherForm(Form):
    """What happened, and then what a document says of it; `booked` when it is in the journal."""

    booked = Signal(object, bool)

    def __init__(self, desk: Desk, place: str, *, campaign: str = "", invoice: Invoice | None = None) -> None:
        """`place` is the page and method that open it; a campaign or an invoice is chosen already."""
        super().__init__(desk, desk.say("voucher.title"), desk.say("voucher.keep"))
        self.place = place
        self._campaign, self._invoice = campaign, invoice
        self._offered = Offered((), (), (), (), (), None)
        self._booking = False
        self.slots: dict[str, _Slot] = {}
        self._make_fields()
        self._lay_out()
        self.kept.connect(self._book)
        self._kind_chosen()
        desk.ask(lambda: read_offered(desk), self._offer, lane=self)

    # --- the fields ---------------------------------------------------------------------------------------------------
    def _make_fields(self) -> None:
        desk, say = self._desk, self._desk.say
        kinds = [kind for kind in BY_HAND if self._invoice is None or about_invoice(kind)]
        nothing = (say("voucher.choose"), None)
        self.kind = choice(say("field.voucher_kind"), [nothing, *((say(f"voucher.kind.{kind}"), kind.value) for kind in kinds)])
        names = {"invoice": "invoice", "campaign": "whose", "taker": "taker", "payee": "payee", "debit": "debit", "credit": "credit"}
        self.boxes = {name: choice(say(f"field.{key}"), [nothing]) for name, key in names.items()}
        for box in (self.kind, *self.boxes.values()):
            box.setMinimumContentsLength(12)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.donor, self.reason, self.second = (
            text_field(say("field.donor")),
            text_field(say("field.reason")),
            secret_field(say("field.second")),
        )
        self.amount = MoneyField(say("field.amount"), desk.book.currency, desk.speaker)
        self.day = DayField(say("field.day"), desk.speaker, lambda: desk.now().date())
        self.day.setToolTip(say("field.day.note"))
        self.document = DocumentField(desk)
        self.kind.currentIndexChanged.connect(lambda _: self._kind_chosen())
        for box in self.boxes.values():
            box.currentIndexChanged.connect(lambda _: self.check())
        for line in (self.donor, self.second):
            line.textChanged.connect(lambda _: self.check())
        for field in (self.amount, self.day):
            field.edited.connect(self.check)
        self.document.chosen.connect(self.check)

    def _lay_out(self) -> None:
        """The fields scroll; the title, what would be booked and the buttons stay."""
        outer = self._body
        self._body = rows(spacing=8, margins=(0, 0, 8, 0))
        inside = holding(self._body)
        area = scrolling(inside)
        area.setObjectName("fields")
        outer.addWidget(area, 1)
        self._slot("kind", "voucher_kind", self.kind, "auditor")
        for name, box in self.boxes.items():
            if name == "payee":
                self._slot("donor", "donor", self.donor, "internal")
            self._slot(name, "whose" if name == "campaign" else name, box, "auditor")
        pair = (self._slot("amount", "amount", self.amount, "auditor"), self._slot("day", "day", self.day, "auditor"))
        beside = columns(*pair, spacing=14)
        for place, each in enumerate(pair):
            beside.setStretch(place, 1)
            beside.setAlignment(each, Qt.AlignmentFlag.AlignTop)
        self._pair = holding(beside)
        self._body.addWidget(self._pair)
        self._slot("document", "document", self.document, "internal")
        self._slot("reason", "reason", self.reason, "internal")
        self._slot("second", "second", self.second)
        self._body.addStretch(1)
        self.view = EntryView(self._desk)
        self.state = label("", "muted", wrap=True)
        own = cast("QVBoxLayout", self.layout())
        own.insertWidget(2, self.view)
        own.insertWidget(3, self.state)
        own.setStretch(1, 1)
        own.setStretch(own.count() - 1, 0)

    def _slot(self, name: str, key: str, field: QWidget, audience: str = "") -> _Slot:
        made = self.slots[name] = _Slot(field, self.labelled(key, field, audience))
        if name not in {"amount", "day"}:
            self._body.addWidget(made)
        return made

    def _offer(self, offered: Offered) -> None:
        if not isValid(self):
            return
        self._offered = offered
        self.donor.setCompleter(QCompleter(list(offered.donors), self.donor, caseSensitivity=Qt.CaseSensitivity.CaseInsensitive))
        self._refill("payee", offered.payees)
        for name in ("debit", "credit"):
            self._refill(name, [(account_words(self._desk, code), code) for code in offered.accounts])
        self._kind_chosen()

    def _refill(self, name: str, options: Sequence[tuple[str, object]]) -> None:
        refill(self.boxes[name], [(self._desk.say("voucher.choose"), None), *options])

    def _preset(self, name: str, value: object) -> None:
        box = self.boxes[name]
        if value and box.currentData() is None:
            box.setCurrentIndex(max(box.findData(value), 0))

    @property
    def chosen(self) -> VoucherKind | None:
        """What happened, as far as it is said."""
        value = self.kind.currentData()
        return VoucherKind(value) if value else None

    def _wanted(self, kind: VoucherKind) -> list[str]:
        """The fields that must be filled in."""
        return [*NAMES[kind], "amount", "day", *(["second"] if kind in OF_TWO else [])]

    def _kind_chosen(self) -> None:
        """Show the fields of this kind, with what fits it."""
        kind = self.chosen
        seen = {"kind"} if kind is None else {"kind", *_ALWAYS, *self._wanted(kind), *_MAY.get(kind, ())}
        for name, slot in self.slots.items():
            slot.setVisible(name in seen)
        self._pair.setVisible(kind is not None)
        if kind is not None:
            self._refill("invoice", [(self._invoice_words(one), one.id) for one in self._invoices(kind)])
            self._preset("invoice", self._invoice.id if self._invoice else None)
            for name in ("campaign", "taker"):
                self._refill(name, [one for one in self._offered.funds if one[1] != SUSPENSE or kind in _OF_SUSPENSE])
            self._preset("campaign", self._campaign)
            until = self._offered.closed_until
            if kind is VoucherKind.ADJUSTMENT and until and not self.day.line.isModified():
                self.day.line.setText(until.isoformat())
        self.check()

    def _invoices(self, kind: VoucherKind) -> list[Invoice]:
        mine = self._invoice.id if self._invoice else None
        here = [one for one in self._offered.invoices if self._campaign in {"", one.campaign_code}]
        return [one for one in here if one.id == mine or fits(kind, one)]

    def _invoice_words(self, one: Invoice) -> str:
        return self._desk.say("voucher.invoice", number=one.number, campaign=one.campaign_code, payable=one.payable, amount=one.amount)

    # --- what was filled in -------------------------------------------------------------------------------------------
    def read(self) -> Draft | None:
        """What was filled in, as far as it can be asked about; None while nothing is said to have happened."""
        kind = self.chosen
        if kind is None:
            return None
        named = {name: self.boxes[name].currentData() for name in self.boxes if name in (*NAMES[kind], *_MAY.get(kind, ()))}
        donor = self.donor.text().strip() if "donor" in (*NAMES[kind], *_MAY.get(kind, ())) else ""
        return Draft(
            kind,
            self.amount.value() or Money(0, self._desk.book.currency),
            self.day.value() or self._desk.now().date(),
            donor=donor or None,
            document=self.document.path,
            keep_photo_data=self.document.keep_photo_data,
            reason=self.reason.text().strip(),
            **named,
        )

    def check(self) -> None:
        """Ask what the draft would do; the newest answer counts."""
        draft = self.read()
        if draft is None:
            self.slots["kind"].tell(self._desk.say("voucher.begin"), "")
            self._show(None, None)
            return
        second = bool(self.second.text())
        self._desk.ask(lambda: read_checked(self._desk, draft, second=second), lambda found: self._show(draft, found), lane=self.view)

    def _show(self, draft: Draft | None, found: Checked | None) -> None:
        if not isValid(self.view):
            return  # the form was closed while it was asked
        self.view.show_entry(found.postings if found else (), (found and found.names) or {}, found.effects if found else ())
        if draft is None or found is None or draft.kind is not self.chosen:
            self.keep.setEnabled(False)
            self.state.setText("")
            return
        self.refused.hide()
        missing = [name for name in self._wanted(draft.kind) if self.slots[name].empty]
        clean = self._place(draft, found, missing)
        say = self._desk.say
        what = [say(f"field.{'whose' if name == 'campaign' else name}") for name in missing]
        self.state.setText(say("voucher.missing", what=what) if missing else say("voucher.ready") if clean else "")
        self.keep.setEnabled(clean and not missing and not self._booking)

    def _place(self, draft: Draft, found: Checked, missing: Sequence[str]) -> bool:
        """Say under each field what is known and what is wrong; whether nothing is."""
        wrong: dict[str, list[str]] = {name: [] for name in self.slots}
        for name, field in (("amount", self.amount), ("day", self.day)):
            if name not in missing and field.value() is None:
                wrong[name].append(self._desk.say(f"voucher.{name}.wrong"))
        for problem in found.problems:
            name = _PLACES.get(problem.code, "kind")
            empty = name in missing or (problem.code == "voucher.needs_accounts" and "debit" in missing)
            if not empty and not (wrong[name] and name in {"amount", "day"}):
                wrong[name].append(self._problem(problem, draft.kind))
        for name, slot in self.slots.items():
            slot.tell(self._note(name, draft, found), "\n".join(wrong[name]))
        return not any(wrong.values())

    def _problem(self, problem: Problem, kind: VoucherKind) -> str:
        """A problem in words for a form; it was not tried yet."""
        say, until = self._desk.say, self._offered.closed_until
        if problem.code == "entry.period_locked" and kind is VoucherKind.ADJUSTMENT:
            return say("voucher.last_day.closed", day=until) if until else say("voucher.last_day")
        speaker = self._desk.speaker
        if speaker.knows(f"gui.voucher.problem.{problem.code}"):
            subject = speaker.say(f"fund.{problem.subject}") if speaker.knows(f"fund.{problem.subject}") else problem.subject
            return say(f"voucher.problem.{problem.code}", **({"subject": subject} | dict(problem.values)))
        return speaker.problem(problem)

    def _note(self, name: str, draft: Draft, found: Checked) -> str:
        say = self._desk.say
        if name == "kind":
            return say(f"voucher.about.{draft.kind}")
        if name == "invoice" and about_invoice(draft.kind) and not self._invoices(draft.kind):
            paid = draft.kind is VoucherKind.CREDIT_PAID
            return say(
                f"voucher.invoices.{'none_paid' if paid else 'none' if draft.kind is VoucherKind.REVERSE_CHARGE else 'none_payable'}"
            )
        if name == "donor" and found.given is not None:
            back = draft.kind is VoucherKind.REFUND
            return say(f"voucher.donor.{'back' if back else 'known'}", code=draft.donor, amount=found.given)
        if name == "donor" and draft.kind is VoucherKind.CASH and not draft.donor:
            return say("voucher.donor.none")
        if name == "document" and draft.kind in PROVED and draft.document is None:
            return say("voucher.paper.none")
        return say("voucher.second.note") if name == "second" else ""

    # --- booking ------------------------------------------------------------------------------------------------------
    def begin(self) -> None:
        """Show the form; what can be booked is looked at first."""
        super().begin()
        self.check()

    def _book(self, another: bool) -> None:  # noqa: FBT001  the argument of a signal
        draft, passphrase = self.read(), self.second.text()
        if draft is None or self.amount.value() is None or self.day.value() is None:
            self.say_missing()
            return
        book, at, desk, sure = self._desk.book, self._desk.now(), self._desk, draft
        self._booking = True

        def work() -> Changes:
            return book_voucher(book, sure, at, book.witness(passphrase) if passphrase or needs_two(book, sure) else None)

        def booked(changes: Changes) -> None:
            warned = [self._warning(one) for one in changes.warnings]
            desk.told_of(changes, " ".join([desk.say("done", what=desk.say("verb.voucher_add")), *warned]))
            if isValid(self):
                self.booked.emit(changes, another)

        desk.tasks.write(desk.say("verb.voucher_add"), lambda _, __: work(), booked, self.refuse)

    def _warning(self, problem: Problem) -> str:
        key = f"voucher.warning.{problem.code}"
        return self._desk.say(key) if self._desk.speaker.knows(f"gui.{key}") else self._desk.speaker.problem(problem)

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say why nothing was booked, under the field it is about; what was typed stays."""
        if not isValid(self):
            self._desk.problems(problems)
            return
        self._booking = False
        super().refuse(problems)
        if any(_PLACES.get(problem.code) == "second" for problem in problems):
            self.second.setFocus(Qt.FocusReason.OtherFocusReason)
            self.second.selectAll()
